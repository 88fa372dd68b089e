import { Temporal } from 'temporal-polyfill'
import type { EpochMs } from '../core/time.ts'
import { WEEKDAYS, type Weekday } from './recurrence.ts'
import { dateInZone, instantInZone } from './zones.ts'

/** When a person works, as their mailbox says it: the same hours on each of the days. */
export interface WorkingHours {
  readonly days: readonly Weekday[]
  /** Wall-clock times such as `08:30:00`. An end that is not after the start is on the next day. */
  readonly start: string
  readonly end: string
  /** IANA zone; need not be the mailbox's own. */
  readonly zone: string
}

/** The working hours that touch a span, in order; those that a change of clocks leaves nothing of are left out. */
export function workingSpans({ days, start, end, zone }: WorkingHours, span: { from: EpochMs; to: EpochMs }) {
  const spans: { from: EpochMs; to: EpochMs }[] = []
  const last = Temporal.PlainDate.from(dateInZone(span.to, zone))
  // Hours that begin on the day before may reach into the span.
  let day = Temporal.PlainDate.from(dateInZone(span.from, zone)).subtract({ days: 1 })
  for (; Temporal.PlainDate.compare(day, last) <= 0; day = day.add({ days: 1 })) {
    if (!days.some((weekday) => WEEKDAYS.indexOf(weekday) + 1 === day.dayOfWeek)) continue
    const endDay = end > start ? day : day.add({ days: 1 })
    const hours = { from: instantInZone(`${day}T${start}`, zone), to: instantInZone(`${endDay}T${end}`, zone) }
    if (hours.from < hours.to && hours.to > span.from && hours.from < span.to) spans.push(hours)
  }
  return spans
}
