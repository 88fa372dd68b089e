import { instantOf, type Window } from '../events/window.ts'
import { keysOf } from '../pull/batch.ts'
import type { ItemKey, Knowledge, Outcome } from '../pull/knowledge.ts'
import type { ChangedItem } from '../pull/ports.ts'
import { idOf, reconcile } from '../pull/reconcile.ts'
import type { CalendarState } from '../pull/state.ts'
import type { Push } from './push-actions.ts'
import type { End } from './run-tasks.ts'
import type { Lesson } from './session.ts'
import type { Learned, Result } from './task.ts'

type Reader = Pick<Push, 'session' | 'dependencies'>

/** What the cache learns, judged like a page of changes: its echo in the next round is nothing new then. */
export async function lessonsOf({ session, dependencies }: Reader, ends: readonly End[]): Promise<Lesson[]> {
  const lessons: Lesson[] = []
  for (const calendar of session.calendars) {
    const told = ends.filter(({ task, result }) => task.calendar === calendar.key && learnedIn(result))
    if (calendar.window === undefined || calendar.deleted || told.length === 0) continue
    lessons.push(await lessonOf({ session, dependencies }, { ...calendar, window: calendar.window }, told))
  }
  return lessons
}

const learnedIn = (result: Result): Learned | undefined => ('learned' in result ? result.learned : undefined)

async function lessonOf(
  { session, dependencies }: Reader,
  calendar: CalendarState & { readonly window: Window },
  told: readonly End[],
): Promise<Lesson> {
  const { key, round: number, window } = calendar
  const items = told.flatMap(({ result }) => {
    const learned = learnedIn(result)
    return learned === undefined ? [] : [withinWindow(learned, window)]
  })
  const keyOf = session.names.item
  const round = { calendar: key, number, window, keyOf, digestOf: dependencies.digestOf }
  const known = await session.knowledge(...keysOf(items, round))
  const outcome = reconcile(known, items, round)
  const owners = new Map(
    told.flatMap(({ task, result }) =>
      'isOwn' in result && result.isOwn && result.learned
        ? [[keyOf(idOf(result.learned)), task.agreement.integrator] as const]
        : [],
    ),
  )
  return { calendar, outcome, by: ownersOf(outcome, known, owners) }
}

/** A change of a series is a change of its occurrences. */
function ownersOf(
  { changes }: Outcome,
  known: Knowledge,
  owners: ReadonlyMap<ItemKey, string>,
): ReadonlyMap<ItemKey, string> {
  const ownerOf = (key: ItemKey): string | undefined => {
    const item = known.item(key)
    return owners.get(key) ?? (item?.kind === 'occurrence' ? owners.get(item.series) : undefined)
  }
  return new Map(
    changes.flatMap(({ key }) => {
      const owner = ownerOf(key)
      return owner === undefined ? [] : [[key, owner] as const]
    }),
  )
}

/** What takes place outside the window is not cached, as in a round of changes. */
function withinWindow(learned: Learned, window: Window): ChangedItem {
  if (learned.kind !== 'event') return learned
  const { start, end, providerId } = learned.event
  const isWithin = instantOf(end) >= window.from && instantOf(start) < window.to
  return isWithin ? learned : { kind: 'removed', providerId }
}
