import { type Clock, type DurationMs, type EpochMs, later } from '../core/time.ts'
import type { Schedule, Wake } from '../pull/due.ts'
import type { AccountSession } from '../pull/session.ts'
import { standingOf, standingText } from '../pull/standing.ts'
import type { AccountHead } from '../pull/state.ts'
import type { Erasure } from './erasure.ts'
import { duePlans } from './plan-visit.ts'

export interface RetentionDependencies {
  readonly clock: Clock
  readonly schedule: Schedule
  readonly erasure: Erasure
  /** How long the data of an account is kept that nobody can read, or nobody may. */
  readonly keptFor: DurationMs
}

type Changes = Omit<Parameters<AccountSession['save']>[0], 'head'>

const endOf = ({ keptFor }: RetentionDependencies, { inactiveSince, signedInAt }: AccountHead): EpochMs =>
  later(inactiveSince ?? signedInAt, keptFor)

/**
 * Ends the visits of an account that nobody can read any more. Its next plan is the day on which its data goes, stored
 * before the head says so: there are two plans after a crash in between, never none.
 */
export async function becomeInactive(
  dependencies: RetentionDependencies,
  session: AccountSession,
  state: 'needs-reconnect' | 'disconnected',
  changes: Changes = {},
): Promise<void> {
  const { clock, schedule } = dependencies
  const { nextVisitAt: before, inactiveSince = clock.now() } = session.head
  const nextVisitAt = endOf(dependencies, { ...session.head, inactiveSince })
  const standing = standingOf(state, [])
  await schedule.plan(session.account, nextVisitAt, [], { ...standing, notedAt: clock.now() })
  const head = { ...session.head, state, inactiveSince, nextVisitAt, standing: standingText(standing) }
  await session.save({ ...changes, head })
  if (before !== undefined && before !== nextVisitAt) await schedule.forget(session.account, [before])
}

/**
 * Has the data of an inactive account erased when its time is over. Before that whatever plan was due makes way for one at
 * that time: it may be the only one there is, because a restore plans other times than heads name.
 * @returns whether its erasure has begun. @throws SyncError `ROW_CHANGED` when the account has changed meanwhile.
 */
export async function isOverdue(
  dependencies: RetentionDependencies,
  session: AccountSession,
  wake: Wake,
): Promise<boolean> {
  const { clock, schedule, erasure } = dependencies
  const { account, head } = session
  const due = duePlans(wake)
  const end = endOf(dependencies, head)
  if (clock.now() >= end) {
    // Whoever has connected since the head was read is not to be erased: another head fails here.
    await session.save({})
    await erasure.begin(account, 'retention')
    await schedule.forget(account, due)
    return true
  }
  if (due.length === 0) return false
  await schedule.plan(account, end, [], { ...standingOf(head.state, []), notedAt: clock.now() })
  if (head.nextVisitAt !== end) await session.save({ head: { ...head, nextVisitAt: end } })
  // Only now: while the head names a plan, it must be there.
  await schedule.forget(
    account,
    due.filter((at) => at !== end),
  )
  return false
}
