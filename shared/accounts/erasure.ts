import type { Actor, Audit } from '../audit/ports.ts'
import { recordOrLog } from '../audit/record-or-log.ts'
import { isFailure, type SyncError } from '../core/errors.ts'
import type { Log } from '../core/log.ts'
import { retryWhenChanged } from '../core/retry-when-changed.ts'
import type { Clock } from '../core/time.ts'
import type { GrantStore } from '../integrators/ports.ts'
import type { Waker } from '../messaging/service-bus.ts'
import { wakeOrLeave } from '../messaging/wake-or-leave.ts'
import type { Admission } from '../organisations/ports.ts'
import type { Accounts } from '../storage/accounts/accounts.ts'
import { type ErasedRows, epitaphOf, isTombstone } from '../storage/accounts/erased-rows.ts'
import type { Session } from '../storage/accounts/session.ts'
import type { Ledger } from '../storage/ledger/ledger.ts'

/** Why an account is erased. */
export type ErasureReason = 'person' | 'organisation' | 'retention' | 'restore'

export interface Erasure {
  /**
   * Ends everything about an account: from this moment no instance serves it, and within the hour nothing of it is left.
   * Safe to repeat, and does nothing for an account that is not there.
   * @param organisation the opaque id of the organisation of a person who asks for it: a sign-in that ended half-way may
   * have left no more than a place on its list.
   * @returns whether anything of it was there.
   * @throws SyncError `STORAGE_UNAVAILABLE`, `VAULT_UNAVAILABLE`: perhaps it has begun, and then it goes on by itself.
   */
  begin(account: string, reason: ErasureReason, organisation?: string): Promise<boolean>
}

export interface ErasureDependencies {
  readonly ledger: Ledger
  readonly rows: ErasedRows
  readonly accounts: Pick<Accounts, 'openErased'>
  /** Their ends are in the ledger with the account's. */
  readonly grants: Pick<GrantStore, 'ofAccount' | 'forget' | 'delete'>
  readonly admission: Pick<Admission, 'idOf' | 'joinedAt' | 'left'>
  readonly audit: Audit
  readonly waker: Waker
  readonly clock: Clock
  readonly log: Log
}

export function createErasure(dependencies: ErasureDependencies): Erasure {
  const { ledger, rows, admission, waker, clock, log } = dependencies

  const isThere = async (account: string, organisation: string | undefined) =>
    (await rows.head(account)) !== undefined ||
    !(await rows.isEmpty(account)) ||
    (organisation !== undefined && (await admission.joinedAt(organisation, account)) !== undefined)

  return {
    async begin(account, reason, organisation) {
      if (!(await isThere(account, organisation))) return false
      await ledger.erase(account, clock.now(), (await organisationOf(dependencies, account)) ?? organisation)
      log('info', 'erasure-begun', { account, reason })
      await bury(dependencies, account, reason)
      // What is lost here is found by the timer that goes through the ledger.
      await wakeOrLeave({ waker, log }, { account, reason: 'erase' }, 'erasure-waits-for-timer')
      return true
    },
  }
}

/**
 * Ends all access to an account whose erasure is in the ledger: its head becomes a tombstone, which no handler's commit
 * gets past and no reader takes for an account, and its grants go with all of their tokens.
 */
export async function bury(dependencies: ErasureDependencies, account: string, reason?: ErasureReason): Promise<void> {
  const { rows, grants } = dependencies
  let isAnnounced = false
  await retryWhenChanged(async () => {
    const head = await rows.head(account)
    if (head === undefined || isTombstone(head)) return
    const known = await readable(dependencies, account)
    const organisation = organisationIn(dependencies, known)
    const facts = reason === undefined ? {} : { reason }
    // Once, however often the visit is faster: it takes longer than many a commit of a visit.
    if (!isAnnounced)
      await recordOrLog(dependencies, { act: 'erasure-begun', actor: actorOf(reason), account, organisation, facts })
    isAnnounced = true
    await rows.bury(head, { organisation, plannedFor: known?.head.nextVisitAt })
  }, MOST_RACES)
  await grants.forget(account)
}

async function organisationOf(dependencies: ErasureDependencies, account: string): Promise<string | undefined> {
  const head = await dependencies.rows.head(account)
  if (head !== undefined && isTombstone(head)) return epitaphOf(head).organisation
  return organisationIn(dependencies, await readable(dependencies, account))
}

const organisationIn = ({ admission }: ErasureDependencies, known: Session | undefined): string | undefined =>
  known && admission.idOf(known.head.tenantId)

/** A visit in progress commits all the time. */
const MOST_RACES = 50

const actorOf = (reason: ErasureReason | undefined): Actor =>
  reason === 'person' ? { kind: 'person' } : { kind: 'service' }

/** Failures after which an account has nothing that could be read, now or later. */
const isUnreadable = (error: unknown): error is SyncError =>
  isFailure(error, 'KEY_MISSING', 'KEY_RECORD_FORGED', 'ROW_CORRUPT', 'ROW_ROLLED_BACK')

/** What is known of an account; undefined where nothing is, or nothing opens. @throws SyncError what goes by. */
export async function readable(
  { accounts }: Pick<ErasureDependencies, 'accounts'>,
  account: string,
): Promise<Session | undefined> {
  try {
    return await accounts.openErased(account)
  } catch (error) {
    if (isUnreadable(error)) return undefined
    throw error
  }
}
