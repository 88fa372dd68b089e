import type { TableName } from '../../../shared/storage/table.ts'
import type { MemoryTables } from '../../support/memory-tables.ts'

/** Rows that may change without any change in the mailbox: how far it was read, and when to come again. */
const STATE = /^(state\.|\d+\.acc_)/

/** Tells which rows are written that should not be while it watches. */
export function watchCommits(tables: MemoryTables) {
  let written: string[] | undefined
  const watched: MemoryTables = {
    ...tables,
    table(name: TableName) {
      const table = tables.table(name)
      return {
        ...table,
        commit(partitionKey, writes) {
          if (name === 'accounts') written?.push(...writes.map(({ rowKey }) => rowKey))
          return table.commit(partitionKey, writes)
        },
      }
    },
  }
  return {
    tables: watched,
    start() {
      written = []
    },
    stop: (): readonly string[] => {
      const kinds = new Set(
        (written ?? []).filter((rowKey) => !STATE.test(rowKey)).map((rowKey) => rowKey.split('.')[0]),
      )
      written = undefined
      return [...kinds].map((kind) => `a visit that finds nothing writes rows of kind ${kind}`)
    },
  }
}
