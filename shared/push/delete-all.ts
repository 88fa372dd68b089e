import type { EpochMs } from '../core/time.ts'
import type { Action } from './action.ts'
import { type Agreement, mayExist } from './agreement.ts'
import type { Sweep } from './collapse.ts'
import { openTask } from './open-task.ts'
import { placeOf } from './plan.ts'
import type { Push } from './push-actions.ts'
import { type Ran, runTasks } from './run-tasks.ts'
import { finished, superseded, triedAgain } from './settle.ts'
import { snapshotOf } from './snapshot.ts'
import type { Task } from './task.ts'

/** Events that are looked at together, so that a large deletion needs little memory. */
const LOT = 40

/**
 * Deletes an integrator's managed events, each as if it were asked for alone. What cannot be deleted stays, and makes the
 * outcome a rejection. The outcome is stored when each of them has one.
 */
export async function deleteAll(push: Push, { action, replaced }: Sweep, deadline: EpochMs): Promise<Ran> {
  const { session, dependencies } = push
  const open = (await eventsOf(push, action)).filter(({ settled }) => settled < action.number)
  for (let at = 0; at < open.length; at += LOT) {
    const tasks = open.slice(at, at + LOT).map((agreement) => deletion(push, { action, replaced }, agreement))
    const ran = await runTasks(push, await Promise.all(tasks), deadline)
    if (ran !== 'complete') return ran
  }
  const now = dependencies.clock.now()
  const outcome = await outcomeOf(push, action, now)
  const actions = [...replaced.map((one) => superseded(one, action, now)), outcome]
  await session.settle({ actions, agreements: [], learned: [], dirty: [] }, now)
  return 'complete'
}

/** What was in a calendar that is gone went with it. */
async function outcomeOf(push: Push, action: Action, now: EpochMs): Promise<Action> {
  const left = await eventsOf(push, action)
  if (left.some(({ settled }) => settled < action.number)) return triedAgain(action, now)
  if (left.some(({ calendar }) => !placeOf(push.session.calendars, calendar).deleted))
    return finished(action, { state: 'rejected', reason: 'some_left', overruled: [] }, now)
  return finished(action, { state: 'applied', overruled: [] }, now)
}

/** The events an action is about that are there, or may be there. */
async function eventsOf({ session }: Push, { integrator, request }: Action): Promise<readonly Agreement[]> {
  const calendars = request?.kind === 'delete-all' ? request.calendars : []
  const all = await session.agreementsOf(integrator)
  return all.filter((agreement) => mayExist(agreement) && (calendars?.includes(agreement.calendar) ?? true))
}

/**
 * What the cache held when the action was accepted is what the integrator could know: an edit after that keeps the event.
 * What the cache has heard since is an edit, unless it is what the integrator wrote itself.
 */
async function deletion(push: Push, { action, replaced }: Sweep, agreement: Agreement): Promise<Task> {
  const { key, calendar, eventId, providerId } = agreement
  const target = { agreement: key, calendar, eventId, providerId }
  const settledBefore = agreement.settled
  const last: Action = { ...action, kind: 'delete', request: { kind: 'delete', target }, settledBefore }
  const actions = replaced.filter(({ request }) => request && 'target' in request && request.target.agreement === key)
  const task = await openTask(push, { target, last, actions }, agreement)
  const isKnown = (task.heardAt ?? 0) <= action.acceptedAt
  const held = task.current && snapshotOf(task.current)
  const seen = isKnown ? held : agreement.stored
  const request = { kind: 'delete' as const, target, ...(seen && { seen }) }
  return { ...task, work: { target, last: { ...last, request }, actions: [] } }
}
