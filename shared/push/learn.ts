import { instantOf, type Window } from '../events/window.ts'
import { keysOf } from '../pull/batch.ts'
import type { ItemKey, Knowledge, KnownOccurrence, KnownSeries, Outcome } from '../pull/knowledge.ts'
import { idOf } from '../pull/mentions.ts'
import type { ChangedItem } from '../pull/ports.ts'
import { reconcile } from '../pull/reconcile.ts'
import { begunRound } from '../pull/round.ts'
import type { CalendarState } from '../pull/state.ts'
import type { Push } from './push-actions.ts'
import type { End } from './run-tasks.ts'
import type { Lesson } from './session.ts'
import type { Snapshot } from './snapshot.ts'
import type { Learned, Result, Task } from './task.ts'

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
  const { key, window } = calendar
  const items = told.flatMap(({ result }) => {
    const learned = learnedIn(result)
    return learned === undefined ? [] : [withinWindow(learned, window)]
  })
  const keyOf = session.names.item
  const round = { calendar: key, number: begunRound(calendar), window, keyOf, digestOf: dependencies.digestOf }
  const known = await session.knowledge(...keysOf(items, round))
  const takenOver = new Set(
    told.flatMap(({ task: { adopted }, result }) => {
      const learned = learnedIn(result)
      return adopted && learned !== undefined ? [keyOf(idOf(learned))] : []
    }),
  )
  const outcome = reconcile(withoutDigests(known, takenOver), items, round)
  const owners = new Map(
    told.flatMap(({ task, result }) =>
      'isOwn' in result && result.isOwn && result.learned && isAgreed(result.learned, task, dependencies)
        ? [[keyOf(idOf(result.learned)), task.agreement.integrator] as const]
        : [],
    ),
  )
  return { calendar, outcome, by: ownersOf(outcome, known, owners) }
}

/**
 * Whether there is nothing new in what was read for a task: it is as the integrator and Microsoft have agreed on. What was
 * read of an event that is deleted now is told to nobody.
 */
function isAgreed(
  learned: Learned,
  { read, current, agreement: { stored } }: Task,
  { digestOf }: Reader['dependencies'],
): boolean {
  if (learned.kind === 'removed' || read === undefined) return true
  const digest = ({ content, recurrence }: Snapshot) =>
    digestOf({ ...content, recurrence, providerId: '', etag: '', kind: 'single' })
  return Boolean(current && stored && digest(current) === digest(stored))
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

/**
 * What a creation has found is written again also where the cache says the same: until then it was nobody's there. It is so
 * after an erasure, and after a restore, when the integrator asks again for what it had made before. Exceptions of a series
 * say so with their next change.
 */
function withoutDigests(known: Knowledge, keys: ReadonlySet<ItemKey>): Knowledge {
  return {
    item(key) {
      const item = known.item(key)
      return item?.kind === 'event' && keys.has(key) ? { ...item, digest: NONE } : item
    },
    series(key) {
      const series = known.series(key)
      return series !== undefined && keys.has(key) ? seriesWithoutDigests(series) : series
    },
  }
}

const NONE = ''

function seriesWithoutDigests({ master, occurrences, ...series }: KnownSeries): KnownSeries {
  const bare = Object.entries(occurrences).map(([key, occurrence]): [ItemKey, KnownOccurrence] => [
    key,
    { ...occurrence, stored: occurrence.stored && { ...occurrence.stored, digest: NONE } },
  ])
  return { ...series, master: master && { ...master, etag: NONE }, occurrences: Object.fromEntries(bare) }
}
