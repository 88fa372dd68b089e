import { type Clock, type DurationMs, days, type EpochMs, later } from '../core/time.ts'
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

/** How often it is looked whether an integrator still may use an account that has to be connected again. */
const LOOK_EVERY = days(1)

/** An account that nobody can read still has tokens, which go when nobody may use it any more. */
function nextVisit(dependencies: RetentionDependencies, head: AccountHead): EpochMs {
  const look = head.state === 'needs-reconnect' ? later(dependencies.clock.now(), LOOK_EVERY) : Number.POSITIVE_INFINITY
  return Math.min(look, endOf(dependencies, head)) as EpochMs
}

/**
 * Ends the visits of an account that nobody can read any more, but for a look each day until it is disconnected. Its next
 * plan is stored before the head says so, at last the day on which its data goes: there are two plans after a crash in
 * between, never none.
 */
export async function becomeInactive(
  dependencies: RetentionDependencies,
  session: AccountSession,
  state: 'needs-reconnect' | 'disconnected',
  changes: Changes = {},
): Promise<void> {
  const { clock, schedule } = dependencies
  const { nextVisitAt: before, inactiveSince = clock.now() } = session.head
  const nextVisitAt = nextVisit(dependencies, { ...session.head, state, inactiveSince })
  const standing = standingOf(state, [])
  await schedule.plan(session.account, nextVisitAt, [], { ...standing, notedAt: clock.now() })
  const head = { ...session.head, state, inactiveSince, nextVisitAt, standing: standingText(standing) }
  await session.save({ ...changes, head })
  if (before !== undefined && before !== nextVisitAt) await schedule.forget(session.account, [before])
}

/**
 * Has the data of an inactive account erased when its time is over. Before that whatever plan was due makes way for the
 * next: it may be the only one there is, because a restore plans other times than heads name.
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
  if (clock.now() >= endOf(dependencies, head)) {
    // Whoever has connected since the head was read is not to be erased: another head fails here.
    await session.save({})
    await erasure.begin(account, 'retention')
    await schedule.forget(account, due)
    return true
  }
  if (due.length === 0) return false
  // One that is still to come stays the only one.
  const isToCome = head.nextVisitAt !== undefined && head.nextVisitAt > clock.now()
  const next = isToCome ? head.nextVisitAt : nextVisit(dependencies, head)
  await schedule.plan(account, next, [], { ...standingOf(head.state, []), notedAt: clock.now() })
  if (head.nextVisitAt !== next) await session.save({ head: { ...head, nextVisitAt: next } })
  // Only now: while the head names a plan, it must be there.
  await schedule.forget(
    account,
    due.filter((at) => at !== next),
  )
  return false
}
