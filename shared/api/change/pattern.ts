import type { Recurrence } from '../../events/recurrence.ts'
import { dayOfMonth, daysInMonth, daysOnWeekdays, inOrder, monthOf, weekdayOfDate } from '../../events/weekdays.ts'
import { notSupported, type ProblemMessage, problem, REQUIRED } from '../findings.ts'
import { weekdayOf } from './day-names.ts'
import type { Rule } from './rule.ts'

/** Which days a rule means. */
export type Pattern = Pick<Recurrence, 'weekdays' | 'weekStart' | 'position' | 'dayOfMonth' | 'month'>

/** Notes a problem with a field of the rule. */
type Refuse = (field: string, message: ProblemMessage) => undefined

type Part = 'by_day' | 'by_month_day' | 'by_month' | 'by_set_pos'

/** The parts that Microsoft 365 can express for each frequency. */
const PARTS: Record<Rule['frequency'], readonly Part[]> = {
  daily: [],
  weekly: ['by_day'],
  monthly: ['by_day', 'by_month_day', 'by_set_pos'],
  yearly: ['by_day', 'by_month_day', 'by_set_pos', 'by_month'],
}

const OFF_START = problem('not_supported', 'must fit the start, which is the first occurrence')

/**
 * The days of a rule whose first occurrence is on `start`. What a rule leaves open is taken from the start.
 * @returns undefined when Microsoft 365 cannot express it, which is then noted.
 * @see https://learn.microsoft.com/graph/api/resources/recurrencepattern
 */
export function patternOf(rule: Rule, start: string, refuse: Refuse): Pattern | undefined {
  const excess = (['by_day', 'by_month_day', 'by_month', 'by_set_pos'] as const).filter(
    (part) => rule[part].length > 0 && !PARTS[rule.frequency].includes(part),
  )
  for (const part of excess) refuse(part, notSupported(`is not possible in a ${rule.frequency} rule`))
  if (excess.length > 0) return undefined
  if (rule.frequency === 'daily') return {}
  if (rule.frequency === 'weekly') return weekly(rule, start, refuse)
  const days = rule.by_day.length > 0 ? relative(rule, start, refuse) : absolute(rule, start, refuse)
  if (rule.frequency === 'monthly') return days
  const month = oneMonth(rule, start, refuse)
  return days === undefined || month === undefined ? undefined : { ...days, month }
}

function weekly(rule: Rule, start: string, refuse: Refuse): Pattern | undefined {
  const nth = rule.by_day.findIndex(({ nth_of_period: position }) => position !== undefined)
  if (nth >= 0) return refuse(`by_day[${nth}].nth_of_period`, notSupported('is not possible in a weekly rule'))
  const named = rule.by_day.map(({ day }) => weekdayOf(day))
  const weekdays = named.length > 0 ? inOrder(named) : [weekdayOfDate(start)]
  if (!weekdays.includes(weekdayOfDate(start))) return refuse('by_day', OFF_START)
  return { weekdays, weekStart: weekdayOf(rule.week_start ?? 'monday') }
}

/** A day of the month. Where the month is shorter, Microsoft 365 takes its last day. */
function absolute(rule: Rule, start: string, refuse: Refuse): Pattern | undefined {
  const [day = dayOfMonth(start), ...more] = rule.by_month_day
  if (rule.by_set_pos.length > 0) return refuse('by_set_pos', notSupported('is possible with by_day only'))
  if (more.length > 0 || day < 1) return refuse('by_month_day', notSupported('must be one day from 1 to 31'))
  if (dayOfMonth(start) !== Math.min(day, daysInMonth(start))) return refuse('by_month_day', OFF_START)
  return { dayOfMonth: day }
}

/** A weekday by its place in the month. */
function relative(rule: Rule, start: string, refuse: Refuse): Pattern | undefined {
  if (rule.by_month_day.length > 0) return refuse('by_month_day', notSupported('is not possible together with by_day'))
  const weekdays = inOrder(rule.by_day.map(({ day }) => weekdayOf(day)))
  const position = positionOf(rule, refuse)
  if (position === undefined) return undefined
  if (daysOnWeekdays(start, weekdays).at(position > 0 ? position - 1 : -1) !== dayOfMonth(start))
    return refuse('by_day', OFF_START)
  return { weekdays, position }
}

/**
 * Which of the weekdays of the month a rule means. `nth_of_period` says it of each weekday for itself, which Microsoft
 * 365 has for one; `by_set_pos` says it of all of them together.
 */
function positionOf({ by_day: days, by_set_pos: set }: Rule, refuse: Refuse): Recurrence['position'] {
  const nth = days.flatMap(({ nth_of_period: position }) => position ?? [])
  if (nth.length > 0 && set.length > 0) return refuse('by_set_pos', notSupported('is not possible with nth_of_period'))
  if (nth.length > 0 && days.length > 1)
    return refuse('by_day', notSupported('must be one day where it has nth_of_period'))
  if (set.length > 1) return refuse('by_set_pos', notSupported('must be one number'))
  const [field, position] = set.length > 0 ? ['by_set_pos', set[0]] : ['by_day[0].nth_of_period', nth[0]]
  if (position === undefined) return refuse(field, notSupported('must be given in a monthly or yearly rule'))
  return isPosition(position) ? position : refuse(field, notSupported('must be 1, 2, 3, 4 or -1'))
}

const isPosition = (value: number): value is NonNullable<Recurrence['position']> => [1, 2, 3, 4, -1].includes(value)

/** RFC 5545 counts the weekdays of the whole year where no month is named; then the month must be. */
function oneMonth({ by_month: months, by_day: days }: Rule, start: string, refuse: Refuse): number | undefined {
  if (months.length > 1) return refuse('by_month', notSupported('must be one month'))
  if (months.length === 0 && days.length > 0) return refuse('by_month', REQUIRED)
  const [month = monthOf(start)] = months
  return month === monthOf(start) ? month : refuse('by_month', OFF_START)
}
