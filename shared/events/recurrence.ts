/** The days of a week as RFC 5545 names them. */
export const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const
export type Weekday = (typeof WEEKDAYS)[number]

/** A rule by which a series repeats: the part of RFC 5545 that Microsoft 365 can express. */
export interface Recurrence {
  readonly frequency: 'daily' | 'weekly' | 'monthly' | 'yearly'
  readonly interval: number
  readonly weekdays?: readonly Weekday[] | undefined
  readonly weekStart?: Weekday | undefined
  /** Which of the weekdays in the month: 1 to 4, or -1 for the last. */
  readonly position?: 1 | 2 | 3 | 4 | -1 | undefined
  readonly dayOfMonth?: number | undefined
  readonly month?: number | undefined
  readonly startDate: string
  /** Inclusive. */
  readonly untilDate?: string | undefined
  readonly count?: number | undefined
  /** The IANA zone in which the rule counts days; undefined when the provider's name maps to none. */
  readonly zone?: string | undefined
}
