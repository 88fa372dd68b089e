import type { Recurrence, Weekday } from '../../events/recurrence.ts'
import { dayNameOf } from './weekdays.ts'

/** A recurrence as the API says it; read again, with the same start, it is the same recurrence. */
export function wireRecurrence(recurrence: Recurrence) {
  const { frequency, interval, dayOfMonth, month, count, untilDate, weekStart } = recurrence
  const rule = {
    frequency,
    interval,
    ...wireDays(recurrence),
    ...(dayOfMonth !== undefined && { by_month_day: [dayOfMonth] }),
    ...(month !== undefined && { by_month: [month] }),
    ...(count !== undefined && { count }),
    ...(untilDate !== undefined && { until: untilDate }),
    ...(weekStart !== undefined && { week_start: dayNameOf(weekStart) }),
  }
  return { rules: [rule] }
}

/** The position of several weekdays together, such as the first of Monday to Friday, is `by_set_pos`. */
function wireDays({ weekdays, position }: Recurrence) {
  if (weekdays === undefined) return {}
  const names = weekdays.map((weekday: Weekday) => dayNameOf(weekday))
  if (position === undefined) return { by_day: names }
  if (names.length === 1) return { by_day: names.map((day) => ({ day, nth_of_period: position })) }
  return { by_day: names, by_set_pos: [position] }
}
