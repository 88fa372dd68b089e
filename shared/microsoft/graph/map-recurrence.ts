import type { Recurrence, Weekday } from '../../events/recurrence.ts'
import { ianaZone } from '../../events/zones.ts'
import type { GraphRecurrence } from './wire.ts'

export const GRAPH_WEEKDAYS: ReadonlyMap<string, Weekday> = new Map([
  ['monday', 'MO'],
  ['tuesday', 'TU'],
  ['wednesday', 'WE'],
  ['thursday', 'TH'],
  ['friday', 'FR'],
  ['saturday', 'SA'],
  ['sunday', 'SU'],
])

const POSITIONS: ReadonlyMap<string, NonNullable<Recurrence['position']>> = new Map([
  ['first', 1],
  ['second', 2],
  ['third', 3],
  ['fourth', 4],
  ['last', -1],
])

const FREQUENCIES = {
  daily: 'daily',
  weekly: 'weekly',
  absoluteMonthly: 'monthly',
  relativeMonthly: 'monthly',
  absoluteYearly: 'yearly',
  relativeYearly: 'yearly',
} as const

/**
 * Graph's pattern and range as one rule.
 * @see https://learn.microsoft.com/en-us/graph/api/resources/recurrencepattern for which properties each type uses
 */
export function mapRecurrence({ pattern, range }: GraphRecurrence, eventZone: string | null | undefined): Recurrence {
  const relative = pattern.type === 'relativeMonthly' || pattern.type === 'relativeYearly'
  const absolute = pattern.type === 'absoluteMonthly' || pattern.type === 'absoluteYearly'
  return {
    frequency: FREQUENCIES[pattern.type],
    interval: pattern.interval,
    weekdays: relative || pattern.type === 'weekly' ? (pattern.daysOfWeek ?? []).flatMap(weekday) : undefined,
    weekStart: pattern.type === 'weekly' ? weekday(pattern.firstDayOfWeek ?? 'sunday')[0] : undefined,
    position: relative ? position(pattern.index) : undefined,
    dayOfMonth: absolute ? (pattern.dayOfMonth ?? undefined) : undefined,
    month: FREQUENCIES[pattern.type] === 'yearly' ? (pattern.month ?? undefined) : undefined,
    startDate: range.startDate,
    untilDate: range.type === 'endDate' ? (range.endDate ?? undefined) : undefined,
    count: range.type === 'numbered' ? (range.numberOfOccurrences ?? undefined) : undefined,
    zone: ianaZone(range.recurrenceTimeZone) ?? ianaZone(eventZone),
  }
}

function weekday(name: string): Weekday[] {
  const day = GRAPH_WEEKDAYS.get(name.toLowerCase())
  return day === undefined ? [] : [day]
}

const position = (index: string | null | undefined): Recurrence['position'] => POSITIONS.get(index ?? 'first') ?? 1
