import type { EpochMs } from '../core/time.ts'
import type { CalendarEvent } from '../events/event.ts'
import { instantOf, monthsOfEvent, type Window } from '../events/window.ts'
import { type ChangeSet, createChangeSet } from './change-set.ts'
import type { ItemKey, Knowledge, KnownOccurrence, KnownSeries, Outcome } from './knowledge.ts'
import { lastMentions } from './mentions.ts'
import type { ChangedItem, SeriesMaster } from './ports.ts'

export interface Round {
  readonly calendar: string
  /** The number of this round of the calendar; rounds only count up. */
  readonly number: number
  readonly window: Window
  /** Our name for a provider id. */
  readonly keyOf: (providerId: string) => ItemKey
  /** A digest of what an event says, without its version tag and change times. */
  readonly digestOf: (event: CalendarEvent) => string
}

/**
 * Judges one page of a round: which events are new, changed or gone, and what to remember. Pure, and right whatever the
 * order: a series may come before or after its occurrences, on this page, an earlier or a later one.
 */
export function reconcile(known: Knowledge, items: readonly ChangedItem[], round: Round): Outcome {
  const changes = createChangeSet(known, round)
  const page = lastMentions(items)
  for (const item of page) if (item.kind === 'series') noteSeries(changes, item.master, round)
  for (const item of page) {
    if (item.kind === 'sparse') noteSparse(changes, item, round)
    if (item.kind === 'event') noteEvent(changes, item.event, round)
    if (item.kind === 'removed') noteRemoved(changes, round.keyOf(item.providerId), round)
  }
  return changes.outcome()
}

/**
 * The occurrences a finished round of changes has silently deleted. Graph sends a changed series with all its remaining
 * occurrences and no tombstone for a cancelled one, so what was not mentioned is gone. A series that was only repeated,
 * with its old version tag and no occurrence, proves nothing.
 */
export function pruneSeries(known: Knowledge, touched: readonly ItemKey[], round: Round): Outcome {
  const changes = createChangeSet(known, round)
  for (const key of touched) {
    const series = changes.series(key)
    if (series?.calendar !== round.calendar || series.seen !== round.number) continue
    const mentioned = Object.values(series.occurrences).some(({ seen }) => seen === round.number)
    if (series.changed === round.number || mentioned) dropUnseen(changes, key, series, round)
  }
  return changes.outcome()
}

/**
 * Everything of the calendar that a finished fresh round did not mention, as deletions; what ended before the window
 * begins, or begins after it ends, is only looked at no more.
 */
export function pruneCalendar(known: Knowledge & { keys(): Iterable<ItemKey> }, round: Round): Outcome {
  const changes = createChangeSet(known, round)
  for (const key of known.keys()) {
    const item = changes.item(key)
    if (item?.calendar !== round.calendar) continue
    if (item.kind === 'event' && item.seen !== round.number)
      changes.removeEvent(key, removal(item.starts, item.ends, round))
    if (item.kind !== 'series') continue
    const series = changes.series(key)
    if (series === undefined) continue
    dropUnseen(changes, key, series, round)
    const left = Object.keys(changes.series(key)?.occurrences ?? {})
    if (series.seen !== round.number && left.length === 0) changes.removeSeries(key)
  }
  return changes.outcome()
}

/** A series' content is new: every occurrence that follows it is written again, unless it comes to the same. */
function noteSeries(changes: ChangeSet, master: SeriesMaster, round: Round): void {
  const key = round.keyOf(master.providerId)
  if (changes.item(key)?.kind === 'event') changes.removeEvent(key)
  const before = changes.series(key)
  const changed = before?.calendar !== round.calendar || before.master?.etag !== master.etag
  changes.setSeries(key, {
    calendar: round.calendar,
    occurrences: before?.occurrences ?? {},
    master,
    seen: round.number,
    changed: changed ? round.number : (before?.changed ?? round.number),
  })
  if (!changed) return
  for (const [occurrenceKey, occurrence] of Object.entries(before?.occurrences ?? {}))
    if (!occurrence.exception) writeOccurrence(changes, key, occurrenceKey, occurrence, round)
}

