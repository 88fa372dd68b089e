/** Stands in every subject, body and place, to be searched for where none may be. */
export const EVENT_CANARY = 'canaryevent'

/** Texts that nobody else writes: each says by itself whose it is. */
export function textsOf(author: string): () => string {
  let written = 0
  return () => `${EVENT_CANARY} ${author}.${++written}`
}
