import { isFailure } from '../core/errors.ts'
import type { Log, LogFacts } from '../core/log.ts'
import { prefetch } from '../core/prefetch.ts'
import type { Telemetry } from '../core/telemetry.ts'
import { type Clock, type EpochMs, elapsed, later, minutes } from '../core/time.ts'
import type { CalendarEvent } from '../events/event.ts'
import { type Batch, fetchBatch, keysOf } from './batch.ts'
import { isNotified, POLL_EVERY } from './due.ts'
import { deletesTooMuch, deletions } from './guard.ts'
import type { Outcome } from './knowledge.ts'
import { mergeOutcomes } from './merge-outcomes.ts'
import type { Mailbox } from './ports.ts'
import { isMixed, isRepeat, pruneCalendar, pruneSeries, type Round, reconcile } from './reconcile.ts'
import { isSetAside, mixed, progressAfter, repeated, startAgain, startRound, windowOf, withoutCursor } from './round.ts'
import type { AccountSession } from './session.ts'
import type { CalendarState } from './state.ts'
import { pruneTwiceMissed } from './twice-missed.ts'

export interface PullDependencies {
  readonly clock: Clock
  readonly log: Log
  readonly telemetry: Telemetry
  readonly windowDays: { readonly past: number; readonly future: number }
  readonly digestOf: (event: CalendarEvent) => string
}

/** A round without end is a known fault of Graph on recurring mailboxes (facts: msgraph-sdk-dotnet#3082). */
const MAX_PAGES = 5_000
/** Pages repeat now and then; so many batches with nothing but repeats are such a round. */
const MAX_REPEATS = 10
/** A server that is out of order now would confirm itself. */
const CONFIRM_AFTER = minutes(5)

/** How far a calendar was read. */
export interface Pulled {
  readonly isComplete: boolean
  /** Events that were new, changed or gone. */
  readonly changes: number
}

/** What a visit to a calendar carries from page to page. */
interface Pull {
  readonly dependencies: PullDependencies
  readonly session: AccountSession
  readonly mailbox: Mailbox
  readonly started: EpochMs
  changes: number
  /** Whether the round tells what has changed, and not what there is. */
  tellsNews: boolean
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
    if (!isFailure(error, 'CURSOR_EXPIRED')) throw error
    // Some batches may have been committed: what is started over is the calendar as they left it.
    const current = session.calendars.find(({ key }) => key === calendar.key) ?? calendar
    if (start.progress?.after === 'broken') return giveUpRound(pull, { ...current, progress: start.progress }, error)
    dependencies.log('warn', 'cursor-expired', { account: session.account, calendar: calendar.key, ...error.facts })
    return readOn(pull, startAgain(current, 'broken', dependencies), deadline)
  }
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
    if (stop || isLate()) return false
    if (batch.nextLink === undefined) next = fetchBatch(mailbox, calendar, isLate)
  }
}

async function commitBatch(pull: Pull, before: CalendarState, batch: Batch): Promise<CalendarState> {
  const { session, dependencies } = pull
  pull.tellsNews = before.progress?.fresh === false
  const round = roundOf(pull, before)
  const known = await session.knowledge(...keysOf(batch.items, round))
  const judged = reconcile(known, batch.items, round)
  const counted = isRepeat(known, batch.items, round) ? repeated(before) : before
  const calendar = isMixed(known, batch.items, round) ? mixed(counted) : counted
  if (batch.nextLink !== undefined) return commit(pull, { ...calendar, dirty: true }, judged)
  if (calendar.progress?.mixed) {
    const again = startRound({ ...withoutCursor(calendar), dirty: true }, dependencies)
    return commit(pull, again, judged)
  }
  const finished = {
    ...calendar,
    progress: undefined,
    cursor: batch.cursor,
    dirty: calendar.torn === true,
    confirming: false,
    pullAfter: undefined,
    pulledAt: dependencies.clock.now(),
  }
  const done = await (calendar.progress?.fresh
    ? finishFreshRound(pull, calendar, finished, judged, round)
    : commit(pull, finished, await pruneTouched(pull, calendar.progress?.touched ?? [], judged, round)))
  return done.torn && done.progress === undefined ? mend(pull, done) : done
}

async function mend({ session, dependencies }: Pull, calendar: CalendarState): Promise<CalendarState> {
  await session.mend(calendar, dependencies.clock.now())
  dependencies.log('warn', 'calendar-mended', { account: session.account, calendar: calendar.key })
  return calendar
}

async function pruneTouched(pull: Pull, touched: readonly string[], judged: Outcome, round: Round): Promise<Outcome> {
  if (touched.length === 0) return judged
  const known = await pull.session.knowledge(touched, touched)
  return mergeOutcomes(judged, (after) => pruneSeries(after(known), touched, round), known)
}

/**
 * What a fresh round did not mention is gone, unless that is so much that the answer itself is doubtful. A view is looked
 * at once more before anything is gone.
 */
async function finishFreshRound(
  pull: Pull,
  calendar: CalendarState,
  finished: CalendarState,
  judged: Outcome,
  round: Round,
): Promise<CalendarState> {
  const { session, dependencies } = pull
  if (round.number === 1) return commit(pull, finished, judged)
  const { keys, events } = await session.unseen(calendar.key, round.number)
  const known = await session.knowledge(keys, [])
  const after = mergeOutcomes(judged, (view) => pruneCalendar({ ...view(known), keys: () => keys }, round), known)
  const gone = deletions(after)
  if (!calendar.confirming && deletesTooMuch(after, events)) return commit(pull, held(pull, finished, gone), judged)
  if (!calendar.progress?.view || gone === deletions(judged)) return commit(pull, finished, after)
  if (calendar.progress.after !== 'missing') {
    const again = startAgain({ ...finished, confirming: calendar.confirming, dirty: true }, 'missing', dependencies)
    return commit(pull, again, judged)
  }
  const twice = mergeOutcomes(judged, (view) => pruneTwiceMissed(view(known), keys, round), known)
  return commit(pull, { ...finished, dirty: finished.dirty || deletions(twice) < gone }, twice)
}

/** The calendar with another round to come, which has to miss as much. */
function held({ session, dependencies }: Pull, calendar: CalendarState, gone: number): CalendarState {
  dependencies.log('error', 'mass-deletion-held', { account: session.account, calendar: calendar.key, gone })
  const pullAfter = later(dependencies.clock.now(), CONFIRM_AFTER)
  return startRound({ ...withoutCursor(calendar), confirming: true, dirty: true, pullAfter }, dependencies)
}

async function commit(pull: Pull, before: CalendarState, outcome: Outcome): Promise<CalendarState> {
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

function roundOf({ session, dependencies }: Pull, calendar: CalendarState): Round {
  return {
    calendar: calendar.key,
    number: calendar.round,
    window: windowOf(calendar),
    keyOf: session.names.item,
    digestOf: dependencies.digestOf,
  }
}

/** A chain of links that has no end, or breaks each time, leads nowhere: the calendar is read as a view instead. */
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
