import * as z from 'zod'
import { custom, notSupported, problem, REQUIRED } from '../findings.ts'
import { DAY_NAMES } from './day-names.ts'

const OTHER_FREQUENCY = notSupported('must be daily, weekly, monthly or yearly')
const POSITIVE = problem('must_be_integer_greater_than_zero', 'must be a whole number above zero')

/** As far as Microsoft 365 counts: occurrences to 999, intervals to 99. */
const counted = (max: number) =>
  z
    .int(POSITIVE)
    .min(1, POSITIVE)
    .max(max, custom(notSupported(`must be at most ${max}`)))

/** One value or a list of them. */
const several = <T extends z.ZodType>(item: T) =>
  z
    .preprocess((value) => (Array.isArray(value) || value === undefined ? value : [value]), z.array(item).default([]))
    .meta({ also: item })

const DayName = z.enum(DAY_NAMES)

/** `monday`, or `{day: 'monday', nth_of_period: 1}`. */
const Day = z
  .preprocess(
    (value) => (typeof value === 'string' ? { day: value } : value),
    z.object({ day: DayName, nth_of_period: z.int().optional() }),
  )
  .meta({ also: DayName })

/** One rule of a recurrence as it is written, before it is known whether Microsoft 365 can express it. */
export const Rule = z.object({
  frequency: z.enum(['daily', 'weekly', 'monthly', 'yearly'], {
    error: ({ input }) => (input === undefined ? REQUIRED : OTHER_FREQUENCY),
  }),
  interval: counted(99).default(1),
  by_day: several(Day),
  by_month_day: several(z.int().min(-31).max(31)),
  by_month: several(z.int().min(1).max(12)),
  by_set_pos: several(z.int()),
  count: counted(999).optional(),
  until: z
    .string()
    .optional()
    .meta({ description: 'A date or a time.', examples: ['2027-11-26'] }),
  week_start: DayName.optional(),
})
export type Rule = z.infer<typeof Rule>

/** Every part of RFC 5545 that narrows a rule down and is not above: what was asked for would silently be more. */
export const isUnknownPart = (name: string): boolean => name.startsWith('by_') && !Object.hasOwn(Rule.shape, name)
