import { days, minutes } from '../../../shared/core/time.ts'
import type { Dice } from '../../support/dice.ts'

/** How those behave that the service talks to, beside failing: everything that nobody promises. */
export interface Neighbours {
  /** Of how many organisations people are. */
  readonly organisations: 1 | 2
  /** Rows of a page of the tables: they may end one anywhere. */
  readonly pageRows: number
  /** Greatest time an answer takes on its way back, in milliseconds: what was done is heard of later, and out of order. */
  readonly answerMs: number
  /** Whether what was lost on its way may be done a while later, when nobody expects it any more. */
  readonly landsLate: boolean
  /** For how long Exchange knows a `transactionId`, in milliseconds. */
  readonly transactionMemoryMs: number
  /** The share of a timer's ticks that two instances are given at once. */
  readonly ticksTwice: number
  /** Whether a person's calendars beside the first are in a colleague's mailbox, who shares them. */
  readonly shares: boolean
  /** Whether what was deleted still answers under its name. */
  readonly keepsDeleted: boolean
}

/** Those that every test of one part has. */
export const PLAIN_NEIGHBOURS: Neighbours = {
  organisations: 1,
  pageRows: 1_000,
  answerMs: 0,
  landsLate: false,
  transactionMemoryMs: days(36_500),
  ticksTwice: 0,
  shares: false,
  keepsDeleted: true,
}

export function chooseNeighbours(dice: Dice): Neighbours {
  const { organisations, pageRows, answerMs, transactionMemoryMs, ticksTwice } = PLAIN_NEIGHBOURS
  return {
    organisations: dice.chance(0.5) ? 2 : organisations,
    pageRows: dice.chance(0.15) ? dice.pick([1, 2, 5]) : pageRows,
    answerMs: dice.chance(0.2) ? dice.pick([50, 2_000]) : answerMs,
    landsLate: dice.chance(0.4),
    transactionMemoryMs: dice.chance(0.3) ? minutes(10) : transactionMemoryMs,
    ticksTwice: dice.chance(0.15) ? 0.5 : ticksTwice,
    shares: dice.chance(0.1),
    keepsDeleted: dice.chance(0.8),
  }
}
