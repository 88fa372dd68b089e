import type { Audit } from '../audit/ports.ts'
import type { StoredChannel } from '../channels/channel.ts'
import { asSyncError, isFailure } from '../core/errors.ts'
import { failureFacts, type Log } from '../core/log.ts'
import type { Random } from '../core/random.ts'
import type { Telemetry } from '../core/telemetry.ts'
import { type Clock, type DurationMs, type EpochMs, elapsed, epochMs, hours, later, seconds } from '../core/time.ts'
import { isKeyGone } from '../crypto/key-gone.ts'
import type { PullDependencies } from '../pull/commit-pull.ts'
import { calendarsAreDue, isRollDue, type Schedule, type Wake } from '../pull/due.ts'
import { forgetOld, forgetPast } from '../pull/forget-past.ts'
import type { Mailbox } from '../pull/ports.ts'
import { readCalendars } from '../pull/read-calendars.ts'
import type { AccountSession } from '../pull/session.ts'
import type { AccountHead } from '../pull/state.ts'
import { pushActions } from '../push/push-actions.ts'
import type { PushSession } from '../push/session.ts'
import type { EventWriter } from '../push/writer.ts'
import { beginAnew } from './after-restore.ts'
import { afterFailure, leaveAlone } from './back-off.ts'
import { disconnect, isUnwanted, rejectEnded, rejectLeft, STILL_APPLIED } from './disconnect.ts'
import { planAfterWait, planAhead, planSooner } from './plan-visit.ts'
import { type KeyDependencies, type ResealPace, tendKey } from './renew-key.ts'
import { resyncAsked } from './resync.ts'
import { becomeInactive, isOverdue, type RetentionDependencies } from './retention.ts'
import { rejectUnreached } from './unreached.ts'
import { DONE, soon, type Visit } from './visit.ts'
import { visitCalendars } from './visit-calendar.ts'
import { afterErasure, type ErasedDependencies, eraseIfBegun, stayAwayFromNobody } from './visit-erased.ts'
import { type OwedChannel, planForChannels, wakeOwed } from './wake-channels.ts'
import { withFreshToken } from './with-fresh-token.ts'

export interface VisitDependencies
  extends PullDependencies,
    RetentionDependencies,
    KeyDependencies,
    ErasedDependencies {
  readonly audit: Audit
  readonly clock: Clock
  readonly log: Log
  readonly telemetry: Telemetry
  readonly sessions: { open(account: string): Promise<VisitSession | undefined> }
  readonly schedule: Schedule
  readonly random: Random
  /**
   * Opens the mailbox with a valid token, and says what to remember of the token cache.
   * @param refused the token of the cache was refused before its time, or runs out: a fresh one is needed.
   */
  readonly openMailbox: (tokenCache: string, refused: boolean) => Promise<OpenMailbox & { readonly tokenCache: string }>
  /** The client ids of the integrators that may use the account. */
  readonly wantedBy: (account: string) => Promise<ReadonlySet<string>>
  readonly clientState: (account: string, calendar: string) => string
  /** Whether the account is disconnected, or being erased. */
  readonly isEnded: (account: string) => Promise<boolean>
  readonly budget: DurationMs
  /** When the tables were last restored from a backup. */
  readonly restoredAt: () => EpochMs | undefined
  /** Tells channels that there may be something for them. */
  readonly wakeChannels: (account: string, channels: readonly OwedChannel[], wait: DurationMs) => Promise<void>
}

export interface VisitSession extends AccountSession {
  readonly push: PushSession
  readonly channels: readonly StoredChannel[]
  reseal(pace: ResealPace): Promise<boolean>
  checkEvents(digestOf: PullDependencies['digestOf'], now: EpochMs, even?: 'torn'): Promise<void>
}

interface OpenMailbox {
  readonly mailbox: Mailbox
  readonly writer: EventWriter
}

/** One handler's work for one account. */
interface Visiting {
  readonly dependencies: VisitDependencies
  readonly session: VisitSession
  readonly wake: Wake
  readonly deadline: EpochMs
}

/**
 * The time budget is spent. Longer than the host keeps a session without messages (`sessionIdleTimeout` of host.json), so
 * that accounts with much to read let the others have their turn.
 */
const AFTER_THE_OTHERS: Visit = { kind: 'again', wait: seconds(2) }

/**
 * Visits one account: applies what integrators have asked for, then reads what changed in its mailbox, until the account
 * is clean or the time budget is spent. Safe to repeat, to interrupt at any point and to run twice at once.
 * @returns when to visit again; the caller sends the wake-up.
 * @throws SyncError only for bugs and corrupt rows; everything else is an outcome.
 */
export async function visitAccount(dependencies: VisitDependencies, account: string, wake: Wake): Promise<Visit> {
  let session: VisitSession | undefined
  try {
    const erased = await eraseIfBegun(dependencies, account, wake)
    if (erased !== undefined) return erased
    session = await dependencies.sessions.open(account)
    if (session === undefined) return await stayAwayFromNobody(dependencies, account, wake)
    if (session.head.state !== 'active') return await stayAway(dependencies, session, wake)
    return await visitActive(dependencies, session, wake)
  } catch (error) {
    await keepNotes(session)
    const erased = isKeyGone(error) ? await afterErasure(dependencies, account, wake, session !== undefined) : undefined
    if (erased !== undefined) return erased
    return afterFailure(dependencies, account, asSyncError(error))
  } finally {
    if (session !== undefined) await wakeOwed(dependencies, session)
  }
}

