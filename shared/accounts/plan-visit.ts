import type { Clock, EpochMs } from '../core/time.ts'
import { nextVisitAfter, nextVisitAt, type Schedule, type Wake } from '../pull/due.ts'
import type { AccountSession } from '../pull/session.ts'
import { type NotedStanding, standingOf, standingText } from '../pull/standing.ts'

interface Dependencies {
  readonly clock: Clock
  readonly schedule: Schedule
}

/** The plan whose time has come, where the wake-up tells of one. */
export const duePlans = ({ plannedFor }: Wake): readonly EpochMs[] => (plannedFor === undefined ? [] : [plannedFor])

const standingNow = ({ head, calendars }: AccountSession, clock: Clock): NotedStanding => ({
  ...standingOf(head.state, calendars),
  notedAt: clock.now(),
})

/**
 * Puts a new plan in the place of the ones that were due, as if the visit did everything it should. Stored before the
 * head says so: after a crash in between there are two plans, never none. A plan that turns out to be too late stays
 * beside the new one, because the head still names it.
 */
export async function planAhead({ clock, schedule }: Dependencies, session: AccountSession, wake: Wake): Promise<void> {
  const now = clock.now()
  const planned = session.head.nextVisitAt
  const standing = standingNow(session, clock)
  const due = duePlans(wake)
  const next = nextVisitAfter(session, now, wake)
  const others = due.filter((at) => at !== planned)
  if (planned !== undefined && planned > now && planned <= next) {
    // It is stored once more: an instance whose clock is ahead may have woken for this very plan, and one that was woken
    // for is not woken for again for a while; after a restore it is not there, because the schedule is not put back.
    if (due.length > 0) await schedule.plan(session.account, planned, others, standing)
    return
  }
  const isOver = planned !== undefined && planned <= now
  await schedule.plan(session.account, next, isOver ? [planned, ...others] : others, standing)
  session.notePlan(next, standingText(standing))
}

/** An account that is left alone has nothing due before its time: it is not late, and woken no more until then. */
export async function planAfterWait(
  { clock, schedule }: Dependencies,
  session: AccountSession,
  wake: Wake,
): Promise<void> {
  const { notBefore = clock.now() } = session.head
  const due = duePlans(wake).filter((at) => at < notBefore)
  if (due.length > 0) await schedule.plan(session.account, notBefore, due, standingNow(session, clock))
}

/**
 * Plans the next visit for an earlier time when the visit has left something undone, and notes beside the plan how the
 * account does when the visit has changed that.
 * @param wanted a time of the caller's.
 * @returns whether it had to be planned.
 */
export async function planSooner(
  { clock, schedule }: Dependencies,
  session: AccountSession,
  wanted: EpochMs | undefined,
): Promise<boolean> {
  const at = Math.min(nextVisitAt(session, clock.now()), wanted ?? Number.POSITIVE_INFINITY) as EpochMs
  const planned = session.head.nextVisitAt
  const isSooner = planned === undefined || at < planned
  const standing = standingNow(session, clock)
  if (isSooner || session.head.standing !== standingText(standing)) {
    const next = isSooner ? at : planned
    await schedule.plan(session.account, next, [], standing)
    session.notePlan(next, standingText(standing))
  }
  if (session.hasNotes) await session.save({})
  // Only now: while the head names a plan, it must be there.
  if (isSooner && planned !== undefined) await schedule.forget(session.account, [planned])
  return isSooner
}
