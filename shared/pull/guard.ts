import type { EventChange, Outcome } from './knowledge.ts'

/** More than this many, and more than this share of a calendar, gone at once is doubted once. */
const MANY = 50
const SHARE = 0.2

/**
 * Whether a fresh round would delete so much of a calendar, or all of it, that a second one must confirm it first. What
 * the window has left behind does not count.
 * @param events how many events the calendar has.
 */
export function deletesTooMuch(outcome: Outcome, events: number): boolean {
  return isTooMuch(deletions(outcome), events - count(outcome, 'forget'))
}

/** The same of events that nothing leads to any more. */
export const isTooMuch = (gone: number, before: number): boolean =>
  gone > 0 && (gone >= before || (gone > MANY && gone > before * SHARE))

export const deletions = (outcome: Outcome): number => count(outcome, 'delete')

const count = ({ changes }: Outcome, kind: EventChange['kind']): number =>
  changes.filter((change) => change.kind === kind).length
