import type { Difference } from './judge.ts'

export interface Exception {
  readonly side: Difference['side']
  readonly what: RegExp
  /** Only these operations; all when absent. */
  readonly operation?: RegExp
  readonly reason: string
}

/** Differences from the document that are right, each with the fact about Microsoft Graph that names it. */
export const EXCEPTIONS: readonly Exception[] = [
  {
    side: 'request',
    what: /^the header prefer is not documented$/,
    reason: 'the preference for immutable ids counts per request, so it goes with every request (outlook-immutable-id)',
  },
  {
    side: 'request',
    what: /^the path is in another case$/,
    operation: /calendarView\/delta$/,
    reason: 'links are sent back letter for letter, and Graph writes calendarview in them as well (event-delta)',
  },
]
