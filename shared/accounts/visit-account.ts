import { asSyncError, isFailure, SyncError } from '../core/errors.ts'
import { failureFacts, type Log } from '../core/log.ts'
import { type Random, randomFraction } from '../core/random.ts'
import { type Clock, type DurationMs, type EpochMs, hours, later, seconds } from '../core/time.ts'
import {
  calendarsAreDue,
  needsPull,
  POLL_EVERY,
  planNextVisit,
  SAFETY_POLL_EVERY,
  type Schedule,
  type Wake,
} from '../pull/due.ts'
import type { Mailbox } from '../pull/ports.ts'
import { type PullDependencies, pullCalendar } from '../pull/pull-calendar.ts'
import { readCalendars } from '../pull/read-calendars.ts'
import type { AccountSession } from '../pull/session.ts'
import type { AccountHead, CalendarState } from '../pull/state.ts'
import { subscribeCalendar } from '../pull/subscribe-calendar.ts'
import { pushActions } from '../push/push-actions.ts'
import type { PushSession } from '../push/session.ts'
import type { EventWriter } from '../push/writer.ts'

/** How a visit ends: nothing left to do, more to do (after `wait`), or nothing that can be done. */
export type Visit = { readonly kind: 'done' } | { readonly kind: 'again'; readonly wait: DurationMs }

export interface VisitDependencies extends PullDependencies {
  readonly clock: Clock
  readonly log: Log
  readonly sessions: { open(account: string): Promise<VisitSession | undefined> }
  readonly schedule: Schedule
  readonly random: Random
  /** Opens the mailbox with a valid token, and says what to remember of the token cache. */
  readonly openMailbox: (tokenCache: string) => Promise<OpenMailbox & { readonly tokenCache: string }>
  readonly clientState: (account: string, calendar: string) => string
  readonly budget: DurationMs
}

export interface VisitSession extends AccountSession {
  readonly push: PushSession
}

interface OpenMailbox {
  readonly mailbox: Mailbox
  readonly writer: EventWriter
}

const DONE: Visit = { kind: 'done' }

/** However long Microsoft asks us to wait, it is asked again after this time. */
const LONGEST_WAIT = hours(1)

const LEVELS = { now: 'info', later: 'warn', never: 'warn', bug: 'error' } as const

/** What is waited after a failure that says nothing about waiting itself. */
const DEFAULT_WAIT = { now: seconds(1), later: seconds(30) } as const

/**
 * Visits one account: applies what integrators have asked for, then reads what changed in its mailbox, until the account
 * is clean or the time budget is spent. Safe to
 * repeat, to interrupt at any point and to run twice at once.
 * @returns when to visit again; the caller sends the wake-up.
 * @throws SyncError only for bugs and corrupt rows; everything else is an outcome.
 */
export async function visitAccount(
  dependencies: VisitDependencies,
  account: string,
  wakes: readonly Wake[],
): Promise<Visit> {
  const { log, sessions } = dependencies
  try {
    const session = await sessions.open(account)
    if (session === undefined || session.head.state !== 'active') {
      log('info', 'account-not-active', { account, state: session?.head.state ?? 'absent' })
      return DONE
    }
    const wait = waitBefore(session.head, dependencies.clock)
    if (wait > 0) return { kind: 'again', wait }
    return await visit(dependencies, session, wakes)
  } catch (error) {
    return await afterFailure(dependencies, account, asSyncError(error))
  }
}

/** The schedule is looked at now and then: what is to be tried again sooner gets a wake-up of its own, once. */
function soon(at: EpochMs | undefined, clock: Clock): Visit {
  const wait = Math.max(0, (at ?? Number.POSITIVE_INFINITY) - clock.now()) as DurationMs
  return wait <= seconds(30) ? { kind: 'again', wait } : DONE
}

const waitBefore = ({ notBefore }: AccountHead, clock: Clock): DurationMs =>
  Math.max(0, (notBefore ?? 0) - clock.now()) as DurationMs

async function visit(dependencies: VisitDependencies, session: VisitSession, wakes: readonly Wake[]): Promise<Visit> {
  const { clock, budget } = dependencies
  const deadline = later(clock.now(), budget)
  // Before anything can go wrong: a visit that ends badly must not have been the last one.
  await planNextVisit(dependencies, session)
  const opened = await openMailbox(dependencies, session)
  if (opened === undefined) return DONE
  const { mailbox, writer } = opened
  try {
    if (calendarsAreDue(session.head, clock, wakes)) await readCalendars(dependencies, session, mailbox)
    // Before anything is read, so that what the writes have changed is read in the same visit.
    const pushed = await pushActions({ dependencies, session: session.push, writer }, deadline)
    if (pushed.ran === 'late') return { kind: 'again', wait: seconds(0) }
    for (const { key } of session.calendars) {
      const complete = await visitCalendar(dependencies, session, mailbox, key, wakes, deadline)
      if (!complete) return { kind: 'again', wait: seconds(0) }
    }
    if (session.head.failures > 0) await session.save({ head: { ...session.head, failures: 0 } })
    const isPlanned = await planNextVisit(dependencies, session, pushed.notBefore)
    // Reading has worked, so it is one of the events that fails and not the mailbox: the others need not wait for it.
    if (pushed.ran === 'unanswered') return { kind: 'again', wait: seconds(1) }
    return isPlanned ? soon(pushed.notBefore, clock) : DONE
  } catch (error) {
    return afterMailboxFailure(dependencies, session, asSyncError(error))
  }
}

