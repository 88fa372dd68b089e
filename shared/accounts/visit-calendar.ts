import type { Telemetry } from '../core/telemetry.ts'
import { type EpochMs, later } from '../core/time.ts'
import type { PullDependencies } from '../pull/commit-pull.ts'
import { isDeaf, isNotified, isRollDue, isTold, needsPull, POLL_EVERY, type Wake } from '../pull/due.ts'
import type { Mailbox } from '../pull/ports.ts'
import { type Pulled, pullCalendar } from '../pull/pull-calendar.ts'
import { isSetAside, withoutCursor } from '../pull/round.ts'
import { type AccountSession, calendarOf } from '../pull/session.ts'
import type { CalendarState } from '../pull/state.ts'
import { type SubscribeDependencies, subscribeCalendar } from '../pull/subscribe-calendar.ts'
import { leaveOut } from './refused-calendar.ts'

/** What a visit carries from calendar to calendar. */
export interface CalendarVisit {
  readonly dependencies: PullDependencies & SubscribeDependencies & { readonly telemetry: Telemetry }
  readonly session: AccountSession
  readonly mailbox: Mailbox
  readonly wake: Wake
  readonly deadline: EpochMs
  /** Whether the token of this visit has just been made: a 401 is not about its age. */
  readonly hasFreshToken: boolean
}

/** How far a calendar was read: not to its end when the time budget was spent. */
type Read = 'unneeded' | 'complete' | 'late'

/**
 * Subscribes and reads the calendars, one after the other. However long it took to come here, one of them is read for a
 * page at least, so that each visit comes further.
 * @returns false when the time budget was spent before all were read to their ends.
 */
export async function visitCalendars(visit: CalendarVisit): Promise<boolean> {
  let hasRead = false
  for (const { key } of visit.session.calendars) {
    const read = await visitCalendar(visit, key, hasRead)
    if (read === 'late') return false
    hasRead ||= read === 'complete'
  }
  return true
}

/** What is wrong with a calendar alone sets it aside and does not keep the others waiting. */
async function visitCalendar(visit: CalendarVisit, key: string, hasRead: boolean): Promise<Read> {
  const { dependencies, session, mailbox, wake, hasFreshToken } = visit
  const before = calendarOf(session, key)
  await noteDeafness(visit, before)
  const asking = { isQuestioned: isQuestioned(wake, key), hasFreshToken }
  // Subscribed before it is read, so that a change in between is announced.
  await subscribeCalendar(dependencies, session, mailbox, calendarOf(session, key), asking)
  const read = await readCalendar(visit, key, hasRead)
  const mode = modeOf(calendarOf(session, key))
  if (modeOf(before) !== mode)
    dependencies.log('info', 'calendar-mode', { account: session.account, calendar: key, mode })
  return read
}

const modeOf = (calendar: CalendarState) => (isNotified(calendar) ? 'notified' : 'polled')

/** @param hasRead whether the visit has read another calendar before. */
async function readCalendar(visit: CalendarVisit, key: string, hasRead: boolean): Promise<Read> {
  const { dependencies, session, wake, deadline } = visit
  const { clock } = dependencies
  const before = calendarOf(session, key)
  const isRolling = isRollDue(before, session.account, clock)
  if (!isRolling && !needsPull(before, session.account, wake, clock)) return 'unneeded'
  if (hasRead && clock.now() >= deadline) return 'late'
  const heard = isTold(before, wake) ? heardNow(before, clock.now()) : {}
  try {
    const start = isRolling ? { ...withoutCursor(before), endless: false } : before
    const first = await pull(visit, { ...start, ...heard })
    // A round that was begun earlier may have passed by what woke us now. One that is doubted is confirmed later.
    const isOld = first.isComplete && start.progress !== undefined && !isSetAside(calendarOf(session, key), clock)
    if (isOld && start.progress?.view) {
      await leaveToPoll(visit, before)
      return 'complete'
    }
    if (isOld && clock.now() >= deadline) return 'late'
    const { isComplete } = isOld ? await pull(visit, calendarOf(session, key)) : first
    if (isUntold(before, first, isRolling || isTold(before, wake)))
      await session.save({ calendars: [{ ...calendarOf(session, key), unheardSince: clock.now() }] })
    return isComplete ? 'complete' : 'late'
  } catch (error) {
    await leaveOut(visit, before, error)
    return 'complete'
  }
}

/**
 * A view is read from its beginning each time, and one that takes several visits would keep everything else waiting if it
 * were read again at once: what was told since the last one ended, perhaps behind its back, waits as long as for a poll.
 */
async function leaveToPoll({ dependencies, session }: CalendarVisit, { key, pulledAt }: CalendarState): Promise<void> {
  const calendar = calendarOf(session, key)
  if ((calendar.heardAt ?? 0) <= (pulledAt ?? 0)) return
  const pullAfter = later(dependencies.clock.now(), POLL_EVERY)
  await session.save({ calendars: [{ ...calendar, dirty: true, pullAfter }] })
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

/**
 * Whether the calendar's subscription may be gone: Microsoft has said so, or the person has connected anew, perhaps in the
 * middle of being disconnected.
 */
const isQuestioned = ({ reason, calendar }: Wake, key: string): boolean =>
  reason === 'connected' || (reason === 'renew' && (calendar ?? key) === key)
