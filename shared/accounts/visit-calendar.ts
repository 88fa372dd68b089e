import { type FailureCode, isFailure, SyncError } from '../core/errors.ts'
import { failureFacts } from '../core/log.ts'
import type { Telemetry } from '../core/telemetry.ts'
import { type EpochMs, later } from '../core/time.ts'
import type { PullDependencies } from '../pull/commit-pull.ts'
import { isDeaf, isNotified, isRollDue, isTold, needsPull, POLL_EVERY, type Wake } from '../pull/due.ts'
import type { Mailbox } from '../pull/ports.ts'
import { type Pulled, pullCalendar } from '../pull/pull-calendar.ts'
import { readCalendars } from '../pull/read-calendars.ts'
import { withoutCursor } from '../pull/round.ts'
import type { AccountSession } from '../pull/session.ts'
import type { CalendarState } from '../pull/state.ts'
import { type SubscribeDependencies, subscribeCalendar } from '../pull/subscribe-calendar.ts'

/** What a visit carries from calendar to calendar. */
export interface CalendarVisit {
  readonly dependencies: PullDependencies & SubscribeDependencies & { readonly telemetry: Telemetry }
  readonly session: AccountSession
  readonly mailbox: Mailbox
  readonly wake: Wake
  readonly deadline: EpochMs
  /** Whether Microsoft has refused a token in this visit, and has been given another one. */
  readonly hasFreshToken: boolean
}

/**
 * Subscribes and reads one calendar. What is wrong with it alone sets it aside and does not keep the others waiting.
 * @returns false when the time budget was spent before it was read to its end.
 */
export async function visitCalendar(visit: CalendarVisit, key: string): Promise<boolean> {
  const { dependencies, session, mailbox, wake, hasFreshToken } = visit
  const before = calendarOf(session, key)
  await noteDeafness(visit, before)
  const asking = { isQuestioned: isQuestioned(wake, key), hasFreshToken }
  // Subscribed before it is read, so that a change in between is announced.
  await subscribeCalendar(dependencies, session, mailbox, calendarOf(session, key), asking)
  const isComplete = await readCalendar(visit, key)
  const mode = modeOf(calendarOf(session, key))
  if (modeOf(before) !== mode)
    dependencies.log('info', 'calendar-mode', { account: session.account, calendar: key, mode })
  return isComplete
}

const modeOf = (calendar: CalendarState) => (isNotified(calendar) ? 'notified' : 'polled')

async function readCalendar(visit: CalendarVisit, key: string): Promise<boolean> {
  const { dependencies, session, wake, deadline } = visit
  const { clock } = dependencies
  const before = calendarOf(session, key)
  const isRolling = isRollDue(before, session.account, clock)
  if (!isRolling && !needsPull(before, session.account, wake, clock)) return true
  if (clock.now() >= deadline) return false
  const heard = isTold(before, wake) ? heardNow(before, clock.now()) : {}
  try {
    const first = await pull(visit, {
      ...(isRolling ? { ...withoutCursor(before), endless: false } : before),
      ...heard,
    })
    // A round that was begun earlier may have passed by what woke us now.
    const isOld = first.isComplete && before.progress !== undefined
    if (isOld && clock.now() >= deadline) return false
    const { isComplete } = isOld ? await pull(visit, calendarOf(session, key)) : first
    if (isUntold(before, first, isRolling || isTold(before, wake)))
      await session.save({ calendars: [{ ...calendarOf(session, key), unheardSince: clock.now() }] })
    return isComplete
  } catch (error) {
    if (isFailure(error, 'CALENDAR_GONE') || isDoubtful(visit, before, error)) return lookForCalendar(visit, key, error)
    if (!isFailure(error, 'MICROSOFT_REFUSED', 'MICROSOFT_UNEXPECTED_SHAPE', 'VALIDATION_FAILED')) throw error
    await setAside(visit, key, error)
    return true
  }
}

/** What is told shows that the subscription is well, also one that replaced a deaf one. */
const heardNow = ({ deafSince, subscribeAfter }: CalendarState, now: EpochMs) => ({
  heardAt: now,
  unheardSince: undefined,
  deafSince: undefined,
  subscribeAfter: deafSince === undefined ? subscribeAfter : undefined,
})

const pull = ({ dependencies, session, mailbox, deadline }: CalendarVisit, calendar: CalendarState): Promise<Pulled> =>
  dependencies.telemetry.span('pull', { facts: { calendar: calendar.key } }, async (span) => {
    const pulled = await pullCalendar(dependencies, session, mailbox, calendar, deadline)
    span.note({ changes: pulled.changes })
    return pulled
  })

/** Whether a poll has found what a notification should have told. A calendar that was to be read anyway proves nothing. */
function isUntold(before: CalendarState, { changes }: Pulled, isExpected: boolean): boolean {
  const isOrdinary = !before.dirty && before.progress === undefined && before.cursor !== undefined
  return isOrdinary && !isExpected && changes > 0 && isNotified(before) && before.unheardSince === undefined
}

/** Notifications come late now and then; those of a subscription that is deaf never come. */
async function noteDeafness({ dependencies, session, wake }: CalendarVisit, calendar: CalendarState): Promise<void> {
  const now = dependencies.clock.now()
  if (calendar.deleted || isTold(calendar, wake) || !isDeaf(calendar, now)) return
  await session.save({ calendars: [{ ...calendar, deafSince: now, subscribeAfter: undefined }] })
  dependencies.log('warn', 'subscription-deaf', { account: session.account, calendar: calendar.key })
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
async function lookForCalendar(visit: CalendarVisit, key: string, error: SyncError): Promise<boolean> {
  const { dependencies, session, mailbox } = visit
  await readCalendars(dependencies, session, mailbox)
  if (calendarOf(session, key).deleted)
    dependencies.log('warn', 'calendar-gone', { account: session.account, calendar: key })
  else await setAside(visit, key, error)
  return true
}

async function setAside({ dependencies, session }: CalendarVisit, key: string, error: SyncError): Promise<void> {
  const calendar = calendarOf(session, key)
  const pullAfter = later(dependencies.clock.now(), POLL_EVERY)
  await session.save({ calendars: [{ ...calendar, dirty: true, pullAfter }] })
  // Said every five minutes as long as it lasts, and no alarm but the first time.
  const level = calendar.pullAfter === undefined ? 'error' : 'warn'
  dependencies.log(level, 'calendar-set-aside', { account: session.account, calendar: key, ...failureFacts(error) })
}

/**
 * Whether the calendar's subscription may be gone: Microsoft has said so, or the person has connected anew, perhaps in the
 * middle of being disconnected.
 */
const isQuestioned = ({ reason, calendar }: Wake, key: string): boolean =>
  reason === 'connected' || (reason === 'renew' && (calendar ?? key) === key)

function calendarOf(session: AccountSession, key: string): CalendarState {
  const calendar = session.calendars.find((one) => one.key === key)
  if (calendar === undefined) throw new SyncError('INTERNAL', 'a calendar left the session')
  return calendar
}
