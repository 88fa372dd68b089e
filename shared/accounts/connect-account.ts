import { asSyncError, SyncError } from '../core/errors.ts'
import { failureFacts, type Log } from '../core/log.ts'
import { retryWhenChanged } from '../core/retry-when-changed.ts'
import { type Clock, hours, later, minutes } from '../core/time.ts'
import { isKeyGone } from '../crypto/key-gone.ts'
import type { BlindIndex, Envelope } from '../crypto/ports.ts'
import type { Waker } from '../messaging/service-bus.ts'
import { wakeOrLeave } from '../messaging/wake-or-leave.ts'
import { WakeUp } from '../messaging/wake-up.ts'
import type { Schedule } from '../pull/due.ts'
import { NEW_ACCOUNT } from '../pull/standing.ts'
import { type Accounts, knownState } from '../storage/accounts/accounts.ts'
import { accountIdOf } from '../storage/accounts/row-keys.ts'
import type { Ledger } from '../storage/ledger/ledger.ts'
import type { AccountsPort, Identity } from './ports.ts'

export interface ConnectAccountDependencies {
  readonly accounts: Accounts
  readonly ledger: Pick<Ledger, 'erasureOf'>
  readonly blind: BlindIndex
  readonly envelope: Envelope
  readonly schedule: Schedule
  readonly waker: Waker
  readonly clock: Clock
  readonly log: Log
}

/** Should the first wake-up be lost, or the account never be stored, the schedule leads to it after this time. */
const FIRST_PLAN = minutes(5)

/** By then the visit looks at the consents there are, whoever has woken it. */
const LOOKED_AT_AGAIN = hours(1)

/**
 * Records who has signed in and starts the first pull. A person is one account however often they connect, because the
 * account is named after their tenant and object id.
 */
export function createAccountsPort(dependencies: ConnectAccountDependencies): AccountsPort {
  const { ledger, accounts, blind, envelope, schedule, waker, clock, log } = dependencies
  const idOf = ({ tenantId, objectId }: Identity) => accountIdOf(blind, tenantId, objectId)
  async function mayConnect(identity: Identity): Promise<void> {
    if ((await ledger.erasureOf(idOf(identity))) !== undefined)
      throw new SyncError('ACCOUNT_BEING_ERASED', 'the account is being erased')
  }

  return {
    idOf,
    async expect(identity, organisation) {
      await schedule.plan(idOf(identity), later(clock.now(), FIRST_PLAN), [], { ...NEW_ACCOUNT, organisation })
    },
    async connect(identity, tokenCache) {
      const account = idOf(identity)
      await envelope.ensureAccountKey(account)
      const connect = () => accounts.connect(account, identity, tokenCache, clock.now())
      await retryWhenChanged(connect).catch(async (error: unknown) => {
        if (isKeyGone(error)) await mayConnect(identity)
        throw error
      })
      // An erasure that has begun meanwhile takes it all: nothing is read, and nobody is told that they are connected.
      await mayConnect(identity)
      log('info', 'account-connected', { account })
      await wakeOrLeave({ waker, log }, { account, reason: 'connected' }, 'connect-waits-for-timer')
      return { accountId: account, profileId: `pro_${account.slice('acc_'.length)}` }
    },
    mayConnect,
    isKnown: async (account) => (await knownState(accounts, account)) !== undefined,
    async calendarNames(account) {
      const calendars = (await accounts.state(account))?.calendars ?? []
      return new Map(calendars.filter(({ deleted }) => !deleted).map(({ key, name }) => [key, name]))
    },
    async revoked(account) {
      if (!WakeUp.shape.account.safeParse(account).success) return
      const wakeUp: WakeUp = { account, reason: 'revoked' }
      if (await wakeOrLeave({ waker, log }, wakeUp, 'revocation-waits-for-timer')) return
      // An account that nobody can read is visited seldom.
      await schedule.plan(account, later(clock.now(), LOOKED_AT_AGAIN)).catch((error: unknown) => {
        log('warn', 'revocation-waits-for-timer', { account, ...failureFacts(asSyncError(error)) })
      })
    },
  }
}
