import type { Log } from '../../core/log.ts'
import { type EpochMs, earlier, epochMs, minutes } from '../../core/time.ts'
import type { BlindIndex } from '../../crypto/ports.ts'
import { instantOf, monthOf, monthsBetween, type Window } from '../../events/window.ts'
import type { StoredRow, Tables } from '../table.ts'
import { accountsTable, type BindAccountRows } from './account-rows.ts'
import { readChangeLog } from './change-log.ts'
import { justAfter, readSlice, type StoredSlice } from './event-slices.ts'
import { createIndexParts } from './index-parts.ts'
import type { EventRow } from './kinds.ts'
import { type EventPlace, newestEvents } from './newest-rows.ts'
import { eventKey, namesOf, partOf, rangeOf, seriesKey } from './row-keys.ts'

/** The next events of a reading, in the order of their keys, which no change of an event alters. */
export interface Slice {
  readonly events: readonly EventRow[]
  /** Where the next slice begins; undefined when this is the last one. */
  readonly end: string | undefined
  /** It ends here because more would be too many bytes at once. */
  readonly isFull?: boolean
  /** Of events that have changed: the calendars asked for in which they have, or which they have left. */
  readonly changedIn?: ReadonlyMap<string, ReadonlySet<string>>
}

/** Which events of an account are read, and where in the order of their keys. */
export interface Reading {
  readonly account: string
  /** The span that the account's rows lie in. */
  readonly kept: Window
  /** The key that the last slice came to; empty for the first one. */
  readonly after: string
  /** How many events are looked at. */
  readonly most: number
  /** Bytes of their rows at most, but for one event; `SLICE_BYTES` when absent. */
  readonly mostBytes?: number | undefined
}

/** The cached events of an account, read-only. Each event is told as it is now, its deletion included. */
export interface Events {
  /**
   * The events kept under the months that the span touches.
   * @param withMoved also those that a move has taken out of these months.
   */
  between(reading: Reading, span: Window, withMoved: boolean): Promise<Slice>
  /**
   * The events that somebody else than `integrator` changed at or after `since`.
   * @param calendars those that are asked for, where not all are.
   */
  changedSince(reading: Reading, since: EpochMs, integrator: string, calendars?: readonly string[]): Promise<Slice>
  /** The months an event is kept under; undefined when it is not there (any more). At most two table requests. */
  monthsOf(account: string, key: string): Promise<readonly string[] | undefined>
  /**
   * One event that is not deleted. One table request.
   * @param months what `monthsOf` says; where the event was moved to since then, it is followed.
   */
  find(account: string, kept: Window, key: string, months: readonly string[] | undefined): Promise<EventRow | undefined>
  /** The same, or what was left of it when it was deleted. One table request for each month that is kept. */
  findDeleted(account: string, kept: Window, key: string): Promise<EventRow | undefined>
}

/**
 * How much earlier than asked the change log is read: a change is logged before its events are written, and the clocks
 * of two instances differ. A change told twice does no harm, one not told does.
 */
const LOG_MARGIN = minutes(5)

/** Up to this many changed events are read one by one, at once; more are read as the months they are in. */
const SINGLE_READS = 16

