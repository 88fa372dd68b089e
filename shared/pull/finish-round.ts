import { later, minutes } from '../core/time.ts'
import { commitPull, type Pull } from './commit-pull.ts'
import { deletesTooMuch, deletions, isTooMuch } from './guard.ts'
import type { Outcome } from './knowledge.ts'
import { mergeOutcomes } from './merge-outcomes.ts'
import { pruneCalendar, pruneSeries, type Round } from './reconcile.ts'
import { startAgain, startRound, withoutCursor } from './round.ts'
import type { CalendarState } from './state.ts'
import { pruneTwiceMissed } from './twice-missed.ts'

/** A server that is out of order now would confirm itself. */
const CONFIRM_AFTER = minutes(5)

/** The last pages of a round, judged and not yet committed. */
interface LastBatch {
  readonly calendar: CalendarState
  /** Where the next round begins; `undefined` after a view. */
  readonly cursor: string | undefined
  readonly judged: Outcome
  readonly round: Round
}

/**
 * Commits the end of a round, with what its silence says: what a fresh round did not mention, and what a touched series
 * has no more, is gone.
 * @returns the calendar, with another round in progress where this one settles nothing.
 */
export async function finishRound(pull: Pull, last: LastBatch): Promise<CalendarState> {
  const { calendar, cursor, judged, round } = last
  const { progress, torn } = calendar
  const { clock, log } = pull.dependencies
  if (progress?.mixed) {
    log('info', 'round-mixed', { account: pull.session.account, calendar: calendar.key })
    const again = startRound({ ...withoutCursor(calendar), dirty: true }, pull.dependencies)
    return commitPull(pull, again, judged)
  }
  const read = { progress: undefined, cursor, dirty: torn === true, confirming: false, pullAfter: undefined }
  const finished = { ...calendar, ...read, pulledAt: clock.now() }
  const done = await (progress?.fresh
    ? finishFreshRound(pull, last, finished)
    : commitPull(pull, finished, await pruneTouched(pull, progress?.touched ?? [], judged, round)))
  return done.torn && done.progress === undefined ? mend(pull, done, calendar.confirming) : done
}

/** So much may be gone that another round has to say the same, as of what a round does not mention. */
async function mend(pull: Pull, calendar: CalendarState, isConfirmed: boolean): Promise<CalendarState> {
  const { session, dependencies } = pull
  const doubted = await session.mend(calendar, dependencies.clock.now(), isConfirmed ? undefined : isTooMuch)
  if (doubted === 0) {
    dependencies.log('warn', 'calendar-mended', { account: session.account, calendar: calendar.key })
    return calendar
  }
  const again = held(pull, calendar, doubted)
  await session.save({ calendars: [again] })
  return again
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
async function finishFreshRound(pull: Pull, last: LastBatch, finished: CalendarState): Promise<CalendarState> {
  const { calendar, judged, round } = last
  const { session, dependencies } = pull
  if (round.number === 1) return commitPull(pull, finished, judged)
  const { keys, events } = await session.unseen(calendar.key, round.number)
  const known = await session.knowledge(keys, [])
  const after = mergeOutcomes(judged, (view) => pruneCalendar({ ...view(known), keys: () => keys }, round), known)
  const gone = deletions(after)
  if (!calendar.confirming && deletesTooMuch(after, events)) return commitPull(pull, held(pull, finished, gone), judged)
  if (!calendar.progress?.view || gone === deletions(judged)) return commitPull(pull, finished, after)
  if (calendar.progress.after !== 'missing') {
    const again = startAgain({ ...finished, confirming: calendar.confirming, dirty: true }, 'missing', dependencies)
    return commitPull(pull, again, judged)
  }
  const twice = mergeOutcomes(judged, (view) => pruneTwiceMissed(view(known), keys, round), known)
  return commitPull(pull, { ...finished, dirty: finished.dirty || deletions(twice) < gone }, twice)
}

/** The calendar with another round to come, which has to miss as much. */
function held({ session, dependencies }: Pull, calendar: CalendarState, gone: number): CalendarState {
  dependencies.log('error', 'mass-deletion-held', { account: session.account, calendar: calendar.key, gone })
  const pullAfter = later(dependencies.clock.now(), CONFIRM_AFTER)
  return startRound({ ...withoutCursor(calendar), confirming: true, dirty: true, pullAfter }, dependencies)
}
