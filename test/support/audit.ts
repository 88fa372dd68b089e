import { createAudit, type Trail } from '../../shared/audit/audit.ts'
import type { AuditRecord } from '../../shared/audit/ports.ts'
import { createCheckpointStore } from '../../shared/storage/audit/checkpoint-rows.ts'
import { createTrailStore } from '../../shared/storage/audit/trail-rows.ts'
import { createSealedRows } from '../../shared/storage/sealed-rows.ts'
import type { StoredRow, Tables } from '../../shared/storage/table.ts'
import { createCountedTables, createTableCounters, type TableCounters } from './counted-tables.ts'
import { createKeyWorld, type KeyWorld } from './crypto.ts'
import { seededRandom } from './graph-stand-in.ts'

/** One installation's audit trail, in as many instances as a test wants. */
export interface TrailWorld extends Pick<KeyWorld, 'tables' | 'clock' | 'vault'> {
  readonly logged: string[]
  instance(through?: (tables: Tables) => Tables): Promise<Trail & { readonly counters: TableCounters }>
}

export function createTrailWorld(): TrailWorld {
  const { vault, tables, clock, instance: keysOf } = createKeyWorld()
  const logged: string[] = []
  let seed = 1
  return {
    ...{ vault, tables, clock, logged },
    async instance(through = (same) => same) {
      const keys = keysOf({ tables })
      const blind = await keys.blindIndex()
      const rows = createSealedRows(keys)
      const counters = createTableCounters()
      const counted = createCountedTables(through(tables), counters)
      const trail = createAudit({
        store: createTrailStore(counted, rows),
        checkpoints: createCheckpointStore(counted, rows),
        ...{ blind, vault, clock, random: seededRandom(seed++) },
        log: (level, event, facts) => logged.push(JSON.stringify({ level, event, ...facts })),
      })
      return { ...trail, counters }
    },
  }
}

export const ANNA = `acc_${'a'.repeat(22)}`
export const BO = `acc_${'b'.repeat(22)}`
export const CONTOSO = `org_${'c'.repeat(22)}`

/** Something that an integrator did with an account. */
export const written = (account: string, count = 1): AuditRecord => ({
  act: 'written',
  actor: { kind: 'integrator', id: 'planner' },
  account,
  facts: { upsert: count },
})

/** The rows of a chain: its head, and its entries in order. */
export function rowsOf({ tables }: Pick<TrailWorld, 'tables'>, chain: string) {
  const rows = tables.rows('audit')
  const head = rows.find(({ rowKey }) => rowKey === `head.${chain}`)
  const entries = rows
    .filter(({ rowKey }) => rowKey.startsWith(`entry.${chain}.`))
    .sort((a, b) => (a.rowKey < b.rowKey ? -1 : 1))
  if (head === undefined) throw new Error('no such chain')
  return { head, entries: entries as readonly StoredRow[] }
}

/** Puts the table `audit` back to what it was. */
export async function restore({ tables }: Pick<TrailWorld, 'tables'>, before: readonly StoredRow[]): Promise<void> {
  const table = tables.table('audit')
  for (const { partitionKey, rowKey } of tables.rows('audit'))
    await table.commit(partitionKey, [{ kind: 'delete', rowKey }])
  for (const row of before) tables.overwrite('audit', row)
}
