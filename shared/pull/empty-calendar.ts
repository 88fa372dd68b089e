import type { Log } from '../core/log.ts'
import type { Clock } from '../core/time.ts'
import { pruneCalendar, type Round } from './reconcile.ts'
import type { AccountSession } from './session.ts'
import type { CalendarState } from './state.ts'

export interface EmptyingDependencies {
  readonly clock: Clock
  readonly log: Log
  readonly digestOf: Round['digestOf']
}

/** Whether something is kept of a calendar that is gone. */
export const isLeft = ({ deleted, window, torn }: CalendarState): boolean =>
  deleted && (window !== undefined || torn === true)

/**
 * Commits everything of a calendar that is gone as deletions, as a round would that mentions nothing. It has no window
 * afterwards; when it comes back, all of it is new. A crash in between leaves it as it is, to be emptied again.
 */
export async function emptyCalendar(
  { clock, log, digestOf }: EmptyingDependencies,
  session: AccountSession,
  calendar: CalendarState,
): Promise<void> {
  const { window } = calendar
  const number = calendar.round + 1
  const emptied = { ...calendar, round: number, window: undefined, windowMadeAt: undefined, events: 0 }
  if (window !== undefined) {
    const round = { calendar: calendar.key, number, window, keyOf: session.names.item, digestOf }
    const { keys } = await session.unseen(calendar.key, number)
    const outcome = pruneCalendar({ ...(await session.knowledge(keys, [])), keys: () => keys }, round)
    await session.commitPull(emptied, outcome, clock.now())
    const changes = outcome.changes.length
    log('warn', 'calendar-emptied', { account: session.account, calendar: calendar.key, changes })
  }
  if (calendar.torn) await session.mend(emptied, clock.now())
}
