import { epochMs } from '../core/time.ts'
import type { CalendarEvent } from '../events/event.ts'
import { instantOf } from '../events/window.ts'
import type {
  EventChange,
  ItemKey,
  Knowledge,
  KnownItem,
  KnownOccurrence,
  KnownSeries,
  Outcome,
  Reach,
} from './knowledge.ts'
import type { Round } from './reconcile.ts'

/** Whether an event was deleted, or is no longer looked at. */
type Removal = 'delete' | 'forget'

/** What is known, with the changes of one page on top; says at the end what differs from before. */
export interface ChangeSet {
  item(key: ItemKey): KnownItem | undefined
  series(key: ItemKey): KnownSeries | undefined
  /** Writes a single event, unless it says what it said before. */
  writeEvent(key: ItemKey, event: CalendarEvent, months: readonly string[]): void
  removeEvent(key: ItemKey, how?: Removal): void
  setSeries(key: ItemKey, series: KnownSeries): void
  removeSeries(key: ItemKey): void
  /** Remembers an occurrence that waits for its series' content. */
  setOccurrence(series: ItemKey, key: ItemKey, occurrence: KnownOccurrence): void
  writeOccurrence(
    series: ItemKey,
    key: ItemKey,
    occurrence: KnownOccurrence,
    event: CalendarEvent,
    months: readonly string[],
  ): void
  removeOccurrence(series: ItemKey, key: ItemKey, how?: Removal): void
  outcome(): Outcome
}

/** The months of an event change without it when the window moves on. */
const sameMonths = (some: readonly string[], other: readonly string[]): boolean => some.join() === other.join()

const spanOf = ({ start, end }: Pick<CalendarEvent, 'start' | 'end'>): Reach => ({
  from: instantOf(start),
  to: instantOf(end),
})

const formerSpan = ({ starts, ends }: KnownItem & { readonly kind: 'event' }): Reach | undefined =>
  starts === undefined ? undefined : { from: starts, to: ends }

/** How far an event has reached that takes place in `span` now; undefined for one that was never anywhere else. */
function reachAfter(span: Reach, before: Reach | undefined, reach = before): Reach | undefined {
  if (reach === undefined || before === undefined) return undefined
  const from = epochMs(Math.min(span.from, before.from, reach.from))
  const to = epochMs(Math.max(span.to, before.to, reach.to))
  return from === span.from && to === span.to ? undefined : { from, to }
}

type Stored = Pick<KnownItem & { readonly kind: 'event' }, 'months' | 'digest'>

/** Rounds are counted by calendar: of a series that was moved here this one's has seen nothing yet. */
function ofCalendar(series: KnownSeries | undefined, { calendar }: Round): KnownSeries | undefined {
  if (series === undefined || series.calendar === calendar) return series
  const unseen = Object.entries(series.occurrences).map(([key, one]) => [key, { ...one, seen: 0 }] as const)
  return { ...series, occurrences: Object.fromEntries(unseen) }
}

