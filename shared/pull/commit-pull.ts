import type { Log } from '../core/log.ts'
import type { Telemetry } from '../core/telemetry.ts'
import { type Clock, type EpochMs, elapsed } from '../core/time.ts'
import type { CalendarEvent } from '../events/event.ts'
import type { WindowDays } from '../events/window.ts'
import { isNotified } from './due.ts'
import type { Outcome } from './knowledge.ts'
import type { Mailbox } from './ports.ts'
import type { AccountSession } from './session.ts'
import type { CalendarState } from './state.ts'

/** What reading a calendar needs beside its account and mailbox. */
export interface PullDependencies {
  readonly clock: Clock
  readonly log: Log
  readonly telemetry: Telemetry
  readonly windowDays: WindowDays
  readonly digestOf: (event: CalendarEvent) => string
}

/** What a visit to a calendar carries from page to page. */
export interface Pull {
  readonly dependencies: PullDependencies
  readonly session: AccountSession
  readonly mailbox: Mailbox
  readonly started: EpochMs
  changes: number
  /** Whether the round tells what has changed, and not what there is. */
  tellsNews: boolean
}

/**
 * Commits what pages of a calendar came to, with its state and the number of its events, and reports it.
 * @returns the calendar as it was committed.
 */
export async function commitPull(pull: Pull, before: CalendarState, outcome: Outcome): Promise<CalendarState> {
  const { session, dependencies, started } = pull
  const calendar = { ...before, events: before.events + growth(outcome) }
  const now = dependencies.clock.now()
  await session.commitPull(calendar, outcome, now)
  pull.changes += outcome.changes.length
  if (pull.tellsNews) measureDelays(pull, calendar, outcome)
  if (calendar.progress === undefined)
    dependencies.log('info', 'calendar-pulled', {
      account: session.account,
      calendar: calendar.key,
      changes: outcome.changes.length,
      first: calendar.round === 1,
      events: calendar.events,
      durationMs: elapsed(started, now),
    })
  return calendar
}

/** A changed series has many events, and one time at which it was changed. */
function measureDelays(
  { dependencies: { telemetry, clock } }: Pull,
  calendar: CalendarState,
  { changes }: Outcome,
): void {
  const times = changes.flatMap((change) =>
    change.kind === 'write' && change.isNews ? (change.event.changedAt ?? []) : [],
  )
  const mode = isNotified(calendar) ? 'notified' : 'polled'
  for (const at of new Set(times)) telemetry.record('sync.delay', { mode }, elapsed(at, clock.now()))
}

/** How many events there are more than before: a write without a place before is a new one. */
const growth = ({ changes }: Outcome): number =>
  changes.reduce((sum, { kind, previousMonths }) => {
    if (kind !== 'write') return sum - 1
    return previousMonths.length === 0 ? sum + 1 : sum
  }, 0)
