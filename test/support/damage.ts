import { expect } from 'vitest'
import * as z from 'zod'
import { createStores } from '../../shared/service/stores.ts'
import { createSealedRows } from '../../shared/storage/sealed-rows.ts'
import type { Properties, StoredRow } from '../../shared/storage/table.ts'
import type { ServiceFixture } from './service.ts'

/** The rows of accounts whose keys begin so. */
export const rowsOf = ({ tables }: ServiceFixture, prefix: string): readonly StoredRow[] =>
  tables.rows('accounts').filter(({ rowKey }) => rowKey.startsWith(prefix))

/** Another bit than the one that was sealed. */
function flipped({ b0, ...others }: Properties): Properties {
  if (!(b0 instanceof Uint8Array)) throw new Error('the row is not sealed')
  const bytes = Uint8Array.from(b0)
  bytes[90] = (bytes[90] ?? 0) ^ 1
  return { ...others, b0: bytes }
}

/** Changes what is stored in each of these rows, of which there is one at least. */
export function damage(fixture: ServiceFixture, prefix: string, change = flipped): void {
  const rows = rowsOf(fixture, prefix)
  expect(rows).not.toHaveLength(0)
  for (const row of rows) fixture.tables.overwrite('accounts', { ...row, properties: change(row.properties) })
}

/** Seals a row again as a release would that has other fields. @returns what is stored then. */
export async function ofAnotherRelease(
  { ports, tables }: ServiceFixture,
  { partitionKey, rowKey, properties }: StoredRow,
): Promise<Properties> {
  const { envelope } = await createStores(ports, 'refused')
  const schema = z.object({ of: z.string() })
  const kind = createSealedRows({ envelope }).kind({ name: 'unknown', table: 'accounts', version: 1, schema })
  const owner = { kind: 'account', account: partitionKey } as const
  const version = Number(properties['n'] ?? 0)
  const sealed = await kind.encode(owner, partitionKey, rowKey, { of: 'another release' }, version)
  tables.overwrite('accounts', { partitionKey, rowKey, properties: sealed })
  return sealed
}
