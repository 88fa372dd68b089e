import { SyncError } from '../../core/errors.ts'
import type { Recurrence, Weekday } from '../../events/recurrence.ts'
import { weekdayOfDate } from '../../events/weekdays.ts'
import { windowsZone } from '../../events/zones.ts'
import type { GraphRecurrence } from './wire.ts'

const DAYS: Record<Weekday, string> = {
  MO: 'monday',
  TU: 'tuesday',
  WE: 'wednesday',
  TH: 'thursday',
  FR: 'friday',
  SA: 'saturday',
  SU: 'sunday',
}

const INDEXES = { 1: 'first', 2: 'second', 3: 'third', 4: 'fourth', [-1]: 'last' } as const

/**
 * A rule as Graph's pattern and range, the other way round than `mapRecurrence`. What a rule leaves out is as on its
 * first day, as in RFC 5545, and weeks begin as they do for Graph. Properties that a pattern's type does not use are not
 * sent: Graph would check them.
 * @throws SyncError `INTERNAL` for a zone without a Windows name: nobody could say when such a series takes place.
 * @see https://learn.microsoft.com/en-us/graph/api/resources/recurrencepattern
 */
export const writeRecurrence = (rule: Recurrence): GraphRecurrence => ({
  pattern: { ...writePattern(rule), interval: rule.interval },
  range: {
    ...writeEnd(rule),
    startDate: rule.startDate,
    ...(rule.zone !== undefined && { recurrenceTimeZone: seriesZone(rule.zone) }),
  },
})

/** The Windows name of the zone of a series. @throws SyncError `INTERNAL` when there is none. */
export function seriesZone(zone: string): string {
  const windows = windowsZone(zone)
  if (windows === undefined) throw new SyncError('INTERNAL', 'a series is in a zone that Microsoft 365 does not know')
  return windows
}

function writePattern(rule: Recurrence): Omit<GraphRecurrence['pattern'], 'interval'> {
  const month = rule.month ?? Number(rule.startDate.slice(5, 7))
  const dayOfMonth = rule.dayOfMonth ?? Number(rule.startDate.slice(8, 10))
  const nth = { daysOfWeek: daysOf(rule), index: INDEXES[rule.position ?? 1] }
  const relative = rule.weekdays !== undefined && rule.weekdays.length > 0
  switch (rule.frequency) {
    case 'daily':
      return { type: 'daily' }
    case 'weekly':
      return { type: 'weekly', daysOfWeek: daysOf(rule), firstDayOfWeek: DAYS[rule.weekStart ?? 'SU'] }
    case 'monthly':
      return relative ? { type: 'relativeMonthly', ...nth } : { type: 'absoluteMonthly', dayOfMonth }
    case 'yearly':
      return relative ? { type: 'relativeYearly', ...nth, month } : { type: 'absoluteYearly', dayOfMonth, month }
  }
}

const daysOf = ({ weekdays, startDate }: Recurrence): string[] =>
  (weekdays?.length ? weekdays : [weekdayOfDate(startDate)]).map((day) => DAYS[day])

function writeEnd({ untilDate, count }: Recurrence): Omit<GraphRecurrence['range'], 'startDate'> {
  if (untilDate !== undefined) return { type: 'endDate', endDate: untilDate }
  return count === undefined ? { type: 'noEnd' } : { type: 'numbered', numberOfOccurrences: count }
}