export function createChangeSet(known: Knowledge, round: Round): ChangeSet {
  const items = new Map<ItemKey, KnownItem | undefined>()
  const serieses = new Map<ItemKey, KnownSeries | undefined>()
  const changes = new Map<ItemKey, EventChange>()

  const item = (key: ItemKey) => (items.has(key) ? items.get(key) : known.item(key))
  const series = (key: ItemKey) => (serieses.has(key) ? serieses.get(key) : ofCalendar(known.series(key), round))

  /** Where the event is at the moment in the store, whatever this page has changed so far. */
  const storedPlace = (key: ItemKey) => {
    const previousMonths = storedMonths(key)
    const calendar = previousMonths.length > 0 ? known.item(key)?.calendar : undefined
    return { previousMonths, leftCalendar: calendar === round.calendar ? undefined : calendar }
  }

  const storedMonths = (key: ItemKey): readonly string[] => {
    const before = known.item(key)
    if (before?.kind === 'event') return before.months
    if (before?.kind === 'occurrence') return known.series(before.series)?.occurrences[key]?.stored?.months ?? []
    return []
  }

  /** An item keeps its id when it is moved to another calendar, whose round may tell of it first. */
  const isHere = (known: KnownItem | undefined): boolean => known?.calendar === round.calendar
  const isSeriesHere = (key: ItemKey): boolean => item(key)?.kind === 'series' && isHere(item(key))

  /** @param before what the cache held of the event in this calendar, at the last page or earlier on this one. */
  const write = (
    key: ItemKey,
    event: CalendarEvent,
    months: readonly string[],
    before: Stored | undefined,
    reach: Reach | undefined,
  ) => {
    const isNews = before?.digest !== round.digestOf(event)
    if (!isNews && sameMonths(before.months, months)) return
    const earlier = changes.get(key)
    const wasNews = earlier?.kind === 'write' && earlier.isNews
    changes.set(key, { kind: 'write', key, event, months, reach, isNews: isNews || wasNews, ...storedPlace(key) })
  }

  const drop = (key: ItemKey, how: Removal = 'delete') => {
    const stored = storedPlace(key)
    if (stored.previousMonths.length > 0) changes.set(key, { kind: how, key, ...stored })
    else changes.delete(key)
    items.set(key, undefined)
  }

  const setOccurrence = (seriesKey: ItemKey, key: ItemKey, occurrence: KnownOccurrence) => {
    // A single event was made a series, and its occurrences are told before it.
    if (item(seriesKey)?.kind === 'event') drop(seriesKey)
    const before = series(seriesKey) ?? { calendar: round.calendar, seen: 0, changed: 0, occurrences: {} }
    if (!isSeriesHere(seriesKey)) items.set(seriesKey, { kind: 'series', calendar: round.calendar })
    serieses.set(seriesKey, {
      ...before,
      calendar: round.calendar,
      occurrences: { ...before.occurrences, [key]: occurrence },
    })
    const here = item(key)
    if (here?.kind !== 'occurrence' || !isHere(here) || here.series !== seriesKey)
      items.set(key, { kind: 'occurrence', calendar: round.calendar, series: seriesKey })
  }

  return {
    item,
    series,
    writeEvent(key, event, months) {
      const known = item(key)
      const before = known?.kind === 'event' && isHere(known) ? known : undefined
      const digest = round.digestOf(event)
      const span = spanOf(event)
      const reach = reachAfter(span, before && formerSpan(before), before?.reach)
      write(key, event, months, before, reach)
      const { from: starts, to: ends } = span
      items.set(key, {
        kind: 'event',
        calendar: round.calendar,
        months,
        starts,
        ends,
        reach,
        digest,
        seen: round.number,
      })
    },
    removeEvent: drop,
    setSeries(key, value) {
      if (!isSeriesHere(key)) items.set(key, { kind: 'series', calendar: round.calendar })
      serieses.set(key, value)
    },
    removeSeries(key) {
      for (const occurrence of Object.keys(series(key)?.occurrences ?? {})) drop(occurrence)
      serieses.set(key, undefined)
      items.set(key, undefined)
    },
    setOccurrence,
    writeOccurrence(seriesKey, key, occurrence, event, months) {
      const digest = round.digestOf(event)
      const before = isHere(item(key)) ? occurrence.stored : undefined
      const known = before && series(seriesKey)?.occurrences[key]
      const reach = reachAfter(spanOf(event), known && spanOf(known), before?.reach)
      write(key, event, months, before, reach)
      setOccurrence(seriesKey, key, { ...occurrence, stored: { months, digest, reach } })
    },
    removeOccurrence(seriesKey, key, how) {
      const before = series(seriesKey)
      if (before !== undefined) {
        const { [key]: _gone, ...occurrences } = before.occurrences
        serieses.set(seriesKey, { ...before, occurrences })
      }
      drop(key, how)
    },
    outcome: () => ({ changes: [...changes.values()], items, series: serieses }),
  }
}
