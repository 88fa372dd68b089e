import type { Action } from './action.ts'
import type { Agreement } from './agreement.ts'
import { FIELD_NAMES, type FieldName } from './fields.ts'
import { type Task, wishesWith } from './task.ts'
import { NO_WISHES } from './wishes.ts'

/** A task with the fields it is to change, each with the number of the action that wished for it. */
interface Contender {
  readonly task: Task
  readonly wished: ReadonlyMap<FieldName, number>
}

/**
 * The tasks that may go ahead where several integrators want the same fields of one event: the later wish goes first, and
 * the earlier one waits until it is settled. Whichever of them fails for a while, the value of the earlier one is not
 * written over that of the later one. A deletion waits for what others have asked for before it, which would bring the
 * event back.
 * @param waiting tasks of actions that have failed lately and are not to be tried yet.
 * @param behind tasks that follow one of these.
 */
export function inTurn(tasks: readonly Task[], waiting: readonly Task[], behind: readonly Task[]): readonly Task[] {
  const [free, all] = [tasks.map(contender), [...tasks, ...waiting, ...behind].map(contender)]
  const turn = free.filter((one) => !all.some((other) => goesBefore(other, one)))
  // Three and more may wait for each other in a circle.
  return (turn.length + waiting.length > 0 ? turn : free).map((one) => ({
    ...one.task,
    rivals: all
      .filter((other) => beats(one, other))
      .flatMap(({ task: { work } }) => work.actions.map(({ number }) => number)),
  }))
}

const contender = (task: Task): Contender => ({ task, wished: wishedIn(task) })

/** Of two that beat each other, each in another field, the one with the latest wish goes first. */
const goesBefore = (one: Contender, other: Contender): boolean =>
  isForLater(one, other) || (beats(one, other) && !(beats(other, one) && latest(other) > latest(one)))

/** Whether one changes an event that the other is to delete later. */
const isForLater = (one: Contender, { task: { agreement, work } }: Contender): boolean =>
  work.last.kind === 'delete' &&
  isSameEvent(one.task.agreement, agreement) &&
  [...one.wished.values()].some((number) => number < work.last.number)

const latest = ({ wished }: Contender): number => Math.max(...wished.values())

/** Whether one wishes for a field of the other's event later than the other does. */
function beats(one: Contender, other: Contender): boolean {
  if (!isSameEvent(one.task.agreement, other.task.agreement)) return false
  return [...one.wished].some(([name, number]) => number > (other.wished.get(name) ?? number))
}

/** Whether two agreements, of several integrators or by several names, are about one event. */
const isSameEvent = (one: Agreement, other: Agreement): boolean =>
  one.key !== other.key && one.providerId !== undefined && one.providerId === other.providerId

/** Guests are merged person by person, so that nobody's wish stands against another's. */
function wishedIn({ work, agreement }: Task): ReadonlyMap<FieldName, number> {
  const wished = new Map<FieldName, number>()
  if (work.last.kind !== 'upsert') return wished
  let before = NO_WISHES
  for (const action of work.actions) {
    const after = wishesWith(agreement, before, action)
    for (const name of FIELD_NAMES) if (after.changed[name] !== before.changed[name]) wished.set(name, action.number)
    before = after
  }
  return wished
}

/** An earlier action of a rival's, which does not ask any more for what the task has fulfilled of later wishes. */
export function outdoneBy(task: Task, action: Action): Action {
  if (action.request?.kind !== 'upsert') return action
  const { wanted, outdone } = action.request
  const lost = [...wishedIn(task)].filter(([name, number]) => wanted[name] !== undefined && number > action.number)
  return { ...action, request: { ...action.request, outdone: { ...outdone, ...Object.fromEntries(lost) } } }
}
