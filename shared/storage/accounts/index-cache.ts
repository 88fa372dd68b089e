import type { ItemKey, Knowledge, KnownItem, KnownSeries, Outcome, Unseen } from '../../pull/knowledge.ts'
import type { StoredRow, Table } from '../table.ts'
import type { AccountRows } from './account-rows.ts'
import type { AtomicGroup } from './batches.ts'
import { createIndexParts } from './index-parts.ts'
import { EMPTIED_SERIES } from './kinds.ts'
import { INDEX_PARTS, partOf, rangeOf, seriesKey } from './row-keys.ts'
import type { RowGuard } from './row-versions.ts'
import type { Told } from './stale-events.ts'

const READS_AT_ONCE = 16
const ALL_PARTS = Array.from({ length: INDEX_PARTS }, (_, number) => number)

/** What a session knows of the items it has asked for; never the whole of a large mailbox. */
export interface IndexCache {
  /** The answer sees what is accepted later, until `release`. */
  load(keys: readonly ItemKey[], series: readonly ItemKey[]): Promise<Knowledge>
  /** Reads the whole index and every series. */
  unseen(calendar: string, round: number): Promise<Unseen>
  /** The months each event of the account is kept under. Reads the whole index and every series. */
  places(): Promise<ReadonlyMap<ItemKey, readonly string[]>>
  /** What is known of where each event's rows are and what they say. Reads the whole index and every series. */
  told(): Promise<Map<ItemKey, Told>>
  /** These events, and those of these series, as if it were not known what they say: the next round writes them again. */
  unknown(keys: Iterable<ItemKey>): Promise<Outcome>
  /** The series rows an outcome changes. */
  seriesWrites(outcome: Outcome): Promise<AtomicGroup[]>
  /** The index rows an outcome changes, sealed one after another as they are taken. */
  indexWrites(outcome: Outcome): AsyncIterable<AtomicGroup>
  /** Takes a committed outcome over. */
  accept(outcome: Outcome): void
  /** Lets go of everything that was loaded. */
  release(): void
}

