import type { AccountsPort } from '../accounts/ports.ts'
import type { Audit } from '../audit/ports.ts'
import { isFailure, SyncError } from '../core/errors.ts'
import type { Clock } from '../core/time.ts'
import type { KeyAdministration } from '../crypto/administration.ts'
import type { Envelope } from '../crypto/ports.ts'
import type { DeadLetters, QueueName } from '../messaging/dead-letters.ts'
import type { Queues } from '../messaging/queues.ts'
import type { Replayed } from '../messaging/replay.ts'
import type { Waker } from '../messaging/service-bus.ts'
import { AccountId } from '../messaging/wake-up.ts'
import type { AccountRecords } from '../storage/accounts/account-records.ts'
import { type AccountState, type Accounts, knownState } from '../storage/accounts/accounts.ts'
import type { Ledger } from '../storage/ledger/ledger.ts'
import { type AccountReport, reportOf } from './account-report.ts'
import { ofQueue } from './watch.ts'

/**
 * What whoever operates the service may do. What touches an account is in the audit trail before it is done or told. An
 * account is named by its id (`acc_`), its profile's (`pro_`), or `<tenant id>/<object id>` of its person. Everything may
 * be repeated, and be done twice at once. Methods also throw SyncError `STORAGE_UNAVAILABLE`, `VAULT_UNAVAILABLE`, and
 * those with a name `REQUEST_INVALID` when it names no account. What opens no account is in `Watch`.
 */
export interface Operator {
  /** @throws SyncError `NOT_FOUND`: that somebody asked is in the trail of the service then. */
  account(name: string): Promise<AccountReport>
  /**
   * Has an account's calendars, or one of them (`cal_`), read again from the beginning by its next visit, which is now.
   * @returns how many calendars. @throws SyncError `NOT_FOUND`, `RECONNECT_REQUIRED`, `QUEUE_UNAVAILABLE`.
   */
  resync(name: string, calendar?: string): Promise<number>
  /** A new key for an account; its visits seal its rows again, from half an hour later on. @throws SyncError `NOT_FOUND`. */
  reencrypt(name: string): Promise<void>
  /**
   * The same for every account that has a planned visit, which is when its rows follow.
   * @returns how many keys were made, without those of accounts that were erased or renewed by somebody else meanwhile.
   */
  reencryptAll(): Promise<number>
  /** @throws SyncError `QUEUE_UNAVAILABLE`; perhaps some were sent. */
  replay(queue?: QueueName): Promise<readonly Replayed[]>
}

export interface OperatorDependencies {
  readonly accounts: Pick<Accounts, 'state'>
  readonly records: Pick<AccountRecords, 'actions'>
  readonly ids: Pick<AccountsPort, 'idOf'>
  readonly ledger: Pick<Ledger, 'erasureOf'>
  readonly envelope: Pick<Envelope, 'accountKeyState'>
  readonly keys: Pick<KeyAdministration, 'renew' | 'renewAll'>
  readonly audit: Audit
  readonly waker: Waker
  readonly queues: Queues
  readonly deadLetters: DeadLetters
  readonly clock: Clock
}

const OPERATOR = { kind: 'operator' } as const

export function createOperator(dependencies: OperatorDependencies): Operator {
  const { accounts, records, ledger, envelope, keys, audit, waker, queues, clock } = dependencies

  /** @throws SyncError `NOT_FOUND` for an account that is not there, or is being erased. */
  async function present(name: string): Promise<{ account: string; state: AccountState }> {
    const account = accountNamed(dependencies.ids, name)
    const state = (await ledger.erasureOf(account)) === undefined ? await knownState(accounts, account) : undefined
    if (state === undefined) throw new SyncError('NOT_FOUND', 'there is no such account')
    return { account, state }
  }

  async function inspect(account: string): Promise<AccountReport | undefined> {
    const erasure = await ledger.erasureOf(account)
    if (erasure !== undefined) return { account, state: erasure.emptiedAt === undefined ? 'erasing' : 'erased' }
    const state = await knownState(accounts, account)
    if (state === undefined) return undefined
    const actions = []
    for await (const page of records.actions(account)) actions.push(...page)
    return reportOf(account, state, actions, await envelope.accountKeyState(account))
  }

  return {
    async account(name) {
      const account = accountNamed(dependencies.ids, name)
      const report = await inspect(account)
      // Of somebody who has no account nothing is kept, not even under an id: only that an operator asked.
      const about = report === undefined ? { facts: { found: false } } : { account }
      await audit.record({ act: 'inspected', actor: OPERATOR, ...about })
      if (report === undefined) throw new SyncError('NOT_FOUND', 'there is no such account')
      return report
    },
    async resync(name, calendar) {
      const { account, state } = await present(name)
      const key = calendar?.replace(/^cal_/, '')
      const meant = state.calendars.filter((one) => !one.deleted && (key === undefined || one.key === key))
      if (key !== undefined && meant.length === 0) throw new SyncError('NOT_FOUND', 'the account has no such calendar')
      if (state.head.state !== 'active')
        throw new SyncError('RECONNECT_REQUIRED', `nobody can read this account: it is ${state.head.state}`)
      await audit.record({ act: 'resync-asked', actor: OPERATOR, account, facts: { calendars: meant.length } })
      await waker.wake([
        { account, reason: 'resync', askedAt: clock.now(), ...(key !== undefined && { calendar: key }) },
      ])
      return meant.length
    },
    async reencrypt(name) {
      const { account } = await present(name)
      await keys.renew(account).catch((error: unknown) => {
        // Somebody else renews it at this moment.
        if (!isFailure(error, 'ROW_CHANGED', 'ROW_EXISTS')) throw error
      })
      // So that its rows follow without waiting for the next planned visit, which does it otherwise.
      await waker.wake([{ account, reason: 'continued' }]).catch((error: unknown) => {
        if (!isFailure(error, 'QUEUE_UNAVAILABLE')) throw error
      })
    },
    reencryptAll: keys.renewAll,
    async replay(queue) {
      const letters = ofQueue(await dependencies.deadLetters.list(), queue)
      const woken = new Set(letters.flatMap(({ wakeUp }) => wakeUp?.account ?? []))
      if (letters.length > 0)
        await audit.record({
          act: 'replayed',
          actor: OPERATOR,
          facts: { messages: letters.length, accounts: woken.size },
        })
      return queues.replay(queue)
    },
  }
}

const TENANT_AND_OBJECT = /^([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})\/([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/

export const namesAccount = (name: string): boolean =>
  AccountId.safeParse(name.replace(/^pro_/, 'acc_')).success || TENANT_AND_OBJECT.test(name.toLowerCase())

/** @throws SyncError `REQUEST_INVALID` for what names no account. */
function accountNamed(ids: OperatorDependencies['ids'], name: string): string {
  const account = name.replace(/^pro_/, 'acc_')
  if (AccountId.safeParse(account).success) return account
  const [, tenantId, objectId] = TENANT_AND_OBJECT.exec(name.toLowerCase()) ?? []
  if (tenantId === undefined || objectId === undefined)
    throw new SyncError('REQUEST_INVALID', 'an account is named acc_…, pro_…, or <tenant id>/<object id>')
  return ids.idOf({ tenantId, objectId, username: '', name: '' })
}
