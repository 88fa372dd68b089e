import type { Envelope } from '../../../shared/crypto/ports.ts'
import type { StoredRow } from '../../../shared/storage/table.ts'
import type { MemoryTables } from '../../support/memory-tables.ts'

/** Rows of accounts that do not open with the keys there are: lost to everybody. */
export async function unopenable(tables: MemoryTables, { open }: Envelope): Promise<readonly string[]> {
  const rows = tables.rows('accounts').filter(({ rowKey, properties }) => !rowKey.startsWith('~') && 'b0' in properties)
  const found = await Promise.all(rows.map(async (row) => ((await opens(row)) ? [] : [row.rowKey])))
  return found
    .flat()
    .slice(0, 4)
    .map((rowKey) => `K5: a row does not open any more: ${rowKey}`)

  async function opens({ partitionKey, rowKey, properties }: StoredRow): Promise<boolean> {
    const { v, n = 0 } = properties
    const parts = Object.entries(properties)
      .filter(([name]) => /^b\d+$/.test(name))
      .sort(([a], [b]) => Number(a.slice(1)) - Number(b.slice(1)))
      .map(([, value]) => value as Uint8Array)
    const address = { table: 'accounts', partitionKey, rowKey, rowVersion: Number(n) }
    return open({ kind: 'account', account: partitionKey }, address, Number(v), Buffer.concat(parts)).then(
      () => true,
      () => false,
    )
  }
}
