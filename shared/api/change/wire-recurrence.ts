import * as z from 'zod'
import type { Recurrence, Weekday } from '../../events/recurrence.ts'
import { DAY_NAMES, dayNameOf } from './day-names.ts'

const DayName = z.enum(DAY_NAMES)

/** The recurrence of a series, as it is told: what can be read can be written again. */
export const WireRecurrence = z.object({
  rules: z.array(
    z.object({
      frequency: z.enum(['daily', 'weekly', 'monthly', 'yearly']),
      interval: z.int(),
      by_day: z.array(z.union([DayName, z.object({ day: DayName, nth_of_period: z.int() })])).optional(),
      by_month_day: z.array(z.int()).optional(),
      by_month: z.array(z.int()).optional(),
      by_set_pos: z.array(z.int()).optional(),
      count: z.int().optional(),
      until: z.string().optional(),
      week_start: DayName.optional(),
    }),
  ),
})

/** A recurrence as the API says it; read again, with the same start, it is the same recurrence. */
export function wireRecurrence(recurrence: Recurrence): z.infer<typeof WireRecurrence> {
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