export function createEvents(tables: Tables, bind: BindAccountRows, blind: BlindIndex, log: Log): Events {
  const table = accountsTable(tables)
  const placeOf = (account: string, kept: Window): EventPlace => ({
    ...{ account, table, log, kept },
    rows: bind(account),
    names: namesOf(blind, account),
  })

  /**
   * What the change log names since then, with the month each event is kept under now, and the calendars that it changed in.
   * @returns undefined when the log does not tell, because an entry does not open.
   */
  async function namesChangedSince(account: string, since: EpochMs, integrator: string, calendars: readonly string[]) {
    const changed = new Map<string, string>()
    const changedIn = new Map<string, Set<string>>()
    const note = (key: string, calendar: string) => {
      if (calendars.includes(calendar)) changedIn.set(key, (changedIn.get(key) ?? new Set<string>()).add(calendar))
    }
    // The newest entry says where the event is now, whoever has put it there.
    const places = new Map<string, string>()
    for await (const { change } of readChangeLog({ account, table, rows: bind(account), log }, rangeOf('change'))) {
      if (change === undefined) return undefined
      if (change.at < earlier(since, LOG_MARGIN)) break
      for (const [key, monthName, by] of change.changed) {
        if (!places.has(key)) places.set(key, monthName)
        if (by === integrator) continue
        changed.set(key, places.get(key) ?? monthName)
        note(key, change.calendar)
      }
      for (const [key, calendar] of change.left) note(key, calendar)
    }
    return { changed, changedIn }
  }

  async function between(reading: Reading, span: Window, withMoved: boolean): Promise<Slice> {
    const { account, kept, after, most, mostBytes } = reading
    const place = placeOf(account, kept)
    const months = monthsOfSpan(span, kept)
    const read = new Set(months)
    const bounds = { from: justAfter(after), most, mostBytes }
    const stored = await readSlice(table, account, months.map(place.names.month), bounds)
    const isRead = ({ event }: EventRow) => monthsOfSpan(spanOf(event), kept).some((month) => read.has(month))
    return {
      events: await newestEvents(place, stored.rows, (left) => withMoved || isRead(left)),
      end: stored.end,
      isFull: stored.isFull,
    }
  }

  /** What the change log does not tell, the events themselves do; also what the asking integrator has changed. */
  async function modifiedSince(reading: Reading, since: EpochMs): Promise<Slice> {
    const { from, to } = reading.kept
    const { events, ...rest } = await between(reading, { from, to: epochMs(to + 1) }, true)
    return { events: events.filter(({ modifiedAt }) => modifiedAt >= earlier(since, LOG_MARGIN)), ...rest }
  }

  /** The rows of these events, each under one month, in the order of their keys where they are many. */
  async function storedAt(
    account: string,
    places: readonly (readonly [key: string, month: string])[],
  ): Promise<StoredSlice> {
    const { month: tokenOf } = namesOf(blind, account)
    const rowKeys = new Set(places.map(([key, month]) => eventKey(tokenOf(month), key)))
    if (rowKeys.size <= SINGLE_READS) {
      const found = await Promise.all([...rowKeys].map((rowKey) => table.get(account, rowKey)))
      return { rows: found.flatMap((row) => row ?? []), end: undefined, isFull: false }
    }
    const [from = '', to] = [places[0]?.[0], places.at(-1)?.[0]]
    const tokens = [...new Set(places.map(([, month]) => tokenOf(month)))]
    const isAsked = ({ rowKey }: StoredRow) => rowKeys.has(rowKey)
    return readSlice(table, account, tokens, { from, to, most: Number.POSITIVE_INFINITY, isAsked })
  }

  /** By the index. */
  async function monthsOf(account: string, key: string): Promise<readonly string[] | undefined> {
    const rows = bind(account)
    for await (const [, part] of createIndexParts(account, table, rows).each([partOf(key)])) {
      const item = part[key]
      if (item?.kind === 'event') return item.months
      if (item?.kind !== 'occurrence') return undefined
      const series = await table.get(account, seriesKey(item.series))
      return series && (await rows.series.decode(series)).occurrences[key]?.stored?.months
    }
    return undefined
  }

  return {
    between,
    async changedSince(reading, since, integrator, calendars = []) {
      const { account, kept, after, most } = reading
      const names = await namesChangedSince(account, since, integrator, calendars)
      if (names === undefined) return modifiedSince(reading, since)
      const rest = [...names.changed].filter(([key]) => key > after).sort(([one], [other]) => (one < other ? -1 : 1))
      const places = rest.slice(0, most).map(([key, month]) => [key, notBefore(month, kept)] as const)
      const stored = await storedAt(account, places)
      return {
        events: await newestEvents(placeOf(account, kept), stored.rows, () => true),
        end: stored.end ?? (rest.length > most ? places.at(-1)?.[0] : undefined),
        isFull: stored.isFull,
        changedIn: names.changedIn,
      }
    },
    monthsOf,
    async find(account, kept, key, months) {
      if (months === undefined) return undefined
      const { rows } = await storedAt(account, [[key, notBefore(months[0] ?? '', kept)]])
      const [event] = await newestEvents(placeOf(account, kept), rows, () => true)
      return event?.deleted === false ? event : undefined
    },
    async findDeleted(account, kept, key) {
      const everywhere = monthsOfSpan({ from: kept.from, to: epochMs(kept.to + 1) }, kept).map(
        (month) => [key, month] as const,
      )
      const { rows } = await storedAt(account, everywhere)
      const [event] = await newestEvents(placeOf(account, kept), rows, () => true)
      return event
    },
  }
}

/**
 * Where an event is that was kept under a month which may have been forgotten since, as the window moved on: nobody is told
 * of that, so the change log does not name the month. Months sort as their names do.
 */
function notBefore(month: string, kept: Window): string {
  const first = monthOf(kept.from)
  return month < first ? first : month
}

/** The months of a span that rows can be under; none when nothing of it is kept. What is kept ends with a day of its own. */
function monthsOfSpan(span: Window, kept: Window): readonly string[] {
  const [from, to] = [Math.max(span.from, kept.from), Math.min(span.to, kept.to + 1)]
  return from >= to ? [] : monthsBetween(epochMs(from), epochMs(to))
}

/** Its end included, because it is kept there as well. */
const spanOf = ({ start, end }: EventRow['event']): Window => ({
  from: instantOf(start),
  to: epochMs(instantOf(end) + 1),
})
