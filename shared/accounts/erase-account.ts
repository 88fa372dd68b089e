import { recordOrLog } from '../audit/record-or-log.ts'
import type { StoredChannel } from '../channels/channel.ts'
import { asSyncError, isFailure } from '../core/errors.ts'
import { failureFacts } from '../core/log.ts'
import { type DurationMs, type EpochMs, elapsed, minutes, seconds } from '../core/time.ts'
import type { Envelope } from '../crypto/ports.ts'
import type { Mailbox } from '../pull/ports.ts'
import { epitaphOf } from '../storage/accounts/erased-rows.ts'
import type { Session } from '../storage/accounts/session.ts'
import type { OpenErasure } from '../storage/ledger/ledger.ts'
import type { StoredSchedule } from '../storage/schedule.ts'
import { endSubscriptions } from './end-subscriptions.ts'
import { bury, type ErasureDependencies, readable } from './erasure.ts'
import { DONE, type Visit } from './visit.ts'
import { withFreshToken } from './with-fresh-token.ts'

export interface EraseDependencies extends ErasureDependencies {
  readonly envelope: Pick<Envelope, 'eraseAccountKey'>
  readonly schedule: Pick<StoredSchedule, 'forget' | 'forgetAll'>
  readonly openMailbox: (tokenCache: string, refused: boolean) => Promise<{ readonly mailbox: Mailbox }>
  /** Tells the receivers of channels, as far as they answer, that the person is connected no more. */
  readonly tellChannels: (account: string, channels: readonly StoredChannel[]) => Promise<void>
}

/** How long Microsoft is asked to end the subscriptions. After that they end by themselves, and nobody knows their account. */
const UNSUBSCRIBE_WITHIN = minutes(30)
/**
 * Longer than any handler lives (5 minutes, `functionTimeout` of host.json) and than any instance keeps an account's key,
 * by two clocks of which one is 5 minutes behind and the other as far ahead.
 */
const LOOKED_AFTER: DurationMs = minutes(16)
const SOON: Visit = { kind: 'again', wait: seconds(2) }

/**
 * Goes on with the erasure of an account that the ledger names. Each step may be repeated, and each leaves the ledger's
 * entry open until nothing is left: whatever ends this in between, the next visit goes on.
 * @returns undefined when the account is not being erased.
 */
export async function eraseAccount(
  dependencies: EraseDependencies,
  account: string,
  deadline: EpochMs,
): Promise<Visit | undefined> {
  const erasure = await dependencies.ledger.erasureOf(account)
  if (erasure === undefined) return undefined
  if (erasure.emptiedAt === undefined) return erase(dependencies, erasure, deadline)
  if (elapsed(erasure.emptiedAt, dependencies.clock.now()) < LOOKED_AFTER) return DONE
  return lookAfter(dependencies, erasure, deadline)
}

async function erase(dependencies: EraseDependencies, erasure: OpenErasure, deadline: EpochMs): Promise<Visit> {
  const { ledger, rows, clock, log, envelope } = dependencies
  const { account } = erasure
  await bury(dependencies, account)
  const known = await readable(dependencies, account)
  const wait = known && (await unsubscribe(dependencies, erasure, known))
  if (wait !== undefined) return { kind: 'again', wait }
  if (known !== undefined) await dependencies.tellChannels(account, known.channels)
  else log('info', 'erased-unread', { account })
  await envelope.eraseAccountKey(account)
  const wiped = await rows.wipe(account, () => clock.now() < deadline)
  log('info', 'account-wiped', { account, rows: wiped.rows, isComplete: wiped.isComplete })
  if (!wiped.isComplete) return SOON
  await endTombstone(dependencies, erasure)
  await ledger.emptied(erasure, clock.now(), LOOKED_AFTER)
  return DONE
}

/** The last row: as long as it is there, nothing that was begun before can be stored. */
async function endTombstone(dependencies: EraseDependencies, erasure: OpenErasure): Promise<void> {
  const { rows, admission, schedule } = dependencies
  const { account } = erasure
  const head = await rows.head(account)
  const { organisation = erasure.organisation, plannedFor } = head === undefined ? {} : epitaphOf(head)
  await recordOrLog(dependencies, { act: 'erased', actor: { kind: 'service' }, account, organisation })
  if (plannedFor !== undefined) await schedule.forget(account, [plannedFor])
  if (organisation !== undefined) await admission.left(organisation, account)
  await rows.deleteHead(account)
  // Somebody whose sign-in was on its way may have been put on the list meanwhile, and then refused.
  if (organisation !== undefined) await admission.left(organisation, account)
}

/** The erasure is complete when nothing was there any more after everything that might have written has ended. */
async function lookAfter(dependencies: EraseDependencies, erasure: OpenErasure, deadline: EpochMs): Promise<Visit> {
  const { ledger, rows, grants, schedule, admission, log } = dependencies
  const { account, organisation } = erasure
  // A visit that ended half-way, or a person who came back, leaves plans that no head names, for up to `RETENTION_DAYS`.
  await schedule.forgetAll(account)
  const grantsFound = await grants.forget(account)
  if (!(await rows.isEmpty(account))) {
    log('warn', 'erasure-found-more', { account })
    return erase(dependencies, erasure, deadline)
  }
  // Of a sign-in that was let in before the erasure and then ended.
  if (organisation !== undefined) await admission.left(organisation, account)
  await ledger.complete(erasure)
  log('info', 'erasure-complete', { account, grantsFound })
  return DONE
}

/** @returns how long to wait before Microsoft is asked again; undefined when there is nothing more to ask. */
async function unsubscribe(
  dependencies: EraseDependencies,
  { account, begunAt }: OpenErasure,
  known: Session,
): Promise<DurationMs | undefined> {
  if (known.tokenCache === '') return undefined
  try {
    await withFreshToken(async (refused) => {
      const { mailbox } = await dependencies.openMailbox(known.tokenCache, refused)
      await endSubscriptions(mailbox, known.calendars)
    })
    return undefined
  } catch (thrown) {
    const isRefused = isFailure(thrown, 'RECONNECT_REQUIRED')
    const error = asSyncError(thrown)
    const spent = elapsed(begunAt, dependencies.clock.now())
    const isOver = spent >= UNSUBSCRIBE_WITHIN || isRefused
    dependencies.log('warn', isOver ? 'subscriptions-left' : 'erasure-waits', { account, ...failureFacts(error) })
    if (isOver) return undefined
    const asked = error.retryAfterMs ?? Math.max(seconds(30), spent)
    return Math.min(asked, Math.max(seconds(1), UNSUBSCRIBE_WITHIN - spent)) as DurationMs
  }
}