async function visitActive(dependencies: VisitDependencies, session: VisitSession, wake: Wake): Promise<Visit> {
  const { clock, budget } = dependencies
  const wait = waitBefore(session.head, clock)
  if (wait > 0) {
    await planAfterWait(dependencies, session, wake)
    return { kind: 'held', wait }
  }
  // Before anything can go wrong: a visit that ends badly must not have been the last one.
  await planAhead(dependencies, session, wake)
  // Before anything is applied, also what is left of an account that nobody wants.
  await beginAnew(dependencies, session)
  const isEnding = await isUnwanted(dependencies, session, wake)
  const deadline = later(clock.now(), budget)
  return isEnding ? disconnect(dependencies, session, deadline) : visit({ dependencies, session, wake, deadline })
}

/** Nobody can read the account; but when nobody wants it any more, nothing of its tokens is kept. */
async function stayAway(dependencies: VisitDependencies, session: VisitSession, wake: Wake): Promise<Visit> {
  await planForChannels(dependencies, session)
  if (await isOverdue(dependencies, session, wake)) return DONE
  dependencies.log('info', 'account-not-active', { account: session.account, state: session.head.state })
  // An action that was being accepted while the account was disconnected.
  if (session.head.state === 'disconnected') await rejectLeft(dependencies, session)
  if (session.head.state !== 'needs-reconnect') return DONE
  if (await isUnwanted(dependencies, session, wake)) {
    await beginAnew(dependencies, session)
    return disconnect(dependencies, session, later(dependencies.clock.now(), dependencies.budget))
  }
  if (wake.reason === 'revoked') await rejectEnded(dependencies, session, seconds(0))
  return DONE
}

/** A visit that fails each time must not make another plan each time. */
async function keepNotes(session: VisitSession | undefined): Promise<void> {
  if (session?.hasNotes) await session.save({}).catch(() => undefined)
}

const waitBefore = ({ notBefore }: AccountHead, clock: Clock): DurationMs =>
  Math.max(0, (notBefore ?? 0) - clock.now()) as DurationMs

async function visit(visiting: Visiting): Promise<Visit> {
  const { dependencies, session, wake } = visiting
  // A subscription is heard of for as long as the token lives that it was renewed with.
  const isRunningOut = wake.reason === 'renew'
  try {
    return await withFreshToken(async (refused) => {
      const opened = await openMailbox(visiting, refused)
      return opened === undefined ? DONE : work(visiting, opened, refused)
    }, isRunningOut)
  } catch (error) {
    const wait = await leaveAlone(dependencies, session, asSyncError(error))
    await rejectUnreached(dependencies, session)
    return { kind: 'held', wait }
  }
}

async function work(visiting: Visiting, { mailbox, writer }: OpenMailbox, hasFreshToken: boolean): Promise<Visit> {
  const { dependencies, session, wake, deadline } = visiting
  const { clock } = dependencies
  await resyncAsked(dependencies, session, wake)
  if (calendarsAreDue(session, clock.now(), wake)) await readCalendars(dependencies, session, mailbox)
  // Before anything is read, so that what the writes have changed is read in the same visit.
  const pushed = await push(visiting, writer)
  if (pushed.ran === 'late') return AFTER_THE_OTHERS
  if (isCheckDue(session, clock)) await session.checkEvents(dependencies.digestOf, clock.now())
  const isRead = await visitCalendars({ dependencies, session, mailbox, wake, deadline, hasFreshToken })
  // Also a visit that was late has read something: what fails after it is not in a row with what failed before.
  if (session.head.failures > 0) await session.save({ head: { ...session.head, failures: 0 } })
  if (!isRead) {
    if (session.hasNotes) await session.save({})
    return AFTER_THE_OTHERS
  }
  await forgetPast(session, dependencies.windowDays)
  await forgetOld(session, clock.now())
  const isSooner = await planSooner(dependencies, session, pushed.notBefore)
  await tendKey(dependencies, session, deadline)
  // Reading has worked, so it is one of the events that fails and not the mailbox: the others need not wait for it.
  if (pushed.ran === 'unanswered') return { kind: 'again', wait: seconds(1) }
  return isSooner ? soon(pushed.notBefore, clock) : DONE
}

/**
 * Once a night, before the rounds that read the whole of the window anyway, and write again what is found to be wrong. They
 * may take several visits, and the check as long as one.
 */
const isCheckDue = ({ head, calendars, account }: VisitSession, clock: Clock): boolean =>
  elapsed(head.eventsCheckedAt ?? epochMs(0), clock.now()) >= hours(12) &&
  calendars.some((calendar) => isRollDue(calendar, account, clock))

async function push({ dependencies, session, deadline }: Visiting, writer: EventWriter) {
  await rejectEnded(dependencies, session, STILL_APPLIED)
  const apply = () => pushActions({ dependencies, session: session.push, writer }, deadline)
  return session.push.hasPending ? dependencies.telemetry.span('push', {}, apply) : apply()
}

/** @returns undefined when the person has to connect again; that has been recorded then. */
async function openMailbox({ dependencies, session }: Visiting, refused: boolean): Promise<OpenMailbox | undefined> {
  const { log } = dependencies
  try {
    const { tokenCache, ...opened } = await dependencies.openMailbox(session.tokenCache, refused)
    if (tokenCache !== session.tokenCache) await session.save({ tokenCache })
    return opened
  } catch (error) {
    if (!isFailure(error, 'RECONNECT_REQUIRED')) throw error
    await becomeInactive(dependencies, session, 'needs-reconnect')
    log('warn', 'account-needs-reconnect', { account: session.account, ...failureFacts(error) })
    await planForChannels(dependencies, session)
    return undefined
  }
}
