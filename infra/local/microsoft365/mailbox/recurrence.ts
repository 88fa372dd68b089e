import { RRuleTemporal } from 'rrule-temporal'
import * as z from 'zod'
import { invalidProperty } from './failures.ts'
import { addDays, dayNumber } from './zones.ts'

const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const
const Day = z.enum(DAYS)
const DateOnly = z.iso.date()

/** Fields a pattern's type does not use are validated all the same, as Graph does. */
const Pattern = z.strictObject({
  type: z.enum(['daily', 'weekly', 'absoluteMonthly', 'relativeMonthly', 'absoluteYearly', 'relativeYearly']),
  interval: z.int().min(1).max(999),
  month: z.int().min(0).max(12).default(0),
  dayOfMonth: z.int().min(0).max(31).default(0),
  daysOfWeek: z.array(Day).optional(),
  firstDayOfWeek: Day.default('sunday'),
  index: z.enum(['first', 'second', 'third', 'fourth', 'last']).default('first'),
})

const Range = z.strictObject({
  type: z.enum(['endDate', 'noEnd', 'numbered']),
  startDate: DateOnly,
  endDate: z.union([DateOnly, z.literal('0001-01-01')]).default('0001-01-01'),
  recurrenceTimeZone: z.string().nullish(),
  numberOfOccurrences: z.int().min(0).max(999).default(0),
})

/** A Graph `patternedRecurrence`. */
export const Recurrence = z.strictObject({ pattern: Pattern, range: Range })
export type Recurrence = z.infer<typeof Recurrence>

type Pattern = Recurrence['pattern']

const NEEDS: Record<Pattern['type'], (pattern: Pattern) => boolean> = {
  daily: () => true,
  weekly: ({ daysOfWeek }) => hasDays(daysOfWeek),
  absoluteMonthly: ({ dayOfMonth }) => dayOfMonth > 0,
  relativeMonthly: ({ daysOfWeek }) => hasDays(daysOfWeek),
  absoluteYearly: ({ dayOfMonth, month }) => dayOfMonth > 0 && month > 0,
  relativeYearly: ({ daysOfWeek, month }) => hasDays(daysOfWeek) && month > 0,
}

const hasDays = (days: readonly string[] | undefined) => days !== undefined && days.length > 0

/**
 * Refuses a recurrence that Graph refuses: fields its type needs are missing, the range is open where its type says it
 * is not, or it does not start on the event's own start date.
 * @throws MailboxFailure `ErrorPropertyValidationFailure`
 */
export function checkRecurrence({ pattern, range }: Recurrence, eventDate: string): void {
  if (!NEEDS[pattern.type](pattern)) throw invalidProperty('The recurrence pattern lacks a required property.')
  if (range.startDate !== eventDate) throw invalidProperty('The recurrence range must start on the start date.')
  if (range.type === 'endDate' && range.endDate < range.startDate)
    throw invalidProperty('The recurrence range ends before it starts.')
  if (range.type === 'numbered' && range.numberOfOccurrences < 1)
    throw invalidProperty('A numbered recurrence needs a number of occurrences.')
}

const expansions = new WeakMap<Recurrence, { from: string; to: string; dates: string[] }>()

/** The dates the pattern puts an occurrence on, from `from` to `to`, both included, in order. */
export function patternDates(recurrence: Recurrence, from: string, to: string): string[] {
  const known = expansions.get(recurrence)
  if (known?.from === from && known.to === to) return known.dates
  const rule = new RRuleTemporal({ rruleString: ruleText(recurrence), maxIterations: 1_000_000 })
  const dates = rule
    .between(new Date(`${addDays(from, -1)}T12:00:00Z`), new Date(`${to}T12:00:00Z`), true)
    .map((at) => at.toPlainDate().toString())
  expansions.set(recurrence, { from, to, dates })
  return dates
}

/** Dates are expanded in UTC: the wall-clock time of an occurrence is put on its date afterwards, in the series' zone. */
const ruleText = (recurrence: Recurrence): string =>
  `DTSTART:${compact(recurrence.range.startDate)}T000000Z\nRRULE:${[...patternRule(recurrence.pattern), ...rangeRule(recurrence.range)].join(';')}`

const compact = (date: string) => date.replaceAll('-', '')
const short = (day: (typeof DAYS)[number]) => day.slice(0, 2).toUpperCase()

function patternRule(pattern: Pattern): string[] {
  const days = (pattern.daysOfWeek ?? []).map(short).join(',')
  const interval = `INTERVAL=${pattern.interval}`
  const nth = [`BYDAY=${days}`, `BYSETPOS=${SETPOS[pattern.index]}`]
  switch (pattern.type) {
    case 'daily':
      return ['FREQ=DAILY', interval]
    case 'weekly':
      return ['FREQ=WEEKLY', interval, `BYDAY=${days}`, `WKST=${short(pattern.firstDayOfWeek)}`]
    case 'absoluteMonthly':
      return ['FREQ=MONTHLY', interval, ...monthDay(pattern.dayOfMonth)]
    case 'relativeMonthly':
      return ['FREQ=MONTHLY', interval, ...nth]
    case 'absoluteYearly':
      return ['FREQ=YEARLY', interval, `BYMONTH=${pattern.month}`, ...monthDay(pattern.dayOfMonth)]
    case 'relativeYearly':
      return ['FREQ=YEARLY', interval, `BYMONTH=${pattern.month}`, ...nth]
  }
}

const SETPOS = { first: 1, second: 2, third: 3, fourth: 4, last: -1 }

/** Outlook puts day 29, 30 or 31 on the last day of a shorter month, where RFC 5545 would skip that month. */
function monthDay(day: number): string[] {
  if (day <= 28) return [`BYMONTHDAY=${day}`]
  const candidates = Array.from({ length: day - 27 }, (_, index) => 28 + index)
  return [`BYMONTHDAY=${candidates.join(',')}`, 'BYSETPOS=-1']
}

function rangeRule(range: Recurrence['range']): string[] {
  if (range.type === 'endDate') return [`UNTIL=${compact(range.endDate)}T000000Z`]
  return range.type === 'numbered' ? [`COUNT=${range.numberOfOccurrences}`] : []
}

const DAYS_BETWEEN: Record<Pattern['type'], number> = {
  daily: 1,
  weekly: 7,
  absoluteMonthly: 31,
  relativeMonthly: 38,
  absoluteYearly: 366,
  relativeYearly: 373,
}

/** The dates around `date`, far enough to hold its neighbours even when some of them were cancelled. */
export function datesAround({ pattern, range }: Recurrence, date: string): string[] {
  const reach = DAYS_BETWEEN[pattern.type] * pattern.interval * 5 + 7
  const from = dayNumber(date) - reach < dayNumber(range.startDate) ? range.startDate : addDays(date, -reach)
  return patternDates({ pattern, range }, from, addDays(date, reach))
}
