import { type FailureCode, isFailure, type SyncError } from '../core/errors.ts'
import type { LogFacts } from '../core/log.ts'
import { prefetch } from '../core/prefetch.ts'
import { type EpochMs, later } from '../core/time.ts'
import { type Batch, fetchBatch, keysOf } from './batch.ts'
import { commitPull, type Pull, type PullDependencies } from './commit-pull.ts'
import { POLL_EVERY } from './due.ts'
import { finishRound } from './finish-round.ts'
import { isMixed, isRepeat } from './mentions.ts'
import type { Mailbox } from './ports.ts'
import { type Round, reconcile } from './reconcile.ts'
import { isSetAside, mixed, progressAfter, repeated, startAgain, startRound, windowOf, withoutCursor } from './round.ts'
import type { AccountSession } from './session.ts'
import type { CalendarState } from './state.ts'

/**
 * A round without end is a known fault of Graph in mailboxes with many series.
 * @see https://github.com/microsoftgraph/msgraph-sdk-dotnet/issues/3082
 */
const MAX_PAGES = 5_000
/** Pages repeat now and then; so many batches with nothing but repeats are such a round. */
const MAX_REPEATS = 10

/** How far a calendar was read. */
export interface Pulled {
  readonly isComplete: boolean
  /** Events that were new, changed or gone. */
  readonly changes: number
}

/**
 * Reads a calendar's changes, a few pages at a time, committing them with their link, until the round is complete or
 * `deadline` has passed. The next pages are fetched while the current ones are written.
 * @returns whether the round is complete, and what it found.
 * @throws SyncError `CALENDAR_GONE`: so it seems, and the list of calendars decides. Others of the mailbox or the store;
 * what was committed stays, the rest is read again.
 */
export async function pullCalendar(
  dependencies: PullDependencies,
  session: AccountSession,
  mailbox: Mailbox,
  calendar: CalendarState,
  deadline: EpochMs,
): Promise<Pulled> {
  const pull: Pull = { dependencies, session, mailbox, started: dependencies.clock.now(), changes: 0, tellsNews: false }
  const isComplete = await readOn(pull, calendar, deadline)
  return { isComplete, changes: pull.changes }
}

async function readOn(pull: Pull, calendar: CalendarState, deadline: EpochMs): Promise<boolean> {
  const { dependencies, session } = pull
  const start = startRound(calendar, dependencies)
  try {
    return await readRound(pull, start, deadline)
  } catch (error) {
    if (!isFailure(error, 'CURSOR_EXPIRED') && !hasFailedAgain(start, error)) throw error
    // Some batches may have been committed: what is started over is the calendar as they left it, with the round's window.
    const kept = session.calendars.find(({ key }) => key === calendar.key) ?? calendar
    const current = { ...kept, window: start.window, windowMadeAt: start.windowMadeAt }
    if (start.progress?.after === 'broken' || !isFailure(error, 'CURSOR_EXPIRED'))
      return giveUpRound(pull, { ...current, progress: start.progress }, error)
    dependencies.log('warn', 'cursor-expired', { account: session.account, calendar: calendar.key, ...error.facts })
    const windowMovedFrom = start.progress?.fresh ? start.windowMovedFrom : kept.window?.to
    return readOn(pull, { ...startAgain(current, 'broken', dependencies), windowMovedFrom }, deadline)
  }
}

/** Failures of the changes of a calendar, where Graph has answered: its view may be well. */
const OF_CHANGES: readonly FailureCode[] = [
  'MICROSOFT_UNREACHABLE',
  'MICROSOFT_THROTTLED',
  'MICROSOFT_REFUSED',
  'CALENDAR_GONE',
]

/**
 * Whether the changes of a calendar that was set aside fail once more. Who names a time to wait is asked nothing before it,
 * and a connection that breaks says nothing about the calendar.
 */
function hasFailedAgain({ pullAfter, progress }: CalendarState, error: unknown): error is SyncError {
  if (pullAfter === undefined || progress?.view || !isFailure(error, ...OF_CHANGES)) return false
  return error.retryAfterMs === undefined && error.facts['status'] !== undefined
}

async function readRound(pull: Pull, start: CalendarState, deadline: EpochMs): Promise<boolean> {
  const { mailbox, dependencies } = pull
  const isLate = () => dependencies.clock.now() >= deadline
  let calendar = start
  let next = fetchBatch(mailbox, calendar, isLate)
  for (;;) {
    const batch = await next
    const progress = progressAfter(calendar, batch, pull.session.names.item)
    if (progress.pages > MAX_PAGES || progress.repeats > MAX_REPEATS) return giveUpRound(pull, calendar)
    const stop = batch.nextLink !== undefined && isLate()
    if (batch.nextLink !== undefined && !stop) next = prefetch(fetchBatch(mailbox, { ...calendar, progress }, isLate))
    calendar = await commitBatch(pull, { ...calendar, progress }, batch)
    if (calendar.progress === undefined || isSetAside(calendar, dependencies.clock)) return true
    // What has been asked for already is heard: the answer may be to wait before anything else is asked.
    if (stop || (batch.nextLink === undefined && isLate())) return false
    if (batch.nextLink === undefined) next = fetchBatch(mailbox, calendar, isLate)
  }
}

async function commitBatch(pull: Pull, before: CalendarState, batch: Batch): Promise<CalendarState> {
  const { session } = pull
  pull.tellsNews = before.progress?.fresh === false
  const round = roundOf(pull, before)
  const known = await session.knowledge(...keysOf(batch.items, round))
  const judged = reconcile(known, batch.items, round)
  const counted = isRepeat(known, batch.items, round) ? repeated(before) : before
  const calendar = isMixed(known, batch.items, round, before.progress?.fresh === true) ? mixed(counted) : counted
  if (batch.nextLink !== undefined) return commitPull(pull, { ...calendar, dirty: true }, judged)
  return finishRound(pull, { calendar, cursor: batch.cursor, judged, round })
}

function roundOf({ session, dependencies }: Pull, calendar: CalendarState): Round {
  return {
    calendar: calendar.key,
    number: calendar.round,
    window: windowOf(calendar),
    keyOf: session.names.item,
    digestOf: dependencies.digestOf,
  }
}

/** Changes that have no end, or break each time, lead nowhere: the calendar is read as a view instead. */
async function giveUpRound(
  { session, dependencies }: Pull,
  calendar: CalendarState,
  { facts }: { readonly facts?: LogFacts } = {},
): Promise<boolean> {
  const level = calendar.pullAfter === undefined ? 'error' : 'warn'
  dependencies.log(level, 'round-without-end', { account: session.account, calendar: calendar.key, ...facts })
  const endless = { ...withoutCursor(calendar), endless: true, dirty: true }
  // A view without an end is tried again at the pace of polling.
  if (!calendar.progress?.view) await session.save({ calendars: [endless] })
  else await session.save({ calendars: [{ ...endless, pullAfter: later(dependencies.clock.now(), POLL_EVERY) }] })
  return calendar.progress?.view === true
}
