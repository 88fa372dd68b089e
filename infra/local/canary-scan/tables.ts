import { AzureNamedKeyCredential, TableClient, TableServiceClient } from '@azure/data-tables'
import { AZURITE_ACCOUNT, AZURITE_KEY } from '../azurite.ts'
import type { Place } from './scan.ts'

const OPTIONS = { allowInsecureConnection: true }
const credential = new AzureNamedKeyCredential(AZURITE_ACCOUNT, AZURITE_KEY)

/** Opens a table with Microsoft's own client, past all of our code. */
export const openTable = (url: string, name: string): TableClient => new TableClient(url, name, credential, OPTIONS)

/** Every row of every table as an operator of the storage account sees it: names and values, binary ones as they are. */
export async function* placesOfTables(url: string): AsyncIterable<Place> {
  let at = 0
  for await (const { name = '' } of new TableServiceClient(url, credential, OPTIONS).listTables())
    for await (const entity of openTable(url, name).listEntities())
      yield { name: `row ${at++} of ${name}`, pieces: [bytesOf(entity)] }
}

const bytesOf = (entity: object): Uint8Array =>
  Buffer.concat(
    Object.entries(entity).flatMap(([property, value]: [string, unknown]) => [
      Buffer.from(`\n${property}=`),
      value instanceof Uint8Array ? value : Buffer.from(String(value)),
    ]),
  )
