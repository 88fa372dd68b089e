import type { EventChange, ItemKey, Knowledge, Outcome } from './knowledge.ts'

/** More than this many, and more than this share of a calendar, gone at once is doubted once. */
const MANY = 50
const SHARE = 0.2

/** Whether a fresh round would delete so much of a calendar, or all of it, that a second one must confirm it first. */
export function deletesTooMuch(
  { changes }: Outcome,
  known: Knowledge & { keys(): Iterable<ItemKey> },
  calendar: string,
): boolean {
  const count = (kind: EventChange['kind']) => changes.filter((change) => change.kind === kind).length
  const gone = count('delete')
  let before = -count('forget')
  for (const key of known.keys()) {
    const item = known.item(key)
    if (item?.calendar === calendar && item.kind !== 'series') before++
  }
  return gone > 0 && (gone >= before || (gone > MANY && gone > before * SHARE))
}
