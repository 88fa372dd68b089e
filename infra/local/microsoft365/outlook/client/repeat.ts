import { type Recurrence, WEEKDAYS, type Weekday } from './wire.ts'

/** How an event comes back, as the form tells it. */
export interface Repeat {
  /** `kept` is a pattern that this form cannot show; it stays as it is. */
  kind: 'none' | 'daily' | 'weekly' | 'monthly' | 'monthlyWeekday' | 'yearly' | 'kept'
  interval: number
  /** For weekly ones. */
  days: Weekday[]
  ends: 'never' | 'on' | 'after'
  /** The last day, for `on`. */
  until: string
  /** How many times, for `after`. */
  count: number
}

export const noRepeat = (date: string): Repeat => ({
  kind: 'none',
  interval: 1,
  days: [weekdayOf(date)],
  ends: 'never',
  until: date,
  count: 10,
})

/** The form's view of a Graph recurrence. */
export function repeatOf(recurrence: Recurrence | null, date: string): Repeat {
  if (recurrence === null) return noRepeat(date)
  const { pattern, range } = recurrence
  return {
    kind: KINDS[pattern.type],
    interval: pattern.interval,
    days: pattern.type === 'weekly' ? (pattern.daysOfWeek ?? []) : [weekdayOf(date)],
    ends: range.type === 'noEnd' ? 'never' : range.type === 'endDate' ? 'on' : 'after',
    until: range.type === 'endDate' ? (range.endDate ?? date) : date,
    count: range.type === 'numbered' ? (range.numberOfOccurrences ?? 1) : 10,
  }
}

const KINDS: Record<Recurrence['pattern']['type'], Repeat['kind']> = {
  daily: 'daily',
  weekly: 'weekly',
  absoluteMonthly: 'monthly',
  relativeMonthly: 'monthlyWeekday',
  absoluteYearly: 'yearly',
  relativeYearly: 'kept',
}

/** What Graph takes for a series that starts on `date`; null ends the repetition. */
export function recurrenceOf(repeat: Repeat, date: string): Recurrence | null {
  const pattern = patternOf(repeat, date)
  return pattern && { pattern: { ...pattern, interval: repeat.interval }, range: rangeOf(repeat, date) }
}

type Pattern = Omit<Recurrence['pattern'], 'interval'>

function patternOf({ kind, days }: Repeat, date: string): Pattern | null {
  const [month, dayOfMonth] = [Number(date.slice(5, 7)), Number(date.slice(8))]
  switch (kind) {
    case 'daily':
      return { type: 'daily' }
    case 'weekly':
      return { type: 'weekly', daysOfWeek: days.length > 0 ? days : [weekdayOf(date)], firstDayOfWeek: 'monday' }
    case 'monthly':
      return { type: 'absoluteMonthly', dayOfMonth }
    case 'monthlyWeekday':
      return { type: 'relativeMonthly', daysOfWeek: [weekdayOf(date)], index: indexOf(dayOfMonth) }
    case 'yearly':
      return { type: 'absoluteYearly', dayOfMonth, month }
    default:
      return null
  }
}

function rangeOf({ ends, until, count }: Repeat, startDate: string): Recurrence['range'] {
  if (ends === 'on') return { type: 'endDate', startDate, endDate: until }
  return ends === 'after' ? { type: 'numbered', startDate, numberOfOccurrences: count } : { type: 'noEnd', startDate }
}

const INDEXES = ['first', 'second', 'third', 'fourth', 'last'] as const
const indexOf = (dayOfMonth: number) => INDEXES[Math.floor((dayOfMonth - 1) / 7)] ?? 'last'

/** Dates count from Sunday, the list from Monday. */
export const weekdayOf = (date: string): Weekday =>
  WEEKDAYS[(new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7] ?? 'monday'
