import { rowBytes } from '../../../shared/storage/limits.ts'
import type { StoredRow, Table, Tables, Write } from '../../../shared/storage/table.ts'

/** The same tables; the sizes of rows that are read or written are added up. */
export function weighed(tables: Tables, add: (bytes: number) => void): Tables {
  const weighRow = ({ partitionKey, rowKey, properties }: StoredRow) => add(rowBytes(partitionKey, rowKey, properties))
  const weighWrite = (partitionKey: string, write: Write) =>
    add(rowBytes(partitionKey, write.rowKey, write.kind === 'delete' ? {} : write.properties))
  return {
    table(name) {
      const table = tables.table(name)
      return {
        name: table.name,
        async get(partitionKey, rowKey) {
          const row = await table.get(partitionKey, rowKey)
          if (row !== undefined) weighRow(row)
          return row
        },
        async *range(...asked) {
          for await (const page of table.range(...asked)) {
            for (const row of page) weighRow(row)
            yield page
          }
        },
        commit(partitionKey, writes) {
          for (const write of writes) weighWrite(partitionKey, write)
          return table.commit(partitionKey, writes)
        },
      }
    },
  }
}

/** The same tables. @param kept is given what sends each request again and drops its answer. */
export function recorded(tables: Tables, kept: (again: () => Promise<unknown>) => void): Tables {
  return {
    table(name) {
      const table = tables.table(name)
      return {
        name: table.name,
        get(partitionKey, rowKey) {
          kept(() => table.get(partitionKey, rowKey))
          return table.get(partitionKey, rowKey)
        },
        async *range(...asked) {
          let pages = 0
          kept(() => dropped(table.range(...asked), pages))
          for await (const page of table.range(...asked)) {
            pages += 1
            yield page
          }
        },
        commit(partitionKey, writes) {
          kept(() => table.commit(`again.${partitionKey}`, writes.map(withoutCondition)))
          return table.commit(partitionKey, writes)
        },
      }
    },
  }
}

async function dropped(pages: ReturnType<Table['range']>, most: number): Promise<void> {
  let read = 0
  for await (const _ of pages) if (++read >= most) return
}

/** Written to a partition that nobody reads, whatever stands there. */
const withoutCondition = (write: Write): Write => ({
  kind: 'upsert',
  rowKey: write.rowKey,
  properties: write.kind === 'delete' ? {} : write.properties,
})
