import { isFailure, SyncError } from '../core/errors.ts'
import { retryWhenChanged } from '../core/retry-when-changed.ts'
import { type Clock, elapsed, seconds } from '../core/time.ts'
import { type WindowDays, windowAround } from '../events/window.ts'
import type { Mailbox, NewCalendar, ProviderCalendar } from '../pull/ports.ts'
import { asListed } from '../pull/read-calendars.ts'
import type { AccountSession } from '../pull/session.ts'
import type { CalendarState } from '../pull/state.ts'
import type { Waking } from '../push/ports.ts'
import { withFreshToken } from './with-fresh-token.ts'

export interface CreateCalendarDependencies {
  readonly sessions: { open(account: string): Promise<AccountSession | undefined> }
  readonly openMailbox: (tokenCache: string, refused: boolean) => Promise<{ readonly mailbox: Mailbox }>
  readonly waking: Waking
  readonly clock: Clock
  readonly windowDays: WindowDays
}

/** What is waited when Microsoft asks for patience and does not say how much. */
const PATIENCE = seconds(30)
/** A first pull commits all the time. */
const SAVING_ATTEMPTS = 20

/**
 * Creates a calendar at Microsoft and keeps it with the others, to be read at the next visit.
 *
 * There is never a second one of a name. The names are looked at first; Microsoft refuses a name that is taken; and when
 * it cannot be known what became of the request, they are looked at again: a calendar that was not there before is the
 * one that was asked for. Whatever ends in between, the calendar is found under its own id when the list is next read.
 * @throws SyncError `CALENDAR_EXISTS` when the name is taken, `PROFILE_LOCKED` when the mailbox cannot be changed,
 * `NOT_FOUND` when there is no such account, and what Microsoft fails with.
 */
export async function createCalendar(
  dependencies: CreateCalendarDependencies,
  account: string,
  wanted: NewCalendar,
): Promise<CalendarState> {
  const session = await openSession(dependencies, account)
  const { notBefore } = session.head
  const now = dependencies.clock.now()
  if (notBefore !== undefined && notBefore > now)
    throw new SyncError('MICROSOFT_THROTTLED', 'the mailbox is left alone', { retryAfterMs: elapsed(now, notBefore) })
  try {
    return await create(dependencies, session, wanted)
  } catch (error) {
    if (isFailure(error, 'RECONNECT_REQUIRED')) {
      // A visit records that the person has to connect again.
      await dependencies.waking.wake(account)
      throw locked(error)
    }
    if (isFailure(error, 'MICROSOFT_REFUSED') && error.facts['status'] === 403) throw locked(error)
    if (isFailure(error, 'MICROSOFT_THROTTLED', 'MICROSOFT_UNREACHABLE') && error.retryAfterMs === undefined)
      throw new SyncError(error.code, error.message, { cause: error, facts: error.facts, retryAfterMs: PATIENCE })
    throw error
  }
}

const locked = (cause?: unknown) => new SyncError('PROFILE_LOCKED', 'the mailbox cannot be changed', { cause })

async function openSession({ sessions }: CreateCalendarDependencies, account: string): Promise<AccountSession> {
  const session = await sessions.open(account)
  if (session === undefined) throw new SyncError('NOT_FOUND', 'the account is gone')
  if (session.head.state !== 'active') throw locked()
  return session
}

/** Asks the mailbox something. */
type Calls = <T>(ask: (mailbox: Mailbox) => Promise<T>) => Promise<T>

/** What is new of the cache is left to the next visit. */
async function openCalls({ openMailbox }: CreateCalendarDependencies, { tokenCache }: AccountSession): Promise<Calls> {
  let { mailbox } = await openMailbox(tokenCache, false)
  return (ask) =>
    withFreshToken(async (refused) => {
      if (refused) mailbox = (await openMailbox(tokenCache, true)).mailbox
      return ask(mailbox)
    })
}

async function create(
  dependencies: CreateCalendarDependencies,
  session: AccountSession,
  wanted: NewCalendar,
): Promise<CalendarState> {
  const call = await openCalls(dependencies, session)
  const find = async () =>
    (await call((mailbox) => mailbox.calendars())).find(({ name }) => isSameName(name, wanted.name))
  const outcome = (await find()) === undefined ? await request(call, wanted) : 'taken'
  // The list knows the id that stays: the one in the answer to a creation has been seen to change.
  const listed = await find()
  const calendar = listed && (await keep(dependencies, session.account, listed, outcome !== 'taken'))
  if (outcome === 'taken') throw new SyncError('CALENDAR_EXISTS', 'the name is taken')
  if (calendar !== undefined) return calendar
  throw outcome === 'made' ? new SyncError('MICROSOFT_UNREACHABLE', 'the new calendar is not listed yet') : outcome
}

/** Exchange does not tell names apart by their case. */
const isSameName = (one: string, other: string): boolean => comparable(one) === comparable(other)
const comparable = (name: string): string => name.normalize('NFC').trim().toLowerCase()

/** Failures after which the calendar may be there. A plain "too many requests" is not one of them. */
const isUnknown = (error: unknown): error is SyncError =>
  isFailure(error, 'MICROSOFT_UNREACHABLE', 'MICROSOFT_UNEXPECTED_SHAPE') ||
  (isFailure(error, 'MICROSOFT_THROTTLED') && error.facts['status'] !== 429)

/** @returns the failure when it may have been created all the same. */
async function request(call: Calls, wanted: NewCalendar): Promise<'made' | 'taken' | SyncError> {
  try {
    await call((mailbox) => mailbox.createCalendar(wanted))
    return 'made'
  } catch (error) {
    if (isFailure(error, 'CALENDAR_EXISTS')) return 'taken'
    if (isUnknown(error)) return error
    throw error
  }
}

/**
 * Keeps one calendar of the list beside what a visit may write at the same time. Nothing is said of the others: a visit
 * may have a newer list of them.
 */
async function keep(
  dependencies: CreateCalendarDependencies,
  account: string,
  listed: ProviderCalendar,
  isNew: boolean,
): Promise<CalendarState> {
  const { clock, waking, windowDays } = dependencies
  await waking.expect(account)
  const calendar = await retryWhenChanged(async () => {
    const session = await openSession(dependencies, account)
    const state = asListed(session, listed, windowAround(clock.now(), windowDays))
    // There is nothing in it, which is as good as having read it: the account is not back at its first pull.
    const kept = isNew ? { ...state, pulledAt: state.pulledAt ?? clock.now() } : state
    await session.save({ calendars: [kept] })
    return kept
  }, SAVING_ATTEMPTS)
  await waking.wake(account)
  return calendar
}
