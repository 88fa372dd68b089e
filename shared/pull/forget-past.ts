import { days, type EpochMs, earlier, elapsed, epochMs } from '../core/time.ts'
import { monthOf, monthsBetween } from '../events/window.ts'
import type { AccountSession } from './session.ts'
import type { CalendarState } from './state.ts'

/** The month in which the earliest window begins; undefined while no calendar was read. */
export function firstMonth(calendars: readonly CalendarState[]): string | undefined {
  const begins = calendars.flatMap(({ deleted, window }) => (deleted || window === undefined ? [] : [window.from]))
  return begins.length === 0 ? undefined : monthOf(epochMs(Math.min(...begins)))
}

/**
 * Deletes what is kept of the months that the windows of all calendars have left behind: rows of events that were deleted,
 * or moved, or are over. At most once a month there is something to do. Where the windows have come to begin earlier, that
 * is noted.
 * @param windowDays of the service's windows: nothing older was kept when the person connected.
 */
export async function forgetPast(session: AccountSession, windowDays: { readonly past: number }): Promise<void> {
  const { head, calendars } = session
  const keptFrom = firstMonth(calendars)
  if (keptFrom === undefined || calendars.some(({ deleted, progress }) => !deleted && progress !== undefined)) return
  const before = head.keptFrom ?? monthOf(earlier(head.connectedAt, days(windowDays.past)))
  if (before > keptFrom) await session.save({ head: { ...head, keptFrom } })
  if (before >= keptFrom) return
  const months = monthsBetween(epochMs(Date.parse(`${before}-01`)), epochMs(Date.parse(`${keptFrom}-01`)))
  await session.forgetMonths(months, keptFrom)
}

/** How long the outcome of an action can be asked for, and how far back `last_modified` tells only what has changed. */
const ACTIONS_KEPT = days(30)
const CHANGES_KEPT = days(60)

/** Once a day. An integrator repeats a request within 24 hours, so what is kept of it is over a day later at most. */
export async function forgetOld(session: AccountSession, now: EpochMs): Promise<void> {
  const { requestsForgottenAt, connectedAt } = session.head
  if (elapsed(requestsForgottenAt ?? connectedAt, now) >= days(1))
    await session.forgetOld(now, { actions: earlier(now, ACTIONS_KEPT), changes: earlier(now, CHANGES_KEPT) })
}
