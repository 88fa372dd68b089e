import { SyncError } from '../../core/errors.ts'
import type { ItemKey, Knowledge, KnownItem, KnownSeries, Outcome } from '../../pull/knowledge.ts'
import type { StoredRow, Table } from '../table.ts'
import type { AccountRows } from './account-rows.ts'
import type { AtomicGroup } from './batches.ts'
import type { EventRow } from './kinds.ts'
import { eventKey, indexKey, rangeOf, seriesKey } from './row-keys.ts'

/** Up to this many rows are read one by one, in parallel; more are read as one range. */
const SINGLE_READS = 8

/** What a session has read of the index and the series, so that no part is read twice. */
export interface IndexCache {
  load(keys: readonly ItemKey[], series: readonly ItemKey[]): Promise<Knowledge>
  /** The whole account; for the end of a fresh round. */
  loadAll(): Promise<Knowledge & { keys(): Iterable<ItemKey> }>
  /** The event as the cache holds it; undefined when its row was never written. */
  event(monthToken: string, key: ItemKey): Promise<EventRow | undefined>
  /** The index and series rows an outcome changes. */
  writes(outcome: Outcome): Promise<AtomicGroup[]>
  /** Takes a committed outcome over. */
  accept(outcome: Outcome): void
}

type Part = Readonly<Record<ItemKey, KnownItem>>

export function createIndexCache(account: string, table: Table, rows: AccountRows): IndexCache {
  const parts = new Map<string, Part>()
  const serieses = new Map<ItemKey, KnownSeries | undefined>()

  const addPart = async (rowKey: string, row: StoredRow | undefined) =>
    parts.set(rowKey, row === undefined ? {} : (await rows.index.decode(row)).items)
  const addSeries = async (key: ItemKey, row: StoredRow | undefined) =>
    serieses.set(key, row === undefined ? undefined : await rows.series.decode(row))

  async function loadRange(prefix: string, add: (row: StoredRow) => Promise<unknown>): Promise<void> {
    for await (const page of table.range(account, ...rangeOf(prefix))) for (const row of page) await add(row)
  }

  async function loadParts(wanted: readonly string[]): Promise<void> {
    const missing = [...new Set(wanted)].filter((rowKey) => !parts.has(rowKey))
    if (missing.length > SINGLE_READS) await loadRange('index', (row) => addPart(row.rowKey, row))
    const left = missing.filter((rowKey) => !parts.has(rowKey))
    if (missing.length > SINGLE_READS) for (const rowKey of left) parts.set(rowKey, {})
    else await Promise.all(left.map(async (rowKey) => addPart(rowKey, await table.get(account, rowKey))))
  }

  async function loadSeries(wanted: readonly ItemKey[]): Promise<void> {
    const missing = [...new Set(wanted)].filter((key) => !serieses.has(key))
    if (missing.length > SINGLE_READS) {
      await loadRange('series', (row) => addSeries(row.rowKey.slice('series.'.length), row))
      for (const key of missing) if (!serieses.has(key)) serieses.set(key, undefined)
    } else await Promise.all(missing.map(async (key) => addSeries(key, await table.get(account, seriesKey(key)))))
  }

  const item = (key: ItemKey) => parts.get(indexKey(key))?.[key]
  const knowledge: Knowledge = { item, series: (key) => serieses.get(key) }
  const seriesOf = (key: ItemKey): ItemKey[] => {
    const known = item(key)
    return known?.kind === 'occurrence' ? [known.series] : known?.kind === 'series' ? [key] : []
  }

  /** A part that was not read must not be written: whatever else it holds would be lost. */
  const loadedPart = (rowKey: string): Part => {
    const part = parts.get(rowKey)
    if (part === undefined) throw new SyncError('INTERNAL', 'a part of the index is changed without having been read')
    return part
  }

  const partsAfter = ({ items }: Outcome): Map<string, Part> => {
    const changed = new Map<string, Record<ItemKey, KnownItem>>()
    for (const [key, value] of items) {
      const rowKey = indexKey(key)
      const part = changed.get(rowKey) ?? { ...loadedPart(rowKey) }
      if (value === undefined) delete part[key]
      else part[key] = value
      changed.set(rowKey, part)
    }
    return changed
  }

  return {
    async load(keys, series) {
      await loadParts([...keys, ...series].map(indexKey))
      const wanted = [...keys.flatMap(seriesOf), ...series.filter((key) => item(key) !== undefined)]
      await loadSeries(wanted)
      // A change of a series may take any of its occurrences with it.
      await loadParts(wanted.flatMap((key) => Object.keys(serieses.get(key)?.occurrences ?? {})).map(indexKey))
      return knowledge
    },
    async loadAll() {
      await loadRange('index', (row) => (parts.has(row.rowKey) ? Promise.resolve() : addPart(row.rowKey, row)))
      await loadRange('series', (row) => {
        const key = row.rowKey.slice('series.'.length)
        return serieses.has(key) ? Promise.resolve() : addSeries(key, row)
      })
      return { ...knowledge, keys: () => [...parts.values()].flatMap((part) => Object.keys(part)) }
    },
    async event(monthToken, key) {
      const row = await table.get(account, eventKey(monthToken, key))
      return row === undefined ? undefined : rows.event.decode(row)
    },
    async writes(outcome) {
      const index = [...partsAfter(outcome)].map(async ([rowKey, items]): Promise<AtomicGroup> => {
        return [{ kind: 'upsert', rowKey, properties: await rows.index.encode(rowKey, { items }) }]
      })
      const series = [...outcome.series].map(async ([key, value]): Promise<AtomicGroup> => {
        const rowKey = seriesKey(key)
        const emptied = { calendar: '', seen: 0, changed: 0, occurrences: {} }
        return [{ kind: 'upsert', rowKey, properties: await rows.series.encode(rowKey, value ?? emptied) }]
      })
      return Promise.all([...index, ...series])
    },
    accept(outcome) {
      for (const [rowKey, part] of partsAfter(outcome)) parts.set(rowKey, part)
      for (const [key, value] of outcome.series) serieses.set(key, value)
    },
  }
}
