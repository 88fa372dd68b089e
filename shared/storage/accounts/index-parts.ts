import type { ItemKey, KnownItem } from '../../pull/knowledge.ts'
import type { StoredRow, Table } from '../table.ts'
import type { AccountRows } from './account-rows.ts'
import type { AtomicGroup } from './batches.ts'
import { INDEX_PARTS, partKey } from './row-keys.ts'
import type { RowGuard } from './row-versions.ts'

/** Up to this many parts are read one by one, in parallel; more are read as ranges. */
const SINGLE_READS = 8
/** What is kept sealed, so that the parts need not be read again for each batch; about 200,000 events. */
const MOST_BYTES_KEPT = 32 * 1024 * 1024
/** What one range is to bring, and how many parts the first one has, before it is known how large they are. */
const RANGE_BYTES = 2 * 1024 * 1024
const FIRST_RANGE = 16

export type Part = Readonly<Record<ItemKey, KnownItem>>

/**
 * The parts of an account's index. Each batch of a large mailbox changes all of them, so they are kept as they are stored,
 * sealed and small, and are opened one at a time.
 */
export interface IndexParts {
  /** Opens parts, by their numbers, in order. */
  each(numbers: Iterable<number>): AsyncIterable<readonly [number, Part]>
  /** Seals a part as it is to be stored. */
  replace(number: number, part: Part): Promise<AtomicGroup>
  /** The parts replaced since the last call are stored. */
  accept(): void
  /** They are not: their commit was not made, or not to its end. */
  discard(): void
}

/** @param guard of a session; readers that have no head at hand check nothing. */
export function createIndexParts(account: string, table: Table, rows: AccountRows, guard?: RowGuard): IndexParts {
  /** What the store holds; undefined is an absent row. What was put first goes first. */
  const kept = new Map<number, StoredRow | undefined>()
  const replaced = new Map<number, StoredRow>()
  let bytesKept = 0

  function forget(number: number): void {
    bytesKept -= bytesOf(kept.get(number))
    kept.delete(number)
  }

  function keep(number: number, row: StoredRow | undefined): void {
    forget(number)
    kept.set(number, row)
    bytesKept += bytesOf(row)
    for (const [first] of kept) {
      if (bytesKept <= MOST_BYTES_KEPT || first === number) return
      forget(first)
    }
  }

  /** @returns how many bytes a part has on average. */
  async function readRange(from: number, to: number): Promise<number> {
    const found = new Map<string, StoredRow>()
    for await (const page of table.range(account, partKey(from), partKey(to)))
      for (const row of page) found.set(row.rowKey, row)
    for (let number = from; number < to; number++) await keepRead(number, found.get(partKey(number)))
    return [...found.values()].reduce((sum, row) => sum + bytesOf(row), 0) / (to - from)
  }

  async function keepRead(number: number, row: StoredRow | undefined): Promise<void> {
    await guard?.check(partKey(number), row)
    keep(number, row)
  }

  const readOne = async (number: number) => keepRead(number, await table.get(account, partKey(number)))

  const decoded = (row: StoredRow) => guard?.opened(() => rows.index.decode(row)) ?? rows.index.decode(row)

  async function open(number: number): Promise<Part> {
    if (!kept.has(number)) await readOne(number)
    const row = kept.get(number)
    return row === undefined ? {} : (await decoded(row)).items
  }

  return {
    async *each(numbers) {
      const wanted = [...new Set(numbers)].sort((one, other) => one - other)
      const missing = wanted.filter((number) => !kept.has(number))
      if (missing.length <= SINGLE_READS) await Promise.all(missing.map(readOne))
      let length = FIRST_RANGE
      for (const number of wanted) {
        if (missing.length > SINGLE_READS && !kept.has(number)) {
          const average = await readRange(number, Math.min(number + length, INDEX_PARTS))
          length = Math.max(1, Math.floor(RANGE_BYTES / Math.max(average, 1)))
        }
        yield [number, await open(number)]
      }
    },
    async replace(number, part) {
      const rowKey = partKey(number)
      const properties = await rows.index.encode(rowKey, { items: part }, guard?.next())
      forget(number)
      replaced.set(number, { partitionKey: account, rowKey, etag: '', properties })
      return [{ kind: 'upsert', rowKey, properties }]
    },
    accept() {
      for (const [number, row] of replaced) keep(number, row)
      replaced.clear()
    },
    discard: () => replaced.clear(),
  }
}

const bytesOf = (row: StoredRow | undefined): number =>
  Object.values(row?.properties ?? {}).reduce<number>(
    (sum, value) => sum + (value instanceof Uint8Array ? value.length : 0),
    0,
  )
