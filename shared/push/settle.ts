import { isFailure } from '../core/errors.ts'
import { type DurationMs, type EpochMs, elapsed, hours, later, seconds } from '../core/time.ts'
import type { Action, Overruled } from './action.ts'
import { type Agreement, mayExist } from './agreement.ts'
import { finished, type Outcome, superseded, supersededBy } from './outcome.ts'
import type { Push, PushDependencies } from './push-actions.ts'
import { endsWithLessons } from './put-off.ts'
import type { RejectReason } from './reasons.ts'
import { outdoneBy } from './rivals.ts'
import type { End } from './run-tasks.ts'
import type { PushSession, Settlement } from './session.ts'
import { attemptOf, type Result, type Task } from './task.ts'

/** Tries without an outcome after which an action is given up: about three days, with growing pauses. */
const MOST_TRIES = 80
const LONGEST_PAUSE = hours(1)

/**
 * Stores what tasks have come to, with what the cache learns from it. The action of a task of which something does not fit
 * into a row is rejected: it would not fit the next time either, and nothing else of the account must wait for it.
 * @param attempts tasks whose creation is about to be asked for.
 * @param replacing tasks whose next write replaces what Microsoft's side has changed.
 * @returns the tasks that have been rejected so: nothing more is to be asked for them.
 * @throws SyncError `ROW_CHANGED`.
 */
export async function settleTasks(
  push: Push,
  ends: readonly End[],
  attempts: readonly Task[] = [],
  replacing: readonly Task[] = [],
): Promise<ReadonlySet<Task>> {
  const refused = new Set<Task>()
  try {
    await settleTogether(push, ends, attempts, replacing)
  } catch (error) {
    if (!isFailure(error, 'VALIDATION_FAILED')) throw error
    const parts = [
      ...ends.map((end) => ({ task: end.task, store: () => settleTogether(push, [end], [], []) })),
      ...attempts.map((task) => ({ task, store: () => settleTogether(push, [], [task], []) })),
      ...replacing.map((task) => ({ task, store: () => settleTogether(push, [], [], [task]) })),
    ]
    for (const { task, store } of parts) if (!(await isSettledAlone(push, task, store))) refused.add(task)
  }
  return refused
}

/** @returns false where it does not fit; the action has been rejected then. What has been written is left to be read. */
async function isSettledAlone(push: Push, task: Task, store: () => Promise<void>): Promise<boolean> {
  try {
    await store()
    return true
  } catch (error) {
    if (!isFailure(error, 'VALIDATION_FAILED')) throw error
    const { last, actions } = task.work
    // The events of a deletion of everything have no actions of their own; it is given up as a whole, in its time.
    await rejectActions(push, actions.length > 0 ? [last] : [], 'value_refused', [task.calendar])
    return false
  }
}

async function settleTogether(
  push: Push,
  all: readonly End[],
  attempts: readonly Task[],
  replacing: readonly Task[],
): Promise<void> {
  const { session, dependencies } = push
  const now = dependencies.clock.now()
  const { ends, lessons } = await endsWithLessons(push, all)
  const recorded = replacing.map(({ work: { last }, overruled }) => onRecord(last, overruled))
  const settled = ends.flatMap((end) => settledActions(end, now))
  const actions = [...recorded, ...settled, ...(await outdoneActions(session, ends, now))]
  const agreements = [...attempts.map((task) => attemptOf(task, now)), ...ends.flatMap(agreementAfter)]
  const dirty = ends.filter(needsReading).map(({ task }) => task.calendar)
  await settleAndTell(push, { actions, agreements, learned: lessons, dirty: [...new Set(dirty)] }, now)
}

interface Settling {
  readonly session: PushSession
  readonly dependencies: Pick<PushDependencies, 'clock' | 'log' | 'telemetry'>
}

/** Stores what actions have come to without anything else having been learnt. @throws SyncError `ROW_CHANGED`. */
export const settleActions = (push: Settling, actions: readonly Action[], now: EpochMs): Promise<void> =>
  settleAndTell(push, { actions, agreements: [], learned: [], dirty: [] }, now)

async function settleAndTell(push: Settling, settlement: Settlement, now: EpochMs): Promise<void> {
  await push.session.settle(settlement, now)
  tell(push, settlement.actions, now)
}

/**
 * Stores that actions end without having been asked for, or for the last time.
 * @param dirty calendars that are to be read. @throws SyncError `ROW_CHANGED`.
 */
export async function rejectActions(
  push: Settling,
  rejected: readonly Action[],
  reason: RejectReason,
  dirty: readonly string[] = [],
): Promise<void> {
  if (rejected.length === 0 && dirty.length === 0) return
  const now = push.dependencies.clock.now()
  const actions = rejected.map((action) =>
    finished(action, { state: 'rejected', reason, overruled: action.overruled }, now),
  )
  await settleAndTell(push, { actions, agreements: [], learned: [], dirty }, now)
}

