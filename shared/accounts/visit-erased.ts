import type { Log } from '../core/log.ts'
import { type Clock, type DurationMs, type EpochMs, elapsed, hours, later } from '../core/time.ts'
import type { Admission } from '../organisations/ports.ts'
import type { Schedule, Wake } from '../pull/due.ts'
import type { Erasure } from './erasure.ts'
import { duePlans } from './plan-visit.ts'
import { DONE, type Visit } from './visit.ts'

export interface ErasedDependencies {
  readonly clock: Clock
  readonly log: Log
  readonly sessions: { open(account: string): Promise<object | undefined> }
  readonly schedule: Schedule
  readonly erasure: Erasure
  readonly admission: Pick<Admission, 'joinedAt'>
  /** Whether there is no row of the account. */
  readonly isVacant: (account: string) => Promise<boolean>
  readonly budget: DurationMs
  /** Goes on with the account's erasure; undefined when it is not being erased. */
  readonly erase: (account: string, deadline: EpochMs) => Promise<Visit | undefined>
}

/** An erasure wins over everything else that was to be done. */
export async function eraseIfBegun(
  dependencies: ErasedDependencies,
  account: string,
  wake: Wake,
): Promise<Visit | undefined> {
  if (wake.reason !== 'erase') return undefined
  return goOnErasing(dependencies, account, wake)
}

async function goOnErasing(dependencies: ErasedDependencies, account: string, wake: Wake): Promise<Visit | undefined> {
  const { clock, budget, schedule } = dependencies
  const visit = await dependencies.erase(account, later(clock.now(), budget))
  if (visit !== undefined) await schedule.forget(account, duePlans(wake))
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
  wake: Wake,
  wasThere: boolean,
): Promise<Visit | undefined> {
  const visit = await goOnErasing(dependencies, account, wake)
  if (visit !== undefined || !wasThere) return visit
  const isThere = async () => (await dependencies.sessions.open(account)) !== undefined
  return (await isThere().catch(() => true)) ? undefined : stayAwayFromNobody(dependencies, account, wake)
}

/** Longer than a sign-in takes until the account is stored, by whichever clock. */
const SIGN_INS_END = hours(1)

/**
 * A sign-in that ended half-way has left a place on the list of its organisation, and perhaps a key. The note beside the
 * plan is in plain, and an erasure outlives every restore: where there are rows of an account, only its head is gone, and
 * whoever took it may have written the note as well.
 */
async function clearUp(dependencies: ErasedDependencies, account: string, plans: readonly EpochMs[]): Promise<void> {
  const { clock, schedule, erasure, admission, isVacant } = dependencies
  const notes = (await Promise.all(plans.map((at) => schedule.expected(account, at)))).filter(
    (one) => one !== undefined,
  )
  const expected = notes.find(({ isLast }) => isLast) ?? notes[0]
  if (expected === undefined) return
  if (!(await isVacant(account))) return missHead(dependencies, account)
  const { organisation, isLast } = expected
  if (!isLast) return schedule.plan(account, later(clock.now(), SIGN_INS_END), [], { organisation, isLast: true })
  const joinedAt = await admission.joinedAt(organisation, account)
  // Whoever is signing in once more has a plan of their own.
  if (joinedAt !== undefined && elapsed(joinedAt, clock.now()) < SIGN_INS_END) return
  await erasure.begin(account, 'retention', organisation)
}

/** A sign-in may have stored the account since it was looked for. */
async function missHead({ sessions, log }: ErasedDependencies, account: string): Promise<void> {
  if ((await sessions.open(account)) === undefined) log('error', 'account-head-missing', { account })
}

/** An account that is not there may be one whose erasure goes on. */
export async function stayAwayFromNobody(
  dependencies: ErasedDependencies,
  account: string,
  wake: Wake,
): Promise<Visit> {
  const { log, schedule } = dependencies
  log('info', 'account-not-active', { account, state: 'absent' })
  const erased = await goOnErasing(dependencies, account, wake)
  if (erased !== undefined) return erased
  await clearUp(dependencies, account, duePlans(wake))
  await schedule.forget(account, duePlans(wake))
  return DONE
}
