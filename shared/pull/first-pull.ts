import type { AccountHead, CalendarState } from './state.ts'

/** Whether every calendar of the account has been read to its end at least once. */
export const firstPullDone = (head: AccountHead, calendars: readonly CalendarState[]): boolean =>
  head.calendarsReadAt !== undefined && calendars.every(({ deleted, pulledAt }) => deleted || pulledAt !== undefined)
