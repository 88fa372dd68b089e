import type { EpochMs } from '../core/time.ts'
import type { Action, ActionRequest, Target } from './action.ts'
import { isCrowd, joinDeltas } from './attendees.ts'
import type { AttendeeDelta } from './wanted.ts'

/** One event's next step: the action whose outcome counts, and those it takes the place of. */
export interface Work {
  readonly target: Target
  readonly last: Action
  /** The actions it is made of, in order, the last one included. */
  readonly actions: readonly Action[]
}

/** A deletion of everything an integrator manages, and the wishes for such events that it takes the place of. */
export interface Sweep {
  readonly action: Action
  readonly replaced: readonly Action[]
}

/** What is to be done next, in the order of acceptance. */
export interface Agenda {
  readonly works: readonly Work[]
  /** What failed lately and is not to be tried yet. */
  readonly waiting: readonly Work[]
  /** What is a step of its own after one of these, or after a deletion of everything. */
  readonly behind: readonly Work[]
  readonly sweeps: readonly Sweep[]
  /** Upserts that would make a step name more people than one request can: they are not part of it. */
  readonly crowding: readonly Action[]
  /** When the first of what failed lately may be tried again. */
  readonly notBefore?: EpochMs | undefined
}

/** Actions for one event that are one step. */
type Run = readonly Action[]
type Single = Exclude<ActionRequest, { kind: 'delete-all' }>
type DeleteAll = Extract<ActionRequest, { kind: 'delete-all' }>

/**
 * Puts pending actions together: several for one event become one step towards the last desired state. Upserts in a row
 * are one; a deletion takes the place of the upserts before it; what follows a deletion is a step of its own. A deletion of
 * everything takes the place of all its integrator wanted of managed events before, and the integrator's later wishes wait
 * for it.
 */
export function collapse(pending: readonly Action[], now: EpochMs): Agenda {
  const events = new Map<string, Run[]>()
  const sweeps = new Map<string, Sweep>()
  const held: Run[] = []
  const crowding: Action[] = []
  const named = new Map<string, AttendeeDelta>()
  for (const action of pending) {
    const { request, integrator } = action
    if (request === undefined) continue
    const isHeld = sweeps.has(integrator)
    if (request.kind === 'delete-all') {
      if (!isHeld) sweeps.set(integrator, { action, replaced: takeOut(events, integrator, request) })
    } else if (isHeld) held.push([action])
    else if (crowds(request, named)) crowding.push(action)
    else events.set(request.target.agreement, joined(events.get(request.target.agreement) ?? [], action, request))
  }
  const runs = [...events.values()]
  const first = runs.flatMap(([run = []]) => [run])
  const behind = [...runs.flatMap(([, ...later]) => later), ...held]
  return { ...agendaOf(first, [...sweeps.values()], now), behind: behind.map(workOf), crowding }
}

/**
 * Whether an upsert names too many people together with those its step names already.
 * @param named whom the last step of each event names; those of the upsert come to them unless they are too many.
 */
function crowds(request: Single, named: Map<string, AttendeeDelta>): boolean {
  const { agreement } = request.target
  if (request.kind !== 'upsert') named.delete(agreement)
  const people = request.kind === 'upsert' ? request.wanted.attendees : undefined
  if (people === undefined) return false
  const before = named.get(agreement)
  const all = joinDeltas(before, people)
  if (before !== undefined && isCrowd(all)) return true
  named.set(agreement, all)
  return false
}

/** The runs of one event, in order, with an action more. */
function joined(runs: readonly Run[], action: Action, request: Single): Run[] {
  const run = runs.at(-1) ?? []
  return joins(run, request) ? [...runs.slice(0, -1), [...run, action]] : [...runs, [action]]
}

/** Takes out what a deletion of everything makes pointless. */
function takeOut(events: Map<string, Run[]>, integrator: string, { calendars }: DeleteAll): readonly Action[] {
  const isMeant = ({ integrator: whose, request }: Action) => {
    const target = request !== undefined && 'target' in request ? request.target : undefined
    return whose === integrator && target?.eventId !== undefined && (calendars?.includes(target.calendar) ?? true)
  }
  const replaced = [...events].filter(([, runs]) => runs.flat().every(isMeant))
  for (const [key] of replaced) events.delete(key)
  return replaced.flatMap(([, runs]) => runs.flat())
}

function agendaOf(runs: readonly Run[], sweeps: readonly Sweep[], now: EpochMs): Omit<Agenda, 'behind' | 'crowding'> {
  const times = [...runs.map(readyAt), ...sweeps.map(({ action }) => readyAt([action]))]
  const later = times.filter((at) => at > now)
  return {
    works: runs.filter((run) => readyAt(run) <= now).map(workOf),
    waiting: runs.filter((run) => readyAt(run) > now).map(workOf),
    sweeps: sweeps.filter(({ action }) => readyAt([action]) <= now),
    notBefore: later.length > 0 ? (Math.min(...later) as EpochMs) : undefined,
  }
}

/** A wish that has not failed yet does not wait for one that has. */
const readyAt = (run: Run): EpochMs => Math.min(...run.map(({ notBefore }) => notBefore ?? 0)) as EpochMs

function joins(run: Run, next: Single): boolean {
  const last = run.at(-1)?.kind
  if (last === undefined || last === next.kind) return true
  return last === 'upsert' && next.kind === 'delete'
}

function workOf(run: Run): Work {
  const last = run.at(-1) as Action
  return { target: (last.request as Single).target, last, actions: run }
}

/** For each field the upserts of a work name, the number of the last of them. */
export const askedBy = ({ actions }: Work): Readonly<Record<string, number>> =>
  Object.fromEntries(
    actions.flatMap(({ request, number }) =>
      request?.kind === 'upsert' ? Object.keys(request.wanted).map((name) => [name, number]) : [],
    ),
  )
