import { days, type EpochMs, earlier, epochMs, later } from '../core/time.ts'
import type { EventTime } from './event.ts'

/** The span of time whose events are cached: `from <= t < to`, both at midnight UTC. */
export interface Window {
  readonly from: EpochMs
  readonly to: EpochMs
}

/** How far a window reaches, in whole days before and after today. */
export interface WindowDays {
  readonly past: number
  readonly future: number
}

const DAY = days(1)

export const startOfDay = (at: EpochMs): EpochMs => epochMs(Math.floor(at / DAY) * DAY)

/** The window around today. */
export function windowAround(now: EpochMs, { past, future }: WindowDays): Window {
  const today = startOfDay(now)
  return { from: earlier(today, days(past)), to: later(today, days(future)) }
}

/** The instant an event time stands for; a date counts as midnight UTC. Use it for order and grouping only. */
export const instantOf = (time: EventTime): EpochMs =>
  time.kind === 'instant' ? time.at : epochMs(Date.parse(`${time.date}T00:00:00Z`))

/** Months since the year 0, in UTC. */
const monthNumber = (at: EpochMs): number => {
  const date = new Date(at)
  return date.getUTCFullYear() * 12 + date.getUTCMonth()
}

const monthName = (number: number): string =>
  `${String(Math.floor(number / 12)).padStart(4, '0')}-${String((number % 12) + 1).padStart(2, '0')}`

/** The UTC month of a moment, such as `2026-11`. */
export const monthOf = (at: EpochMs): string => monthName(monthNumber(at))

/** How many UTC months `from <= t < to` touches; at least one. */
export const countMonths = (from: EpochMs, to: EpochMs): number =>
  monthNumber(epochMs(Math.max(from, to - 1))) - monthNumber(from) + 1

/**
 * The UTC months that `from <= t < to` touches, such as `2026-11`, in order, at least one. An event is kept once under
 * each month it touches, so that a month can be read without the rest of the mailbox.
 */
export const monthsBetween = (from: EpochMs, to: EpochMs): readonly string[] =>
  Array.from({ length: countMonths(from, to) }, (_, index) => monthName(monthNumber(from) + index))

/**
 * The months an event is kept under: those it touches, its end included, because a range that begins where an event ends
 * shows it. Cut to the window, so that a ten-year event stays small.
 */
export function monthsOfEvent(start: EventTime, end: EventTime, window: Window): readonly string[] {
  const from = epochMs(Math.min(Math.max(instantOf(start), window.from), window.to))
  const to = epochMs(Math.min(Math.max(instantOf(end), from), window.to))
  return monthsBetween(from, epochMs(to + 1))
}
