import type { AccountHead, CalendarState } from './state.ts'

/**
 * Whether every calendar of the account has been read to its end at least once. One that was set aside before that is not
 * waited for, as it may never be readable; some other one has been read then.
 */
export function firstPullDone(head: AccountHead, calendars: readonly CalendarState[]): boolean {
  const present = calendars.filter(({ deleted }) => !deleted)
  const unread = present.filter(isUnread)
  if (head.calendarsReadAt === undefined) return false
  const isAnyRead = unread.length < present.length
  return unread.length === 0 || (isAnyRead && unread.every(({ pullAfter }) => pullAfter !== undefined))
}

/** Whether nothing can be said of what the calendar holds. */
export const isUnread = ({ deleted, pulledAt }: CalendarState): boolean => !deleted && pulledAt === undefined
