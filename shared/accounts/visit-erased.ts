import type { Log } from '../core/log.ts'
import { type Clock, type DurationMs, type EpochMs, later } from '../core/time.ts'
import type { Schedule, Wake } from '../pull/due.ts'
import { duePlans } from './plan-visit.ts'
import { DONE, type Visit } from './visit.ts'

export interface ErasedDependencies {
  readonly clock: Clock
  readonly log: Log
  readonly sessions: { open(account: string): Promise<object | undefined> }
  readonly schedule: Pick<Schedule, 'forget'>
  readonly budget: DurationMs
  /** Goes on with the account's erasure; undefined when it is not being erased. */
  readonly erase: (account: string, deadline: EpochMs) => Promise<Visit | undefined>
}

/** An erasure wins over everything else that was to be done. */
export async function eraseIfBegun(
  dependencies: ErasedDependencies,
  account: string,
  wakes: readonly Wake[],
): Promise<Visit | undefined> {
  if (!wakes.some(({ reason }) => reason === 'erase')) return undefined
  return goOnErasing(dependencies, account, wakes)
}

async function goOnErasing(
  dependencies: ErasedDependencies,
  account: string,
  wakes: readonly Wake[],
): Promise<Visit | undefined> {
  const { clock, budget, schedule } = dependencies
  const visit = await dependencies.erase(account, later(clock.now(), budget))
  if (visit !== undefined) await schedule.forget(account, duePlans(wakes))
  return visit
}

/**
 * What a missing key means where an erasure has taken it: in the middle of a visit, or because of rows that a sign-in has
 * stored after it, which the erasure's last look finds.
 * @param wasThere whether the account was there when the visit began.
 * @returns undefined when the key is missing for another reason.
 */
export async function afterErasure(
  dependencies: ErasedDependencies,
  account: string,
  wakes: readonly Wake[],
  wasThere: boolean,
): Promise<Visit | undefined> {
  const visit = await goOnErasing(dependencies, account, wakes)
  if (visit !== undefined || !wasThere) return visit
  const isThere = async () => (await dependencies.sessions.open(account)) !== undefined
  return (await isThere().catch(() => true)) ? undefined : stayAwayFromNobody(dependencies, account, wakes)
}

/** An account that is not there may be one whose erasure goes on. */
export async function stayAwayFromNobody(
  dependencies: ErasedDependencies,
  account: string,
  wakes: readonly Wake[],
): Promise<Visit> {
  const { clock, budget, log, schedule } = dependencies
  log('info', 'account-not-active', { account, state: 'absent' })
  await schedule.forget(account, duePlans(wakes))
  return (await dependencies.erase(account, later(clock.now(), budget))) ?? DONE
}