/**
 * Subscribes and reads one calendar. What is wrong with it alone sets it aside and does not keep the others waiting.
 * @returns false when the time budget was spent before it was read to its end.
 */
async function visitCalendar(
  dependencies: VisitDependencies,
  session: AccountSession,
  mailbox: Mailbox,
  key: string,
  wakes: readonly Wake[],
  deadline: EpochMs,
): Promise<boolean> {
  const { clock, log } = dependencies
  const pull = () => pullCalendar(dependencies, session, mailbox, calendarOf(session, key), deadline)
  // Subscribed before it is read, so that a change in between is announced.
  await subscribeCalendar(dependencies, session, mailbox, calendarOf(session, key), isQuestioned(wakes, key))
  const before = calendarOf(session, key)
  if (!needsPull(before, wakes, clock)) return true
  if (clock.now() >= deadline) return false
  try {
    const complete = await pull()
    // A round that was begun earlier may have passed by what woke us now.
    return complete && before.progress !== undefined && clock.now() < deadline ? await pull() : complete
  } catch (error) {
    if (!isFailure(error, 'MICROSOFT_REFUSED', 'MICROSOFT_UNEXPECTED_SHAPE', 'VALIDATION_FAILED')) throw error
    const pullAfter = later(clock.now(), POLL_EVERY)
    await session.save({ calendars: [{ ...calendarOf(session, key), dirty: true, pullAfter }] })
    log('error', 'calendar-set-aside', { account: session.account, calendar: key, ...failureFacts(error) })
    return true
  }
}

/** Whether Microsoft has said that the calendar's subscription is gone, or needs to be renewed before its time. */
const isQuestioned = (wakes: readonly Wake[], key: string): boolean =>
  wakes.some(({ reason, calendar }) => reason === 'renew' && (calendar ?? key) === key)

function calendarOf(session: AccountSession, key: string): CalendarState {
  const calendar = session.calendars.find((one) => one.key === key)
  if (calendar === undefined) throw new SyncError('INTERNAL', 'a calendar left the session')
  return calendar
}

/** @returns undefined when the person has to connect again; that has been recorded then. */
async function openMailbox(dependencies: VisitDependencies, session: AccountSession): Promise<OpenMailbox | undefined> {
  try {
    const { tokenCache, ...opened } = await dependencies.openMailbox(session.tokenCache)
    if (tokenCache !== session.tokenCache) await session.save({ tokenCache })
    return opened
  } catch (error) {
    if (!isFailure(error, 'RECONNECT_REQUIRED')) throw error
    await session.save({ head: { ...session.head, state: 'needs-reconnect' } })
    dependencies.log('warn', 'account-needs-reconnect', { account: session.account, ...failureFacts(error) })
    return undefined
  }
}

/** Back-off is data: a mailbox that asks for patience gets it from every instance. */
async function afterMailboxFailure(
  dependencies: VisitDependencies,
  session: AccountSession,
  error: SyncError,
): Promise<Visit> {
  if (!isFailure(error, 'MICROSOFT_THROTTLED', 'MICROSOFT_UNREACHABLE')) throw error
  const failures = session.head.failures + 1
  const wait = Math.min(error.retryAfterMs ?? backOff(failures, dependencies.random), LONGEST_WAIT) as DurationMs
  await session.save({ head: { ...session.head, failures, notBefore: later(dependencies.clock.now(), wait) } })
  dependencies.log('warn', 'mailbox-left-alone', { account: session.account, waitMs: wait, ...failureFacts(error) })
  return { kind: 'again', wait }
}

/** Twice as long after each failure, and not at the same moment for mailboxes that fail together. */
const backOff = (failures: number, random: Random): number =>
  Math.round(DEFAULT_WAIT.later * 2 ** (failures - 1) * (0.5 + randomFraction(random) / 2))

/** What cannot be mended by trying again is looked at once more much later: a mailbox that is gone may come back. */
async function afterFailure(
  { clock, log, schedule }: VisitDependencies,
  account: string,
  error: SyncError,
): Promise<Visit> {
  const { retry } = error.failure
  log(LEVELS[retry], 'sync-failed', { account, ...failureFacts(error) })
  if (retry === 'bug') throw error
  if (retry === 'never') {
    await schedule.plan(account, later(clock.now(), SAFETY_POLL_EVERY))
    return DONE
  }
  return { kind: 'again', wait: (error.retryAfterMs ?? DEFAULT_WAIT[retry]) as DurationMs }
}
