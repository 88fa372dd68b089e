import { type EpochMs, epochMs } from '../../shared/core/time.ts'
import type { CalendarEvent } from '../../shared/events/event.ts'
import type { Knowledge, KnownItem, KnownOccurrence, KnownSeries, Outcome } from '../../shared/pull/knowledge.ts'
import type { ChangedItem, SeriesMaster } from '../../shared/pull/ports.ts'
import { type Round, reconcile } from '../../shared/pull/reconcile.ts'
import { content } from './cache-model.ts'
import { NOW } from './pull-account.ts'

const DAY = 86_400_000

/** The fifth round of calendar `c`, over the months around `NOW`. */
export const ROUND: Round = {
  ...{ calendar: 'c', number: 5 },
  window: { from: epochMs(Date.UTC(2026, 9, 1)), to: epochMs(Date.UTC(2026, 11, 31)) },
  keyOf: (id) => `k${id}`,
  digestOf: ({ summary, start }) => `${summary} ${start.kind === 'instant' ? (start.at - NOW) / DAY : start.date}`,
}

export interface Known {
  readonly items?: Readonly<Record<string, KnownItem>>
  readonly series?: Readonly<Record<string, KnownSeries>>
}

export const knowing = ({ items = {}, series = {} }: Known): Knowledge => ({
  item: (key) => items[key],
  series: (key) => series[key],
})

/** An outcome without its maps, in which what is forgotten is null. */
export const told = ({ changes, items, series }: Outcome) => ({
  changes,
  items: Object.fromEntries([...items].map(([key, item]) => [key, item ?? null])),
  series: Object.fromEntries([...series].map(([key, one]) => [key, one ?? null])),
})

export const times = (day: number, hours = 1) => ({
  start: { kind: 'instant' as const, at: epochMs(NOW + day * DAY), zone: 'Europe/Copenhagen' },
  end: { kind: 'instant' as const, at: epochMs(NOW + day * DAY + hours * 3_600_000), zone: 'Europe/Copenhagen' },
})

export const eventOn = (day: number, summary = 'One', more: Partial<CalendarEvent> = {}): CalendarEvent => ({
  ...content(summary, times(day).start, times(day).end),
  ...{ providerId: 'a', etag: 'e', kind: 'single' },
  ...more,
})

export const at = (day: number, hours = 0): EpochMs => epochMs(NOW + day * DAY + hours * 3_600_000)

/** What is remembered of an event that takes place on a day. */
export const remembered = (day: number, more: Partial<KnownItem & { kind: 'event' }> = {}): KnownItem => ({
  ...{ kind: 'event', calendar: 'c', months: ['2026-11'], starts: at(day), ends: at(day, 1), reach: undefined },
  ...{ digest: `One ${day}`, seen: 4 },
  ...more,
})

export const occurrenceOn = (day: number, more: Partial<KnownOccurrence> = {}): KnownOccurrence => ({
  ...{ providerId: 'm', etag: 'e', ...times(day), exception: false, seen: 4 },
  stored: { months: ['2026-11'], digest: `Series ${day}`, reach: undefined },
  ...more,
})

export const seriesOf = (occurrences: KnownSeries['occurrences'], more: Partial<KnownSeries> = {}): KnownSeries => ({
  ...{ calendar: 'c', seen: 4, changed: 2, occurrences },
  master: { providerId: 'S', etag: 'e', content: content('Series', times(0).start, times(0).end) },
  ...more,
})

/** A series with the key `kS` and these occurrences. */
export const knownSeries = (occurrences: KnownSeries['occurrences'], more: Partial<KnownSeries> = {}): Known => ({
  items: {
    kS: { kind: 'series', calendar: 'c' },
    ...Object.fromEntries(
      Object.keys(occurrences).map((key) => [key, { kind: 'occurrence', calendar: 'c', series: 'kS' }]),
    ),
  },
  series: { kS: seriesOf(occurrences, more) },
})

/** What a page comes to. */
export const judge = (known: Known, ...items: ChangedItem[]) => told(reconcile(knowing(known), items, ROUND))

export const MASTER = seriesOf({}).master as SeriesMaster
export const series = (etag = 'f', summary = 'Series', more: Partial<SeriesMaster> = {}): ChangedItem => ({
  kind: 'series',
  master: { ...MASTER, etag, content: { ...MASTER.content, summary }, ...more },
})
export const sparse = (day: number, etag = 'e', providerId = 'm', seriesProviderId = 'S'): ChangedItem => ({
  ...{ kind: 'sparse', providerId, etag, seriesProviderId, ...times(day) },
})
export const exception = (day: number, summary = 'Own', etag = 'e', providerId = 'm'): ChangedItem => ({
  kind: 'event',
  event: eventOn(day, summary, { providerId, etag, kind: 'exception', seriesProviderId: 'S' }),
})
