import { placesOfTables } from '../../infra/local/canary-scan/tables.ts'

export { openTable } from '../../infra/local/canary-scan/tables.ts'

/** Every row of every table as an operator of the storage account sees it: names and values, binary ones as they are. */
export async function storedRows(url: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const rows = new Map<string, Uint8Array>()
  for await (const { name, pieces } of placesOfTables(url)) for await (const bytes of pieces) rows.set(name, bytes)
  return rows
}
