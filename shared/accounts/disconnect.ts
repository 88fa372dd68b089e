import { recordOrLog } from '../audit/record-or-log.ts'
import { asSyncError, isFailure, type SyncError } from '../core/errors.ts'
import { failureFacts } from '../core/log.ts'
import { type DurationMs, type EpochMs, elapsed, minutes, seconds } from '../core/time.ts'
import { calendarsAreDue, type Wake } from '../pull/due.ts'
import { UNSUBSCRIBED } from '../pull/read-calendars.ts'
import type { AccountSession } from '../pull/session.ts'
import { pushActions } from '../push/push-actions.ts'
import { rejectActions } from '../push/settle.ts'
import type { EventWriter } from '../push/writer.ts'
import { leaveAlone } from './back-off.ts'
import { endSubscriptions } from './end-subscriptions.ts'
import { becomeInactive } from './retention.ts'
import { DONE, soon, type Visit } from './visit.ts'
import type { VisitDependencies, VisitSession } from './visit-account.ts'

/** A sign-in stores the account a moment before its integrator has a code. */
const GRANTED_WITHIN = seconds(30)
/** What an integrator has asked for is still applied for so long when its access ends. Some tidy up and leave at once. */
export const STILL_APPLIED = minutes(10)

/** Whether no integrator may use the account any more. Looked at when an access was revoked, and every hour. */
export async function isUnwanted(
  { clock, wantedBy }: VisitDependencies,
  session: AccountSession,
  { reason }: Wake,
): Promise<boolean> {
  const now = clock.now()
  // Whoever has just connected may have no code yet, and the clock that noted the sign-in may be behind.
  const isAsked = reason === 'revoked' || (calendarsAreDue(session, now) && reason !== 'connected')
  if (!isAsked || elapsed(session.head.signedInAt, now) < GRANTED_WITHIN) return false
  return (await wantedBy(session.account)).size === 0
}

/**
 * Ends the account's subscriptions at Microsoft and drops its tokens. What was read stays for whoever connects again. Safe
 * to repeat: the account stays active until all of it is done.
 */
export async function disconnect(
  dependencies: VisitDependencies,
  session: VisitSession,
  deadline: EpochMs,
): Promise<Visit> {
  const { log } = dependencies
  const subscribed = session.calendars.filter(({ subscription }) => subscription !== undefined)
  try {
    const { mailbox, writer } = await dependencies.openMailbox(session.tokenCache, false)
    // What was accepted while it was allowed is done, and not kept for whoever connects next.
    const applied = await applyLeft(dependencies, session, writer, deadline)
    if (applied.kind !== 'done') return applied
    await endSubscriptions(mailbox, session.calendars)
  } catch (error) {
    // Without tokens nobody can end them; they end by themselves within a week.
    if (!isFailure(error, 'RECONNECT_REQUIRED')) {
      const wait = await leaveAlone(dependencies, session, asSyncError(error))
      // The mailbox may be gone for good: what waits for it must not keep the tokens here.
      await rejectEnded(dependencies, session, STILL_APPLIED)
      return { kind: 'held', wait }
    }
    log('warn', 'subscriptions-left', { account: session.account, ...failureFacts(error) })
  }
  await rejectLeft(dependencies, session)
  await recordOrLog(dependencies, { act: 'disconnected', actor: { kind: 'service' }, account: session.account })
  const calendars = subscribed.map((calendar) => ({ ...calendar, ...UNSUBSCRIBED }))
  await becomeInactive(dependencies, session, 'disconnected', { calendars, tokenCache: '' })
  log('info', 'account-disconnected', { account: session.account })
  return { kind: 'done' }
}

/**
 * Applies what can be applied. What fails in the same way each time, or for long, must not keep the tokens here.
 * @returns when there is more to be tried; done when there is nothing, or not soon.
 */
async function applyLeft(
  dependencies: VisitDependencies,
  session: VisitSession,
  writer: EventWriter,
  deadline: EpochMs,
): Promise<Visit> {
  try {
    const { ran, notBefore } = await pushActions({ dependencies, session: session.push, writer }, deadline)
    if (ran === 'complete') return soon(notBefore, dependencies.clock)
    if (ran === 'unanswered') await rejectEnded(dependencies, session, STILL_APPLIED)
    return { kind: 'again', wait: seconds(1) }
  } catch (thrown) {
    const error = asSyncError(thrown)
    if (!isLasting(error)) throw error
    dependencies.log('error', 'actions-left', { account: session.account, ...failureFacts(error) })
    return DONE
  }
}

/**
 * Rejects the actions of an account that nobody wants any more: they must not be applied when the person comes back, weeks
 * later and perhaps without their integrator.
 */
export async function rejectLeft(dependencies: VisitDependencies, { push }: VisitSession): Promise<void> {
  if (!push.hasPending) return
  try {
    await rejectActions({ session: push, dependencies }, await push.pendingActions(), 'disconnected')
  } catch (error) {
    if (!isLasting(asSyncError(error))) throw error
  }
}

/**
 * Rejects what integrators have asked for whose access has ended, though others may use the account: it must not be
 * applied when the person comes back, weeks later. The grants are read only where something has waited for so long.
 * @param age how long ago it was accepted, at least.
 */
export async function rejectEnded(
  dependencies: VisitDependencies,
  { account, push }: VisitSession,
  age: DurationMs,
): Promise<void> {
  if (!push.hasPending) return
  const now = dependencies.clock.now()
  const old = (await push.pendingActions()).filter(({ acceptedAt }) => elapsed(acceptedAt, now) >= age)
  if (old.length === 0) return
  const wantedBy = await dependencies.wantedBy(account)
  const ended = old.filter(({ integrator }) => !wantedBy.has(integrator))
  await rejectActions({ session: push, dependencies }, ended, 'disconnected')
}

/** Whether trying again changes nothing. Without a token, or a key, nothing else can be done either. */
const isLasting = (error: SyncError): boolean =>
  (error.failure.retry === 'never' || error.failure.retry === 'bug') &&
  !isFailure(error, 'RECONNECT_REQUIRED', 'KEY_MISSING')
