import type { Properties, StoredRow, Table, Tables, Write } from '../../../shared/storage/table.ts'
import type { Meter } from './counts.ts'

/** The same tables; every request is counted, with the bytes of its rows. */
export const meteredTables = (tables: Tables, meter: Meter): Tables => ({
  table: (name) => meteredTable(tables.table(name), meter),
})

function meteredTable(table: Table, meter: Meter): Table {
  const read = (rows: readonly StoredRow[]) => {
    meter.add('rowsRead', table.name, rows.length)
    meter.add(
      'bytes',
      'read',
      rows.reduce((sum, row) => sum + bytesOf(row), 0),
    )
  }
  return {
    name: table.name,
    async get(partitionKey, rowKey) {
      meter.add('tables', 'get')
      const row = await table.get(partitionKey, rowKey)
      if (row !== undefined) read([row])
      return row
    },
    async *range(...asked) {
      let pages = 0
      for await (const page of table.range(...asked)) {
        pages += 1
        meter.add('tables', 'range')
        read(page)
        yield page
      }
      // An answer without a row is a request too.
      if (pages === 0) meter.add('tables', 'range')
    },
    commit(partitionKey, writes) {
      meter.add('tables', 'commit')
      meter.add('rowsWritten', table.name, writes.length)
      meter.add(
        'bytes',
        'written',
        writes.reduce((sum, write) => sum + bytesOfWrite(partitionKey, write), 0),
      )
      return table.commit(partitionKey, writes)
    },
  }
}

const bytesOfWrite = (partitionKey: string, write: Write): number =>
  bytesOf({ partitionKey, rowKey: write.rowKey, properties: 'properties' in write ? write.properties : {} })

/**
 * What a row takes in storage.
 * @see https://learn.microsoft.com/archive/blogs/windowsazurestorage/understanding-windows-azure-storage-billing-bandwidth-transactions-and-capacity
 */
export function bytesOf({ partitionKey, rowKey, properties }: Omit<StoredRow, 'etag'>): number {
  return 4 + 2 * (partitionKey.length + rowKey.length) + bytesOfProperties(properties)
}

const bytesOfProperties = (properties: Properties): number =>
  Object.entries(properties).reduce((sum, [name, value]) => sum + 8 + 2 * name.length + bytesOfValue(value), 0)

function bytesOfValue(value: Properties[string]): number {
  if (value instanceof Uint8Array) return 4 + value.length
  if (typeof value === 'string') return 4 + 2 * value.length
  return typeof value === 'number' ? 8 : 1
}
