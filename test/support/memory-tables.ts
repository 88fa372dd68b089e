import { SyncError } from '../../shared/core/errors.ts'
import { checkCommit } from '../../shared/storage/limits.ts'
import type { Gap, Properties, StoredRow, Table, TableName, Tables, Write } from '../../shared/storage/table.ts'

const PAGE_ROWS = 1000

type Partition = Map<string, StoredRow>

/** Tables in memory with the service's rules; `test/contract/tables.test.ts` holds them to Azurite's behaviour. */
export interface MemoryTables extends Tables {
  /** Every row of a table, for tests that look at what is stored. */
  rows(name: TableName): StoredRow[]
  /** A backup of these tables. @returns what puts it back in the place of all that is there then. */
  backup(...names: TableName[]): () => void
  clear(...names: TableName[]): void
  /** Puts a row there whatever is stored, as an attacker or an operator with access to the account could. */
  overwrite(name: TableName, row: Omit<StoredRow, 'etag'>): void
}

/** @param pageRows rows of a page at most: the service may end one after any number. */
export function createMemoryTables(pageRows = PAGE_ROWS): MemoryTables {
  const tables = new Map<TableName, Map<string, Partition>>()
  let writes = 0
  const nextEtag = () => `W/"${++writes}"`

  const partitionsOf = (name: TableName) => obtain(tables, name, () => new Map<string, Partition>())
  const partitionOf = (name: TableName, key: string) => obtain(partitionsOf(name), key, () => new Map())

  return {
    table: (name) => createMemoryTable(name, (key) => partitionOf(name, key), nextEtag, pageRows),
    rows: (name) => [...partitionsOf(name).values()].flatMap((partition) => [...partition.values()]).map(copyRow),
    backup(...names) {
      const copies = names.map((name) => [name, this.rows(name)] as const)
      return () => {
        this.clear(...names)
        for (const [name, rows] of copies) {
          for (const row of rows) this.overwrite(name, row)
        }
      }
    },
    clear(...names) {
      // Whoever has a partition in hand goes on with the same one.
      for (const name of names) for (const partition of partitionsOf(name).values()) partition.clear()
    },
    overwrite(name, { partitionKey, rowKey, properties }) {
      partitionOf(name, partitionKey).set(rowKey, copyRow({ partitionKey, rowKey, etag: nextEtag(), properties }))
    },
  }
}

const isInGap = (rowKey: string, { from, to, but }: Gap): boolean => rowKey >= from && rowKey < to && rowKey !== but

function createMemoryTable(
  name: TableName,
  partition: (key: string) => Partition,
  nextEtag: () => string,
  pageRows: number,
): Table {
  return {
    name,
    async get(partitionKey, rowKey) {
      const row = partition(partitionKey).get(rowKey)
      return row === undefined ? undefined : copyRow(row)
    },
    async *range(partitionKey, from, to, gap) {
      const isAsked = (key: string) => key >= from && key < to && !(gap && isInGap(key, gap))
      const rowKeys = [...partition(partitionKey).keys()].filter(isAsked).sort()
      let at = 0
      // Like the service, a range without rows is one empty page.
      do {
        const page = rowKeys.slice(at, at + pageRows).map((key) => partition(partitionKey).get(key))
        yield page.flatMap((row) => (row === undefined ? [] : [copyRow(row)]))
        at += pageRows
      } while (at < rowKeys.length)
    },
    async commit(partitionKey, writes) {
      checkCommit(partitionKey, writes)
      const rows = partition(partitionKey)
      for (const write of writes) checkCondition(rows, write)
      return writes.map((write) => {
        if (write.kind === 'delete') {
          rows.delete(write.rowKey)
          return ''
        }
        const etag = nextEtag()
        const { rowKey, properties } = write
        rows.set(rowKey, copyRow({ partitionKey, rowKey, etag, properties }))
        return etag
      })
    },
  }
}

function checkCondition(rows: Partition, write: Write): void {
  const row = rows.get(write.rowKey)
  if (write.kind === 'upsert') return
  if (write.kind === 'insert') {
    if (row !== undefined) throw new SyncError('ROW_EXISTS', 'row exists')
    return
  }
  const isExpected = row !== undefined && (write.etag === undefined || write.etag === row.etag)
  if (!isExpected) throw new SyncError('ROW_CHANGED', 'row is gone or has another etag')
}

const copyRow = (row: StoredRow): StoredRow => ({ ...row, properties: copyProperties(row.properties) })

function copyProperties(properties: Properties): Properties {
  const copy = { ...properties }
  for (const [name, value] of Object.entries(copy)) if (value instanceof Uint8Array) copy[name] = new Uint8Array(value)
  return copy
}

function obtain<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const found = map.get(key)
  if (found !== undefined) return found
  const made = make()
  map.set(key, made)
  return made
}
