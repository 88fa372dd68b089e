import { CANARY, type WireAnswer } from '../target.ts'
import { MARK } from './requests.ts'

/** What a browser reads markup in. */
const MARKUP = /html|xml|svg/

/**
 * Says what is wrong with an answer of a page or a callback; undefined for nothing.
 * @param foreign ids of the person who is not signed in.
 */
export function judge({ status, headers, body }: WireAnswer, foreign: readonly string[]): string | undefined {
  const lines = JSON.stringify([...headers])
  const told = body + lines
  if (status >= 500) return 'a failure of ours'
  if (told.toLowerCase().includes(CANARY)) return "it tells another person's data"
  if (foreign.some((id) => told.includes(id))) return 'it names an id of another person'
  if (lines.includes(JSON.stringify(MARK).slice(1, -1))) return 'a header repeats markup'
  if (!body.includes(MARK)) return undefined
  if (MARKUP.test(headers.get('content-type') ?? 'html')) return 'markup is shown as such'
  return headers.get('x-content-type-options') === 'nosniff' ? undefined : 'a browser may take it for markup'
}
