import { epochMs } from '../../shared/core/time.ts'
import { digestOf } from '../../shared/crypto/digest.ts'
import type { CalendarEvent, EventContent, EventTime } from '../../shared/events/event.ts'
import type { Window } from '../../shared/events/window.ts'
import type { Knowledge, KnownItem, KnownSeries, Outcome } from '../../shared/pull/knowledge.ts'
import { touchedSeries } from '../../shared/pull/mentions.ts'
import { mergeOutcomes } from '../../shared/pull/merge-outcomes.ts'
import type { ChangedItem } from '../../shared/pull/ports.ts'
import { pruneCalendar, pruneSeries, type Round, reconcile } from '../../shared/pull/reconcile.ts'

const WINDOW: Window = { from: epochMs(Date.UTC(2026, 0, 1)), to: epochMs(Date.UTC(2026, 11, 1)) }

export const at = (day: number, hour = 9): EventTime => ({
  kind: 'instant',
  at: epochMs(Date.UTC(2026, 2, 1 + day, hour)),
  zone: 'Europe/Copenhagen',
})

export const content = (summary: string, start: EventTime, end: EventTime): EventContent => ({
  summary,
  description: '',
  start,
  end,
  attendees: [],
  organizedByAccount: true,
  participation: 'accepted',
  transparency: 'opaque',
  sensitivity: 'normal',
  status: 'confirmed',
  categories: [],
  importance: 'normal',
})

/** The smallest thing that keeps what `reconcile` says to keep, as a cache in memory; counts what it is told to write. */
export function createCacheModel() {
  const items = new Map<string, KnownItem>()
  const serieses = new Map<string, KnownSeries>()
  const events = new Map<string, CalendarEvent>()
  const counts = { writes: 0, deletes: 0 }
  const numbers = new Map<string, number>()
  const known: Knowledge = { item: (key) => items.get(key), series: (key) => serieses.get(key) }

  function apply(outcome: Outcome): void {
    for (const change of outcome.changes) {
      if (change.kind === 'write') events.set(change.key, change.event)
      else events.delete(change.key)
      counts[change.kind === 'write' ? 'writes' : 'deletes']++
    }
    for (const [key, item] of outcome.items) item ? items.set(key, item) : items.delete(key)
    for (const [key, series] of outcome.series) series ? serieses.set(key, series) : serieses.delete(key)
  }

  return {
    events,
    counts,
    /** Applies the pages of one round, incremental or fresh, as a pull does. */
    round(pages: readonly (readonly ChangedItem[])[], fresh = false, calendar = 'c'): void {
      const number = (numbers.get(calendar) ?? 0) + 1
      numbers.set(calendar, number)
      const round: Round = { calendar, number, window: WINDOW, keyOf: (id) => `k${id}`, digestOf }
      const touched = new Set(pages.flatMap((page) => touchedSeries(page, round.keyOf)))
      for (const [index, page] of pages.entries()) {
        const judged = reconcile(known, page, round)
        if (index < pages.length - 1) apply(judged)
        else if (!fresh) apply(mergeOutcomes(judged, (view) => pruneSeries(view(known), [...touched], round), known))
        else {
          const keys = () => new Set([...items.keys(), ...judged.items.keys()])
          apply(mergeOutcomes(judged, (view) => pruneCalendar({ ...view(known), keys }, round), known))
        }
      }
    },
  }
}
