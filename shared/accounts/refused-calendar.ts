import { type FailureCode, isFailure, type SyncError } from '../core/errors.ts'
import { failureFacts } from '../core/log.ts'
import { later } from '../core/time.ts'
import { POLL_EVERY } from '../pull/due.ts'
import { readCalendars } from '../pull/read-calendars.ts'
import { calendarOf } from '../pull/session.ts'
import type { CalendarState } from '../pull/state.ts'
import type { CalendarVisit } from './visit-calendar.ts'

/**
 * After reading a calendar has failed: what is wrong with it alone leaves it out for a while, or for good.
 * @throws SyncError what is not about this calendar, and what reading the list of calendars throws.
 */
export async function leaveOut(visit: CalendarVisit, calendar: CalendarState, error: unknown): Promise<void> {
  if (isFailure(error, 'CALENDAR_GONE') || isDoubtful(visit, calendar, error))
    return lookForCalendar(visit, calendar.key, error)
  if (!isFailure(error, 'MICROSOFT_REFUSED', 'MICROSOFT_UNEXPECTED_SHAPE', 'VALIDATION_FAILED')) throw error
  await setAside(visit, calendar.key, error)
}

/** Failures of a whole mailbox, or of one calendar of it: of somebody who has left, or so large that Graph times out. */
const DOUBTFUL: readonly FailureCode[] = ['MICROSOFT_UNREACHABLE', 'MICROSOFT_THROTTLED', 'MAILBOX_GONE', 'ITEM_GONE']

/** So often in a row, over minutes, connections do not break by chance each time that one calendar is asked for. */
const BROKEN_CONNECTIONS = 5

/** Whether a failure that has come again may be this calendar's alone: the ones after it must not wait for it for ever. */
function isDoubtful(visit: CalendarVisit, calendar: CalendarState, error: unknown): error is SyncError {
  if (isFailure(error, 'MICROSOFT_TOKEN_EXPIRED')) return isRefusedAlone(visit, calendar)
  // Who names a time is asked nothing before it.
  if (!isFailure(error, ...DOUBTFUL) || error.retryAfterMs !== undefined) return false
  const enough = hasAnswered(error) ? 1 : BROKEN_CONNECTIONS
  return calendar.pullAfter !== undefined || visit.session.head.failures >= enough
}

/** Whether a 401 may be about this calendar: not before a fresh token was tried, nor when all the others say so too. */
const isRefusedAlone = ({ session, hasFreshToken }: CalendarVisit, { key, pullAfter }: CalendarState): boolean =>
  (hasFreshToken || pullAfter !== undefined) &&
  session.calendars.some((other) => other.key !== key && !other.deleted && other.pullAfter === undefined)

/** Without an answer it was the connection, which says nothing about the calendar. */
const hasAnswered = ({ facts }: SyncError): boolean => facts['status'] !== undefined

/**
 * A single 404 is not the last word: a mailbox that cannot be reached answers so too. The list of calendars decides.
 * @throws SyncError what reading the list throws: then it is the mailbox.
 */
async function lookForCalendar(visit: CalendarVisit, key: string, error: SyncError): Promise<void> {
  const { dependencies, session, mailbox } = visit
  await readCalendars(dependencies, session, mailbox)
  if (calendarOf(session, key).deleted)
    dependencies.log('warn', 'calendar-gone', { account: session.account, calendar: key })
  else await setAside(visit, key, error)
}

async function setAside({ dependencies, session }: CalendarVisit, key: string, error: SyncError): Promise<void> {
  const calendar = calendarOf(session, key)
  const pullAfter = later(dependencies.clock.now(), POLL_EVERY)
  await session.save({ calendars: [{ ...calendar, dirty: true, pullAfter }] })
  // Said every five minutes as long as it lasts, and no alarm but the first time.
  const level = calendar.pullAfter === undefined ? 'error' : 'warn'
  dependencies.log(level, 'calendar-set-aside', { account: session.account, calendar: key, ...failureFacts(error) })
}
