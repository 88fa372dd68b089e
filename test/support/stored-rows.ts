import { AzureNamedKeyCredential, TableClient, TableServiceClient } from '@azure/data-tables'
import { AZURITE_ACCOUNT, AZURITE_KEY } from '../../infra/local/azurite.ts'

const OPTIONS = { allowInsecureConnection: true }
const credential = new AzureNamedKeyCredential(AZURITE_ACCOUNT, AZURITE_KEY)

/** Opens a table with Microsoft's own client, past all of our code. */
export const openTable = (url: string, name: string): TableClient => new TableClient(url, name, credential, OPTIONS)

/** Every row of every table as an operator of the storage account sees it: names and values, binary ones as they are. */
export async function storedRows(url: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const rows = new Map<string, Uint8Array>()
  for await (const { name = '' } of new TableServiceClient(url, credential, OPTIONS).listTables())
    for await (const entity of openTable(url, name).listEntities()) {
      const values = Object.entries(entity).flatMap(([property, value]) => [
        Buffer.from(`\n${property}=`),
        bytesOf(value),
      ])
      rows.set(`row ${rows.size} of ${name}`, Buffer.concat(values))
    }
  return rows
}

const bytesOf = (value: unknown): Uint8Array => (value instanceof Uint8Array ? value : Buffer.from(String(value)))
