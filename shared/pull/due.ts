import { type Clock, type DurationMs, days, type EpochMs, elapsed, epochMs, later, minutes } from '../core/time.ts'
import { isSetAside } from './round.ts'
import type { AccountSession } from './session.ts'
import type { AccountHead, CalendarState } from './state.ts'

/** Why a handler was woken, and for which calendar; undefined means all of them. */
export interface Wake {
  readonly reason: 'connected' | 'notified' | 'renew' | 'asked' | 'continued' | 'due'
  readonly calendar?: string | undefined
}

/** When accounts are to be visited although nobody asks for it. */
export interface Schedule {
  plan(account: string, at: EpochMs): Promise<void>
}

/** The list of calendars is read again after this time. */
const CALENDARS_EVERY = days(1)
export const SAFETY_POLL_EVERY = minutes(360)
export const POLL_EVERY = minutes(5)

/**
 * Plans the next visit unless one is planned soon enough. The plan is stored before the head says so: after a crash in
 * between there are two plans, never none.
 * @param earlier when there is a reason to come before the next poll.
 * @returns whether it had to be planned.
 */
export async function planNextVisit(
  { clock, schedule }: { clock: Clock; schedule: Schedule },
  session: AccountSession,
  earlier?: EpochMs,
): Promise<boolean> {
  const now = clock.now()
  const wanted = epochMs(Math.min(nextPollOf(session, now), earlier ?? Number.POSITIVE_INFINITY))
  const planned = session.head.nextVisitAt ?? 0
  if (planned > now && planned <= wanted) return false
  await schedule.plan(session.account, wanted)
  await session.save({ head: { ...session.head, nextVisitAt: wanted } })
  return true
}

/** When the first calendar will not have been read for too long. */
function nextPollOf({ calendars, head: { calendarsReadAt } }: AccountSession, now: EpochMs): EpochMs {
  const present = calendars.filter(({ deleted }) => !deleted)
  const polls = present.map((calendar) => calendar.pullAfter ?? later(calendar.pulledAt ?? now, pollEvery(calendar)))
  const first = Math.min(later(now, calendarsReadAt === undefined ? POLL_EVERY : SAFETY_POLL_EVERY), ...polls)
  // What was due before this visit and is still not done is tried again at the pace of polling.
  return epochMs(first > now ? first : later(now, POLL_EVERY))
}

const pollEvery = ({ subscription }: CalendarState): DurationMs =>
  subscription === undefined ? POLL_EVERY : SAFETY_POLL_EVERY

/** Whether the list of calendars is to be read again. */
export function calendarsAreDue({ calendarsReadAt }: AccountHead, clock: Clock, wakes: readonly Wake[]): boolean {
  if (calendarsReadAt === undefined || wakes.some(({ reason }) => reason === 'connected')) return true
  return elapsed(calendarsReadAt, clock.now()) >= CALENDARS_EVERY
}

/** Whether a calendar has something to read: it is marked, somebody says so, or it has not been read for too long. */
export function needsPull(calendar: CalendarState, wakes: readonly Wake[], clock: Clock): boolean {
  if (calendar.deleted || isSetAside(calendar, clock)) return false
  if (calendar.dirty || calendar.progress !== undefined || calendar.pulledAt === undefined) return true
  if (wakes.some((wake) => wake.reason === 'notified' && (wake.calendar ?? calendar.key) === calendar.key)) return true
  return elapsed(calendar.pulledAt, clock.now()) >= pollEvery(calendar)
}
