import type { BlindIndex } from '../../../shared/crypto/ports.ts'
import type { MemoryTables } from '../../support/memory-tables.ts'
import type { Scheduler } from '../scheduler.ts'

/** Tables that hold rows which are named after an account. */
const NAMED = ['accounts', 'keys', 'organisations'] as const
const OPEN = 'open.'

/** The rows of an account, and those that name it; plans last until they are due. */
export const rowsOf = (tables: MemoryTables, account: string): readonly string[] =>
  NAMED.flatMap((name) =>
    tables
      .rows(name)
      .filter(({ partitionKey, rowKey }) => partitionKey === account || rowKey.includes(account))
      .map(({ rowKey }) => `${name} ${rowKey}`),
  )

export const plansOf = (tables: MemoryTables, account: string): readonly string[] =>
  tables.rows('schedule').flatMap(({ rowKey }) => (rowKey.endsWith(account) ? [`schedule ${rowKey}`] : []))

export const grantsOf = (tables: MemoryTables, blind: BlindIndex, account: string): readonly string[] => {
  const partition = blind.token('grant', account)
  return tables.rows('oauth').flatMap((row) => (row.partitionKey === partition ? [`oauth ${row.rowKey}`] : []))
}

export const openErasures = (tables: MemoryTables): readonly string[] =>
  tables.rows('ledger').flatMap(({ rowKey }) => (rowKey.startsWith(OPEN) ? [rowKey.slice(OPEN.length)] : []))

/**
 * K7: an erasure that says to be complete has left no row behind.
 * @param completed is told the account; only after that can somebody connect again.
 */
export function watchErasures(
  tables: MemoryTables,
  { violate, note }: Scheduler,
  completed: (account: string) => void,
): MemoryTables {
  return {
    ...tables,
    table(name) {
      const table = tables.table(name)
      if (name !== 'ledger') return table
      return {
        ...table,
        async commit(partitionKey, writes) {
          const etags = await table.commit(partitionKey, writes)
          for (const { kind, rowKey } of writes) {
            if (kind !== 'delete' || !rowKey.startsWith(OPEN)) continue
            const account = rowKey.slice(OPEN.length)
            const left = [...rowsOf(tables, account), ...plansOf(tables, account)]
            note(`  AN ERASURE IS COMPLETE`)
            if (left.length > 0) violate(`K7: an erasure is complete, and there is ${left.slice(0, 5).join(', ')}`)
            completed(account)
          }
          return etags
        },
      }
    },
  }
}
