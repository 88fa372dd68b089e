import { WEEKDAYS, type Weekday } from './recurrence.ts'

// Calendar days as texts: `2026-11-23`.

/** Each once, Monday first. */
export const inOrder = (weekdays: readonly Weekday[]): readonly Weekday[] =>
  WEEKDAYS.filter((weekday) => weekdays.includes(weekday))

const at = (date: string): Date => new Date(`${date}T00:00:00Z`)

export const dayOfMonth = (date: string): number => at(date).getUTCDate()
export const monthOf = (date: string): number => at(date).getUTCMonth() + 1
export const weekdayOfDate = (date: string): Weekday => WEEKDAYS[(at(date).getUTCDay() + 6) % 7] ?? 'MO'

export const daysInMonth = (date: string): number =>
  new Date(Date.UTC(at(date).getUTCFullYear(), monthOf(date), 0)).getUTCDate()

export const dayBefore = (date: string): string => new Date(at(date).getTime() - 86_400_000).toISOString().slice(0, 10)

/** The days of the date's month that fall on one of the weekdays, in order. */
export function daysOnWeekdays(date: string, weekdays: readonly Weekday[]): readonly number[] {
  const days = Array.from({ length: daysInMonth(date) }, (_, index) => index + 1)
  return days.filter((day) => weekdays.includes(weekdayOfDate(`${date.slice(0, 8)}${String(day).padStart(2, '0')}`)))
}

/** The weekday on which a day falls that is as far from `weekday` as `to` is from `from`. */
export function weekdayAfterMove(weekday: Weekday, from: string, to: string): Weekday {
  const moved = WEEKDAYS.indexOf(weekdayOfDate(to)) - WEEKDAYS.indexOf(weekdayOfDate(from))
  return WEEKDAYS[(WEEKDAYS.indexOf(weekday) + moved + 7) % 7] ?? weekday
}