function tell(
  { session: { account }, dependencies: { log, telemetry } }: Settling,
  actions: readonly Action[],
  now: EpochMs,
): void {
  for (const { state, kind, reason, number, acceptedAt } of actions)
    if (state !== 'pending') {
      telemetry.record('action.delay', { outcome: state }, elapsed(acceptedAt, now))
      log('info', 'action-settled', {
        ...{ account, action: number.toString(36), kind, state },
        ...(reason && { reason }),
        durationMs: elapsed(acceptedAt, now),
      })
    }
}

/**
 * The task's actions after its end: the last one has the outcome, and those before it were replaced by it. A rejection
 * replaces nothing, and neither does what is given up: what was asked for before has a chance of its own.
 */
function settledActions({ task: { work, overruled }, result }: End, now: EpochMs): Action[] {
  const { last, actions } = work
  if (actions.length === 0) return []
  // Being asked for patience is no failure of the action: the whole mailbox waits then.
  if (result.state === 'later') {
    if (result.throttled) return []
    const after = triedAgain(onRecord(last, overruled), now, result.retryAfterMs)
    const isGivenUp = after.state !== 'pending'
    return actions.map((action) => {
      if (action === last) return after
      return isGivenUp ? { ...action, tries: 0, notBefore: undefined } : triedAgain(action, now, result.retryAfterMs)
    })
  }
  const outcome = ended(last, result, now)
  if (result.state === 'rejected') return [outcome]
  return [...actions.filter((action) => action !== last).map((action) => superseded(action, last, now)), outcome]
}

/** Earlier actions of other integrators, after what they have lost to the tasks that have been settled. */
async function outdoneActions(
  session: Push['session'],
  ends: readonly End[],
  now: EpochMs,
): Promise<readonly Action[]> {
  const winners = ends.filter(({ task, result }) => task.rivals.length > 0 && isFulfilled(result))
  if (winners.length === 0) return []
  return (await session.pendingActions()).flatMap((action) => {
    const beating = winners.filter(({ task }) => task.rivals.includes(action.number))
    return beating.length === 0 ? [] : [beating.reduce((lost, { task }) => outdoneBy(task, lost, now), action)]
  })
}

const isFulfilled = ({ state }: Result): boolean => state === 'applied' || state === 'unchanged'

/** The last action after its end; what has lost all it asked for to another integrator's later action is superseded by that. */
function ended(last: Action, result: Exclude<Result, { state: 'later' }>, now: EpochMs): Action {
  const outdone = last.request?.kind === 'upsert' ? Object.values(last.request.outdone ?? {}) : []
  if (result.state !== 'unchanged' || outdone.length === 0) return finished(last, outcomeOf(last, result), now)
  return supersededBy(Math.max(...outdone), last, now)
}

/** An earlier try may have replaced something although its answer got lost. */
const outcomeOf = (action: Action, result: Exclude<Result, { state: 'later' }>): Outcome =>
  result.state === 'rejected'
    ? { state: 'rejected', reason: result.reason, overruled: action.overruled }
    : { state: result.state, overruled: onRecord(action, result.overruled).overruled }

/** The action with what it replaces, each value once. */
const onRecord = (action: Action, overruled: readonly Overruled[]): Action => ({
  ...action,
  overruled: [
    ...action.overruled,
    ...overruled.filter(
      ({ field, value }) => !action.overruled.some((one) => one.field === field && one.value === value),
    ),
  ],
})

/**
 * The action after a try without an outcome: pending for some more time, and given up in the end.
 * @param askedForMs the pause that Microsoft has asked for, if it has.
 */
export function triedAgain(action: Action, now: EpochMs, askedForMs = 0): Action {
  const tries = action.tries + 1
  if (tries >= MOST_TRIES)
    return finished(
      { ...action, tries },
      { state: 'rejected', reason: 'microsoft_failing', overruled: action.overruled },
      now,
    )
  const pause = Math.min(Math.max(seconds(1) * 2 ** tries, askedForMs), LONGEST_PAUSE) as DurationMs
  return { ...action, tries, notBefore: later(now, pause) }
}

function agreementAfter({ task, result }: End): Agreement[] {
  if (result.state === 'later') return []
  if (result.state === 'rejected') return [refused(task)]
  return [result.agreement]
}

/** What was refused was not sent; as long as there can be no event, that is everything. */
const refused = ({ agreement, work: { last } }: Task): Agreement => ({
  ...agreement,
  settled: last.number,
  ...(!mayExist(agreement) && { sent: {}, sentBy: {} }),
})

/** An answer tells of the series only, and not of its occurrences; a response changes what delta tells, and answers nothing. */
const needsReading = ({ task, result }: End): boolean =>
  (result.state === 'applied' && task.work.last.kind === 'respond') ||
  ('learned' in result && result.learned?.kind === 'series')
