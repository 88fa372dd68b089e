import type { EpochMs } from '../core/time.ts'
import type { Action } from './action.ts'
import { type Agreement, mayExist } from './agreement.ts'
import type { Sweep } from './collapse.ts'
import { openTask } from './open-task.ts'
import { finished, superseded } from './outcome.ts'
import type { Push } from './push-actions.ts'
import { type Ran, runTasks } from './run-tasks.ts'
import { settleActions, triedAgain } from './settle.ts'
import { snapshotOf } from './snapshot.ts'
import type { Task } from './task.ts'

/** Events that are looked at together, so that a large deletion needs little memory. */
const LOT = 40

/**
 * Deletes an integrator's managed events, each as if it were asked for alone. What cannot be deleted stays, and makes the
 * outcome a rejection. The outcome is stored when each of them has one.
 */
export async function deleteAll(push: Push, { action, replaced }: Sweep, deadline: EpochMs): Promise<Ran> {
  const { dependencies } = push
  const open = (await eventsOf(push, action)).filter(({ settled }) => settled < action.number)
  for (let at = 0; at < open.length; at += LOT) {
    if (at > 0 && dependencies.clock.now() >= deadline) return 'late'
    const tasks = open.slice(at, at + LOT).map((agreement) => deletion(push, { action, replaced }, agreement))
    const ran = await runTasks(push, await Promise.all(tasks), deadline)
    if (ran !== 'complete') return ran
  }
  const now = dependencies.clock.now()
  const outcome = await outcomeOf(push, action, now)
  const actions = [...replaced.map((one) => superseded(one, action, now)), outcome]
  await settleActions(push, actions, now)
  return 'complete'
}

async function outcomeOf(push: Push, action: Action, now: EpochMs): Promise<Action> {
  const left = await eventsOf(push, action)
  if (left.some(({ settled }) => settled < action.number)) return triedAgain(action, now)
  if (left.length === 0) return finished(action, { state: 'applied', overruled: [] }, now)
  return finished(action, { state: 'rejected', reason: 'some_left', overruled: [] }, now)
}

/** The events an action is about that are there, or may be there. */
async function eventsOf(push: Push, { integrator, request }: Action): Promise<readonly Agreement[]> {
  const calendars = request?.kind === 'delete-all' ? request.calendars : []
  const all = (await push.session.agreementsOf(integrator)).filter(mayExist)
  if (calendars === undefined) return all
  const meant: Agreement[] = []
  for (const agreement of all) if (calendars.includes(await calendarOf(push, agreement))) meant.push(agreement)
  return meant
}

/** The calendar an event is in: not the one it was made in when somebody has moved it. */
async function calendarOf({ session }: Push, { providerId, calendar }: Agreement): Promise<string> {
  const cached = providerId === undefined ? undefined : await session.cached(session.names.item(providerId))
  return cached?.calendar ?? calendar
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
  const task = await openTask(push, { work: { target, last, actions }, agreement })
  const isKnown = (task.heardAt ?? 0) <= action.acceptedAt
  const held = task.current && snapshotOf(task.current)
  const seen = isKnown ? held : agreement.stored
  const request = { kind: 'delete' as const, target, ...(seen && { seen }) }
  return { ...task, work: { target, last: { ...last, request }, actions: [] } }
}
