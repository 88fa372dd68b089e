import { days, type EpochMs, earlier, epochMs, later } from '../core/time.ts'
import type { EventTime } from './event.ts'

/** The span of time whose events are cached: `from <= t < to`, both at midnight UTC. */
export interface Window {
  readonly from: EpochMs
  readonly to: EpochMs
}

const DAY = days(1)

export const startOfDay = (at: EpochMs): EpochMs => epochMs(Math.floor(at / DAY) * DAY)

/** The window around today. @param pastDays, @param futureDays whole days before and after. */
export function windowAround(now: EpochMs, pastDays: number, futureDays: number): Window {
  const today = startOfDay(now)
  return { from: earlier(today, days(pastDays)), to: later(today, days(futureDays)) }
}

/** The instant an event time stands for; a date counts as midnight UTC. Use it for order and grouping only. */
export const instantOf = (time: EventTime): EpochMs =>
  time.kind === 'instant' ? time.at : epochMs(Date.parse(`${time.date}T00:00:00Z`))

/** `2026-11` of an instant, in UTC. */
const monthOf = (at: EpochMs): string => new Date(at).toISOString().slice(0, 7)

/**
 * The UTC months that `from <= t < to` touches, in order, at least one. An event is kept once under each month it
 * touches, so that a month can be read without the rest of the mailbox.
 */
export function monthsBetween(from: EpochMs, to: EpochMs): readonly string[] {
  const months: string[] = []
  const last = monthOf(epochMs(Math.max(from, to - 1)))
  for (let month = monthOf(from); month <= last; month = nextMonth(month)) months.push(month)
  return months
}

const nextMonth = (month: string): string => {
  const [year = 0, number = 0] = month.split('-').map(Number)
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`
}

/** The months an event is kept under: those it touches, cut to the window so that a ten-year event stays small. */
export function monthsOfEvent(start: EventTime, end: EventTime, window: Window): readonly string[] {
  const from = epochMs(Math.min(Math.max(instantOf(start), window.from), window.to))
  const to = epochMs(Math.min(Math.max(instantOf(end), from), window.to))
  return monthsBetween(from, to)
}
