import type { EpochMs } from '../core/time.ts'
import type { Action } from './action.ts'
import { FIELD_NAMES, type FieldName } from './fields.ts'
import { superseded } from './outcome.ts'
import { type Task, wishesWith } from './task.ts'
import { NO_WISHES } from './wishes.ts'

/** A work with the agreement it is about. */
export type Entry = Pick<Task, 'work' | 'agreement'>

/** An entry with the fields it is to change, each with the number of the action that wished for it. */
interface Contender {
  readonly entry: Entry
  readonly wished: ReadonlyMap<FieldName, number>
}

/**
 * What may go ahead where several integrators want something of one event: the later wish for a field goes first, and the
 * earlier one waits until it is settled. Whichever of them fails for a while, the value of the earlier one is not written
 * over that of the later one. A deletion goes before what others have asked for earlier, and takes its place.
 * @param waiting what has failed lately and is not to be tried yet.
 * @param behind what follows one of these, or a deletion of everything.
 * @returns each with the numbers of the actions it goes before.
 */
export function inTurn(
  entries: readonly Entry[],
  waiting: readonly Entry[],
  behind: readonly Entry[],
): readonly (Entry & Pick<Task, 'rivals'>)[] {
  const free = entries.map(contender)
  const all = [...entries, ...waiting, ...behind].map(contender)
  const turn = new Set(free.filter((one) => !all.some((other) => goesBefore(other, one))))
  const keys = new Set(entries.map(({ agreement: { key } }) => key))
  const moving = [
    ...[...turn].map(({ entry }) => entry),
    ...waiting,
    ...behind.filter(({ agreement: { key } }) => !keys.has(key)),
  ]
  // Of three and more that wait for each other in a circle none waits.
  const isStuck = ({ entry }: Contender) => !moving.some((other) => isSameEvent(other, entry))
  return free
    .filter((one) => turn.has(one) || isStuck(one))
    .map((one) => ({
      ...one.entry,
      rivals: all.filter((other) => beats(one, other)).flatMap((other) => lostTo(one.entry, other.entry)),
    }))
}

const contender = (entry: Entry): Contender => ({ entry, wished: wishedIn(entry) })

/** Of two that beat each other, each in another field, the one with the latest wish goes first. */
const goesBefore = (one: Contender, other: Contender): boolean =>
  beats(one, other) && !(beats(other, one) && latest(other) > latest(one))

const latest = ({ wished }: Contender): number => Math.max(...wished.values())

/** Whether one wishes for a field of the other's event later than the other does, or deletes the event later. */
function beats({ entry, wished }: Contender, other: Contender): boolean {
  const { last } = other.entry.work
  if (!isSameEvent(entry, other.entry) || last.kind !== 'upsert') return false
  if (entry.work.last.kind === 'delete') return lostTo(entry, other.entry).length > 0
  return [...wished].some(([name, number]) => number > (other.wished.get(name) ?? number))
}

/** The actions of the other that may lose something; to a deletion those before it. */
const lostTo = ({ work: { last } }: Entry, { work: { actions } }: Entry): readonly number[] =>
  actions.map(({ number }) => number).filter((number) => last.kind !== 'delete' || number < last.number)

/** Whether two agreements, of several integrators or by several names, are about one event. */
const isSameEvent = ({ agreement: one }: Entry, { agreement: other }: Entry): boolean =>
  one.key !== other.key && one.providerId !== undefined && one.providerId === other.providerId

/** Guests are merged person by person, so that nobody's wish stands against another's. */
function wishedIn({ work, agreement }: Entry): ReadonlyMap<FieldName, number> {
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

/**
 * An earlier action of a rival's after the task was fulfilled: it does not ask any more for what was asked for later, and
 * for nothing when its event was deleted.
 */
export function outdoneBy(task: Entry, action: Action, now: EpochMs): Action {
  if (action.request?.kind !== 'upsert') return action
  if (task.work.last.kind === 'delete') return superseded(action, task.work.last, now)
  const { wanted, outdone } = action.request
  const lost = [...wishedIn(task)].filter(([name, number]) => wanted[name] !== undefined && number > action.number)
  return { ...action, request: { ...action.request, outdone: { ...outdone, ...Object.fromEntries(lost) } } }
}
