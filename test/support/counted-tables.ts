import type { Table, Tables } from '../../shared/storage/table.ts'

/** Requests that the table service would have seen, and the rows that went over the wire. */
export interface TableCounters {
  gets: number
  /** Pages of ranges. */
  pages: number
  commits: number
  rowsRead: number
  rowsWritten: number
  /** Requests by which the instance looks, once a minute, whether the tables were restored: no visit's and no answer's. */
  looks: number
}

export const createTableCounters = (): TableCounters => ({
  gets: 0,
  pages: 0,
  commits: 0,
  rowsRead: 0,
  rowsWritten: 0,
  looks: 0,
})

export const tableRequests = ({ gets, pages, commits }: TableCounters): number => gets + pages + commits

/** The same tables, with every request counted, failed ones too. */
export const createCountedTables = (tables: Tables, counters: TableCounters): Tables => ({
  table: (name) => createCountedTable(tables.table(name), counters),
})

const isLook = (table: string, rowKey: string): boolean =>
  (table === 'ledger' && rowKey === 'head') || (table === 'keys' && rowKey === 'position')

function createCountedTable(table: Table, counters: TableCounters): Table {
  return {
    name: table.name,
    async get(partitionKey, rowKey) {
      if (isLook(table.name, rowKey)) {
        counters.looks += 1
        return table.get(partitionKey, rowKey)
      }
      counters.gets += 1
      const row = await table.get(partitionKey, rowKey)
      if (row !== undefined) counters.rowsRead += 1
      return row
    },
    async *range(...asked) {
      for await (const page of table.range(...asked)) {
        counters.pages += 1
        counters.rowsRead += page.length
        yield page
      }
    },
    commit(partitionKey, writes) {
      counters.commits += 1
      counters.rowsWritten += writes.length
      return table.commit(partitionKey, writes)
    },
  }
}
