import type { Recurrence } from '../events/recurrence.ts'
import {
  dayOfMonth,
  daysInMonth,
  daysOnWeekdays,
  inOrder,
  monthOf,
  weekdayAfterMove,
  weekdayOfDate,
} from '../events/weekdays.ts'

/**
 * The rule of a series that begins on another day from now on. Who moves a series means its days too: where the new day is
 * none of the rule's, the rule moves as far as its beginning does. Several weekdays of a month that do not move together
 * become the one that the new day is on.
 */
export function movedTo(rule: Recurrence, startDate: string): Recurrence {
  if (rule.startDate === startDate) return rule
  const moved = { ...rule, startDate, ...(rule.month !== undefined && { month: monthOf(startDate) }) }
  return isOnOwnDay(moved) ? moved : { ...moved, ...daysAfterMove(rule, startDate) }
}

/** Whether a series begins on a day of its rule. Where a month is shorter, Microsoft 365 takes its last day. */
function isOnOwnDay({ frequency, weekdays = [], position, dayOfMonth: day, startDate }: Recurrence): boolean {
  if (day !== undefined) return dayOfMonth(startDate) === Math.min(day, daysInMonth(startDate))
  if (weekdays.length === 0) return true
  if (frequency === 'weekly') return weekdays.includes(weekdayOfDate(startDate))
  return daysOnWeekdays(startDate, weekdays).at(position === -1 ? -1 : (position ?? 1) - 1) === dayOfMonth(startDate)
}

function daysAfterMove(rule: Recurrence, to: string): Pick<Recurrence, 'weekdays' | 'position' | 'dayOfMonth'> {
  const { frequency, weekdays = [], startDate: from } = rule
  if (rule.dayOfMonth !== undefined) return { dayOfMonth: dayOfMonth(to) }
  const own = weekdayOfDate(to)
  if (frequency !== 'weekly') return { weekdays: [own], position: positionOf(to, rule.position) }
  const moved = inOrder(weekdays.map((weekday) => weekdayAfterMove(weekday, from, to)))
  return { weekdays: moved.includes(own) ? moved : [own] }
}

/** Which of its weekdays a day is in its month; what was the last one before stays that where it can. */
function positionOf(date: string, before: Recurrence['position']): NonNullable<Recurrence['position']> {
  const day = dayOfMonth(date)
  if (before === -1 && day > daysInMonth(date) - 7) return -1
  return ([1, 2, 3, 4] as const)[Math.ceil(day / 7) - 1] ?? -1
}
