import type { TableClient } from '@azure/data-tables'
import type { TokenCredential } from '@azure/identity'
import type { ScanTable } from '../backup/ports.ts'
import { createConditionalDeletes } from './conditional-deletes.ts'
import { toAction, toRow } from './entity.ts'
import { checkCommit } from './limits.ts'
import { type Gap, TABLE_NAMES, type Table, type TableName, type Tables } from './table.ts'
import { commitFailure, isMissingRow, isMissingTable, readFailure } from './table-failure.ts'

type Sdk = typeof import('@azure/data-tables')

/** One request with all its attempts; the client library would wait as long as a Retry-After header says. */
const DEADLINE_MS = 30_000
const READ_RETRIES = { maxRetries: 3, retryDelayInMs: 200, maxRetryDelayInMs: 2000 }
/** A second attempt at a commit whose first one arrived would report the first one's rows as a conflict. */
const NO_RETRIES = { maxRetries: 0 }

const PAGE_ROWS = 1000

interface Options {
  /** Address of the account, its name included where it is a path. `http:` is for Azurite only. */
  readonly url: string
  /** An account key is for Azurite only. */
  readonly access: { readonly accountKey: string } | { readonly credential: TokenCredential }
}

/** A table's two clients: reading again is harmless, committing again is not. */
interface Clients {
  readonly reader: TableClient
  readonly writer: TableClient
}

export interface AzureTables extends Tables {
  /** Makes the tables that are not there. A missing table is made on first use as well, where that is permitted. */
  ensureTables(): Promise<void>
  readonly scan: ScanTable
}

/** The tables of an Azure storage account. The client library is loaded with the first request. */
export function createTables({ url, access }: Options): AzureTables {
  const conditionalDeletes = createConditionalDeletes()
  const clients = new Map<TableName, Promise<Clients>>()

  async function connect(name: TableName): Promise<Clients> {
    const sdk = await import('@azure/data-tables')
    const client = (retryOptions: object) => {
      const options = {
        retryOptions,
        allowInsecureConnection: url.startsWith('http:'),
        additionalPolicies: [{ policy: conditionalDeletes.policy, position: 'perCall' as const }],
      }
      return 'credential' in access
        ? new sdk.TableClient(url, name, access.credential, options)
        : new sdk.TableClient(url, name, accountCredential(sdk, url, access.accountKey), options)
    }
    return { reader: client(READ_RETRIES), writer: client(NO_RETRIES) }
  }

  function clientsOf(name: TableName): Promise<Clients> {
    const known = clients.get(name) ?? connect(name)
    clients.set(name, known)
    return known
  }

  const tableOf = (name: TableName) => createTable(name, () => clientsOf(name), conditionalDeletes.register)

  return {
    table: tableOf,
    scan: (name, from) => tableOf(name).scan(from),
    async ensureTables() {
      await Promise.all(TABLE_NAMES.map(async (name) => makeTable(name, await clientsOf(name))))
    },
  }
}

type RegisterDeletes = ReturnType<typeof createConditionalDeletes>['register']

function createTable(name: TableName, connect: () => Promise<Clients>, registerDeletes: RegisterDeletes) {
  async function send<Result>(request: (clients: Clients, abortSignal: AbortSignal) => Promise<Result>) {
    const clients = await connect()
    try {
      return await request(clients, AbortSignal.timeout(DEADLINE_MS))
    } catch (error) {
      if (!isMissingTable(error)) throw error
      await makeTable(name, clients)
      return request(clients, AbortSignal.timeout(DEADLINE_MS))
    }
  }

  const page = (filter: string | undefined, from: string | undefined) =>
    send(({ reader }, abortSignal) => readPage(reader, filter, from, abortSignal)).catch((error: unknown) => {
      throw readFailure(name, error)
    })

  const table: Table = {
    name,
    async get(partitionKey, rowKey) {
      try {
        return await send(async ({ reader }, abortSignal) =>
          toRow(await reader.getEntity(partitionKey, rowKey, { abortSignal })),
        )
      } catch (error) {
        if (isMissingRow(error)) return undefined
        throw readFailure(name, error)
      }
    },
    async *range(partitionKey, from, to, gap) {
      const range = `PartitionKey eq ${quote(partitionKey)} and RowKey ge ${quote(from)} and RowKey lt ${quote(to)}`
      const filter = gap === undefined ? range : `${range} and ${outside(gap)}`
      let continuationToken: string | undefined
      do {
        const { rows, next } = await page(filter, continuationToken)
        yield rows
        continuationToken = next
      } while (continuationToken !== undefined)
    },
    async commit(partitionKey, writes) {
      checkCommit(partitionKey, writes)
      try {
        const { subResponses } = await send(({ writer }, abortSignal) => {
          registerDeletes(abortSignal, writes)
          return writer.submitTransaction(
            writes.map((write) => toAction(partitionKey, write)),
            { abortSignal },
          )
        })
        return writes.map((_, index) => subResponses[index]?.etag ?? '')
      } catch (error) {
        throw commitFailure(name, error)
      }
    },
  }
  return { ...table, scan: (from: string | undefined) => page(undefined, from) }
}

async function makeTable(name: TableName, { reader }: Clients): Promise<void> {
  try {
    await reader.createTable({ abortSignal: AbortSignal.timeout(DEADLINE_MS) })
  } catch (error) {
    throw readFailure(name, error)
  }
}

async function readPage(
  reader: TableClient,
  filter: string | undefined,
  token: string | undefined,
  abortSignal: AbortSignal,
) {
  const pages = reader
    .listEntities({ queryOptions: filter === undefined ? {} : { filter }, abortSignal })
    .byPage({ maxPageSize: PAGE_ROWS, ...(token === undefined ? {} : { continuationToken: token }) })
  const { value: page } = await pages.next()
  return { rows: (page ?? []).map(toRow), next: page?.continuationToken || undefined }
}

/** The account's name is the path of an Azurite address and the first label of a real one. */
function accountCredential(sdk: Sdk, url: string, accountKey: string) {
  const { hostname, pathname } = new URL(url)
  const account = pathname.split('/')[1] || (hostname.split('.')[0] ?? '')
  return new sdk.AzureNamedKeyCredential(account, accountKey)
}

const outside = ({ from, to, but }: Gap): string =>
  `(RowKey lt ${quote(from)} or RowKey ge ${quote(to)} or RowKey eq ${quote(but)})`

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`