export function createIndexCache(account: string, table: Table, rows: AccountRows, guard: RowGuard): IndexCache {
  const parts = createIndexParts(account, table, rows, guard)
  const items = new Map<ItemKey, KnownItem | undefined>()
  const serieses = new Map<ItemKey, KnownSeries | undefined>()

  async function loadItems(keys: readonly ItemKey[]): Promise<void> {
    const missing = byPart(keys.filter((key) => !items.has(key)).map((key) => [key, undefined]))
    for await (const [number, part] of parts.each(missing.keys()))
      for (const [key] of missing.get(number) ?? []) items.set(key, part[key])
  }

  async function loadSeries(keys: readonly ItemKey[]): Promise<void> {
    const missing = [...new Set(keys)].filter((key) => !serieses.has(key))
    const load = async (key: ItemKey) => {
      const row = await table.get(account, seriesKey(key))
      serieses.set(key, row === undefined ? undefined : await guard.opened(() => rows.series.decode(row)))
    }
    for (let at = 0; at < missing.length; at += READS_AT_ONCE)
      await Promise.all(missing.slice(at, at + READS_AT_ONCE).map(load))
  }

  async function* everyItem(): AsyncGenerator<readonly [ItemKey, KnownItem]> {
    for await (const [, part] of parts.each(ALL_PARTS)) yield* Object.entries(part)
  }

  async function* everySeries(): AsyncGenerator<readonly [ItemKey, KnownSeries]> {
    const opened = async (row: StoredRow) =>
      [row.rowKey.slice(seriesKey('').length), await guard.opened(() => rows.series.decode(row))] as const
    for await (const page of table.range(account, ...rangeOf('series'))) for (const row of page) yield await opened(row)
  }

  const item = (key: ItemKey) => items.get(key)
  const seriesOf = (key: ItemKey): ItemKey[] => {
    const known = item(key)
    return known?.kind === 'occurrence' ? [known.series] : known?.kind === 'series' ? [key] : []
  }

  return {
    async load(keys, series) {
      await loadItems([...keys, ...series])
      const wanted = [...keys.flatMap(seriesOf), ...series.filter((key) => item(key) !== undefined)]
      await loadSeries(wanted)
      // A change of a series may take any of its occurrences with it.
      await loadItems(wanted.flatMap((key) => Object.keys(serieses.get(key)?.occurrences ?? {})))
      return { item, series: (key) => serieses.get(key) }
    },
    async unseen(calendar, round) {
      const keys: ItemKey[] = []
      let events = 0
      for await (const [key, known] of everyItem()) {
        if (known.calendar !== calendar || known.kind === 'series') continue
        events++
        if (known.kind === 'event' && known.seen !== round) keys.push(key)
      }
      for await (const [key, series] of everySeries())
        if (series.calendar === calendar && hasUnseen(series, round)) keys.push(key)
      return { keys, events }
    },
    async places() {
      const places = new Map<ItemKey, readonly string[]>()
      // Many events are in few months: one list for all that are in the same ones.
      const lists = new Map<string, readonly string[]>()
      const put = (key: ItemKey, months: readonly string[]) => {
        const name = months.join()
        const list = lists.get(name) ?? months
        lists.set(name, list)
        places.set(key, list)
      }
      for await (const [key, known] of everyItem()) if (known.kind === 'event') put(key, known.months)
      for await (const [, { occurrences }] of everySeries())
        for (const [key, { stored }] of Object.entries(occurrences)) if (stored !== undefined) put(key, stored.months)
      return places
    },
    async told() {
      const told = new Map<ItemKey, Told>()
      const seriesOfItem = new Map<ItemKey, ItemKey>()
      const known = new Set<ItemKey>()
      for await (const [key, item] of everyItem())
        if (item.kind === 'event') told.set(key, item)
        else if (item.kind === 'series') known.add(key)
        else seriesOfItem.set(key, item.series)
      // A crash in a commit of several parts can leave the row of a deleted series, and items of its occurrences.
      for await (const [series, { occurrences }] of everySeries())
        for (const [key, { stored }] of Object.entries(occurrences))
          if (stored !== undefined && known.has(series) && seriesOfItem.get(key) === series) told.set(key, stored)
      return told
    },
    async unknown(keys) {
      const outcome = { changes: [], items: new Map<ItemKey, KnownItem>(), series: new Map<ItemKey, KnownSeries>() }
      const all = [...keys]
      await loadItems(all)
      await loadSeries(all.flatMap(seriesOf))
      for (const key of all) {
        const known = item(key)
        if (known?.kind === 'event') outcome.items.set(key, { ...known, digest: '' })
        for (const name of seriesOf(key)) {
          const series = outcome.series.get(name) ?? serieses.get(name)
          if (series !== undefined) outcome.series.set(name, withoutDigests(series, name === key ? undefined : key))
        }
      }
      return outcome
    },
    seriesWrites: ({ series }) =>
      Promise.all(
        [...series].map(async ([key, value]): Promise<AtomicGroup> => {
          const rowKey = seriesKey(key)
          return [{ kind: 'upsert', rowKey, properties: await rows.series.encode(rowKey, value ?? EMPTIED_SERIES) }]
        }),
      ),
    async *indexWrites(outcome) {
      // A session goes on after a commit of which something does not fit into a row.
      parts.discard()
      const changed = byPart([...outcome.items])
      for await (const [number, part] of parts.each(changed.keys()))
        yield await parts.replace(number, patched(part, changed.get(number) ?? []))
    },
    accept(outcome) {
      parts.accept()
      for (const [key, value] of outcome.items) items.set(key, value)
      for (const [key, value] of outcome.series) serieses.set(key, value)
    },
    release() {
      items.clear()
      serieses.clear()
    },
  }
}

/** @param only the occurrence it is about; all of them when absent. */
function withoutDigests(series: KnownSeries, only: ItemKey | undefined): KnownSeries {
  const occurrences = Object.entries(series.occurrences).map(([key, one]) =>
    one.stored === undefined || key !== (only ?? key)
      ? ([key, one] as const)
      : ([key, { ...one, stored: { ...one.stored, digest: '' } }] as const),
  )
  return { ...series, occurrences: Object.fromEntries(occurrences) }
}

type Entry = readonly [ItemKey, KnownItem | undefined]

function byPart(entries: readonly Entry[]): Map<number, Entry[]> {
  const parts = new Map<number, Entry[]>()
  for (const entry of entries) {
    const number = partOf(entry[0])
    const part = parts.get(number)
    if (part === undefined) parts.set(number, [entry])
    else part.push(entry)
  }
  return parts
}

function patched(part: Readonly<Record<ItemKey, KnownItem>>, entries: readonly Entry[]): Record<ItemKey, KnownItem> {
  const after = { ...part }
  for (const [key, value] of entries) {
    if (value === undefined) delete after[key]
    else after[key] = value
  }
  return after
}

const hasUnseen = ({ seen, occurrences }: KnownSeries, round: number): boolean =>
  seen !== round || Object.values(occurrences).some((occurrence) => occurrence.seen !== round)
