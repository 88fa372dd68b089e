import { WEEKDAYS, type Weekday } from '../../events/recurrence.ts'

/** The days of a week in the words of the API, Monday first, with the names of our own. */
export const DAY_NAMES = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const
export type DayName = (typeof DAY_NAMES)[number]

export const weekdayOf = (name: DayName): Weekday => WEEKDAYS[DAY_NAMES.indexOf(name)] ?? 'MO'
export const dayNameOf = (weekday: Weekday): DayName => DAY_NAMES[WEEKDAYS.indexOf(weekday)] ?? 'monday'