function noteSparse(changes: ChangeSet, item: ChangedItem & { kind: 'sparse' }, round: Round): void {
  const seriesKey = round.keyOf(item.seriesProviderId)
  const key = round.keyOf(item.providerId)
  const { providerId, etag, start, end } = item
  const stored = changes.series(seriesKey)?.occurrences[key]?.stored
  const occurrence = { providerId, etag, start, end, exception: false, seen: round.number, stored }
  writeOccurrence(changes, seriesKey, key, occurrence, round)
}

/** Writes an occurrence with its series' content, or lets it wait until that is known. */
function writeOccurrence(
  changes: ChangeSet,
  seriesKey: ItemKey,
  key: ItemKey,
  occurrence: KnownOccurrence,
  round: Round,
): void {
  const master = changes.series(seriesKey)?.master
  if (master === undefined) {
    changes.setOccurrence(seriesKey, key, occurrence)
    return
  }
  const { providerId, etag, start, end } = occurrence
  const zone = master.content.start.kind === 'instant' ? master.content.start.zone : undefined
  const event: CalendarEvent = {
    ...master.content,
    ...timesLike(master, { start, end }, zone),
    providerId,
    etag,
    kind: 'occurrence',
    seriesProviderId: master.providerId,
    recurrence: master.recurrence,
  }
  changes.writeOccurrence(seriesKey, key, occurrence, event, monthsOfEvent(event.start, event.end, round.window))
}

/** Sparse items say instants only: whether they are days, and in which zone they were planned, the series knows. */
function timesLike(
  master: SeriesMaster,
  { start, end }: Pick<KnownOccurrence, 'start' | 'end'>,
  zone: string | undefined,
): Pick<CalendarEvent, 'start' | 'end'> {
  const asPlanned = (time: CalendarEvent['start']): CalendarEvent['start'] => {
    if (time.kind === 'date') return time
    if (master.content.start.kind === 'instant') return { ...time, zone }
    return { kind: 'date', date: new Date(time.at).toISOString().slice(0, 10) }
  }
  return { start: asPlanned(start), end: asPlanned(end) }
}

function noteEvent(changes: ChangeSet, event: CalendarEvent, round: Round): void {
  const key = round.keyOf(event.providerId)
  const months = monthsOfEvent(event.start, event.end, round.window)
  if (event.seriesProviderId === undefined) {
    const before = changes.item(key)
    if (before?.kind === 'series') changes.removeSeries(key)
    if (before?.kind === 'occurrence') changes.removeOccurrence(before.series, key)
    changes.writeEvent(key, event, months)
    return
  }
  const seriesKey = round.keyOf(event.seriesProviderId)
  const { providerId, etag, start, end } = event
  const series = changes.series(seriesKey)
  const stored = series?.occurrences[key]?.stored
  const occurrence = { providerId, etag, start, end, exception: true, seen: round.number, stored }
  // In a view an occurrence tells everything but the rule that it follows: without it each one would count as changed.
  const follows = event.kind === 'occurrence' && series?.calendar === round.calendar
  const whole = follows ? { ...event, recurrence: series.master?.recurrence } : event
  changes.writeOccurrence(seriesKey, key, occurrence, whole, months)
}

/**
 * Tombstones also come for items that were never in the window, and for items that have moved to another calendar, whose
 * round has told of them already: only what this calendar holds is removed.
 */
function noteRemoved(changes: ChangeSet, key: ItemKey, round: Round): void {
  const item = changes.item(key)
  if (item?.calendar !== round.calendar) return
  if (item?.kind === 'event') changes.removeEvent(key)
  if (item?.kind === 'series') changes.removeSeries(key)
  if (item?.kind === 'occurrence') changes.removeOccurrence(item.series, key)
}

function dropUnseen(changes: ChangeSet, key: ItemKey, series: KnownSeries, round: Round): void {
  for (const [occurrence, { seen, start, end }] of Object.entries(series.occurrences))
    if (seen !== round.number)
      changes.removeOccurrence(key, occurrence, removal(instantOf(start), instantOf(end), round))
}

/** A setting may have made the window end earlier than the one before. */
const removal = (starts: EpochMs | undefined, ends: EpochMs, { window }: Round) =>
  ends <= window.from || (starts !== undefined && starts >= window.to) ? 'forget' : 'delete'
