import type { Audit } from '../audit/ports.ts'
import { isFailure } from '../core/errors.ts'
import type { Log } from '../core/log.ts'
import { type Clock, type DurationMs, days, type EpochMs, elapsed, minutes } from '../core/time.ts'

/** A year of writes is far from what one key may seal; what is limited is what a key that has leaked opens. */
const ACCOUNT_KEY_LIFETIME = days(365)

/**
 * After this time nobody seals with the key before: instances know the new one within 60 seconds, and a handler lives for 5
 * minutes (`functionTimeout` of host.json).
 */
const KEY_SETTLING = minutes(30)

export interface AccountKeyring {
  accountKeyState(account: string): Promise<{
    readonly madeAt: EpochMs
    readonly generation: number
    readonly generations: number
  }>
  renewAccountKey(account: string): Promise<void>
  dropAccountKeysBefore(account: string, generation: number): Promise<void>
}

export interface KeyDependencies {
  readonly clock: Clock
  readonly log: Log
  readonly keys: AccountKeyring
  readonly audit: Audit
}

export interface ResealPace {
  now(): EpochMs
  /** Of the account's newest key. */
  readonly generation: number
  readonly deadline: EpochMs
  /** How long a handler may hold rows and keys that it has read. */
  readonly settling: DurationMs
}

interface ResealableSession {
  readonly account: string
  reseal(pace: ResealPace): Promise<boolean>
}

/**
 * Renews an account's key when it is old, and lets its rows follow after a renewal, a part in each visit. Costs no request
 * while there is nothing to do.
 * @throws SyncError what the session throws; the next visit goes on.
 */
export async function tendKey(
  { clock, log, keys, audit }: KeyDependencies,
  session: ResealableSession,
  deadline: EpochMs,
): Promise<void> {
  const { account } = session
  const { madeAt, generation, generations } = await keys.accountKeyState(account)
  const age = elapsed(madeAt, clock.now())
  if (generations === 1) {
    if (age >= ACCOUNT_KEY_LIFETIME) await renew({ log, keys, audit }, account)
    return
  }
  if (age < KEY_SETTLING) return
  if (!(await session.reseal({ generation, deadline, settling: KEY_SETTLING, now: clock.now }))) return
  await keys.dropAccountKeysBefore(account, generation)
  log('info', 'old-account-keys-deleted', { account, generation })
}

async function renew({ log, keys, audit }: Omit<KeyDependencies, 'clock'>, account: string): Promise<void> {
  await audit.record({ act: 'account-key-renewed', actor: { kind: 'service' }, account })
  await keys.renewAccountKey(account).catch((error: unknown) => {
    // Another instance has done it.
    if (!isFailure(error, 'ROW_CHANGED', 'ROW_EXISTS')) throw error
  })
  log('info', 'account-key-renewed', { account })
}
