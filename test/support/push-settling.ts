import { epochMs, minutes } from '../../shared/core/time.ts'
import type { Action } from '../../shared/push/action.ts'
import { settleTasks } from '../../shared/push/settle.ts'
import { begin, type Result, type Task } from '../../shared/push/task.ts'
import { agreement, current, place, target, upsert } from './push.ts'
import { createPushAccount, NOW } from './push-account.ts'

/** When the wishes were accepted. */
export const AGO = epochMs(NOW - minutes(5))

/** A task of these actions for one event. */
export function taskOf(actions: readonly Action[], more: Partial<Task> = {}, base = agreement()): Task {
  const last = actions.at(-1) ?? upsert(9, {})
  const cached = { ...current(), calendar: 'calendar' }
  return { ...begin({ target, last, actions }, base, place, cached, NOW), ...more }
}

export const wish = (number: number, more: Partial<Action> = {}) =>
  upsert(number, { summary: 'Ours' }, { acceptedAt: AGO, ...more })

export const applied = (more: object = {}, base = agreement({ settled: 3 })): Result => ({
  ...{ state: 'applied', agreement: base, overruled: [], isOwn: true },
  ...more,
})

export const REJECTED: Result = { state: 'rejected', reason: 'value_refused' }
export const LATER: Result = { state: 'later', throttled: false }

/** What a task has replaced, and an earlier one. */
export const [theirs, older] = [
  { field: 'summary', value: 'Theirs' },
  { field: 'summary', value: 'Older' },
]

/** What is stored of a task that ends so. */
export async function settledAs(task: Task, result: Result, pending: readonly Action[] = []) {
  const account = createPushAccount({ actions: [...pending, ...task.work.actions] })
  await settleTasks(account.push, [{ task, result }])
  const [settlement] = account.settlements
  if (settlement === undefined) throw new Error('nothing was settled')
  return { ...account, ...settlement, of: (number: number) => settlement.actions.find((one) => one.number === number) }
}
