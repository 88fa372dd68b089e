import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AZURITE_ACCOUNT } from '../../infra/local/azurite.ts'
import { isFailure } from '../../shared/core/errors.ts'
import type { StoredRow, TableName, Tables } from '../../shared/storage/table.ts'
import { createMemoryTables } from '../support/memory-tables.ts'
import { addressOf, entityOf, errorBody, rangeOf, transactionAnswer, transactionOf } from './table-protocol.ts'

/**
 * A table service that counts what is asked of it. Azurite looks through the whole partition at each write, so that a
 * hundred thousand rows take it half an hour.
 */
export interface TableService {
  readonly url: string
  /** What is stored, without asking the service. */
  readonly stored: Tables
  /** Rows that commits have written so far into an account's partitions. */
  rowsWritten(account: string): number
  /** How often somebody has read the state of an account, as each visit does once when it begins. */
  statesRead(account: string): number
  close(): Promise<void>
}

/** What the service puts into one answer at most, beside a thousand rows. */
const PAGE_BYTES = 4 * 1024 * 1024

export async function startTableService(): Promise<TableService> {
  const tables = createMemoryTables()
  const states = new Map<string, number>()
  const rows = new Map<string, number>()

  async function query(table: string, url: URL, answer: ServerResponse): Promise<void> {
    const { partitionKey, from, to, gap } = rangeOf(url.searchParams.get('$filter') ?? '')
    if (from.startsWith('state.')) states.set(partitionKey, (states.get(partitionKey) ?? 0) + 1)
    const start = url.searchParams.get('NextRowKey') ?? from
    const pages = tables.table(table as TableName).range(partitionKey, start, to, gap)
    const { value: found = [] } = await pages[Symbol.asyncIterator]().next()
    const { entities, next } = firstPage(found)
    if (next !== undefined)
      answer
        .setHeader('x-ms-continuation-NextPartitionKey', partitionKey)
        .setHeader('x-ms-continuation-NextRowKey', next)
    json(answer, 200, `{"value":[${entities.join(',')}]}`)
  }

  async function commit(body: string, answer: ServerResponse): Promise<void> {
    const { table, partitionKey, writes } = transactionOf(body)
    const respond = (parts: readonly string[]) => {
      const { type, body } = transactionAnswer(parts)
      answer.writeHead(202, { 'content-type': type }).end(body)
    }
    try {
      const etags = await tables.table(table as TableName).commit(partitionKey, writes)
      rows.set(partitionKey, (rows.get(partitionKey) ?? 0) + writes.length)
      respond(etags.map((etag) => `HTTP/1.1 204 No Content\r\nETag: ${etag}\r\n`))
    } catch (error) {
      const [status, code] = isFailure(error, 'ROW_EXISTS')
        ? ['409 Conflict', 'EntityAlreadyExists']
        : ['412 Precondition Failed', 'UpdateConditionNotSatisfied']
      respond([`HTTP/1.1 ${status}\r\nContent-Type: application/json\r\n\r\n${errorBody(code)}`])
    }
  }

  async function handle(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const url = new URL(asked.url ?? '', 'http://tables')
    const body = Buffer.concat(await asked.toArray()).toString()
    if (url.pathname.endsWith('/$batch')) return commit(body, answer)
    const address = addressOf(url.pathname)
    if (address === undefined) return query(/(\w+)\(\)$/.exec(url.pathname)?.[1] ?? '', url, answer)
    const row = await tables.table(address.table as TableName).get(address.partitionKey, address.rowKey)
    if (row === undefined) json(answer, 404, errorBody('ResourceNotFound'))
    else json(answer, 200, JSON.stringify(entityOf(row)))
  }

  const server = createServer((asked, answer) => {
    handle(asked, answer).catch(() => answer.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/${AZURITE_ACCOUNT}`,
    stored: tables,
    rowsWritten: (account) => rows.get(account) ?? 0,
    statesRead: (account) => states.get(account) ?? 0,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

/** @returns where the next page begins; undefined when this was all. A thousand rows may not be all. */
function firstPage(rows: readonly StoredRow[]): { entities: readonly string[]; next: string | undefined } {
  const entities: string[] = []
  let bytes = 0
  for (const row of rows) {
    const entity = JSON.stringify(entityOf(row))
    bytes += entity.length
    if (bytes > PAGE_BYTES && entities.length > 0) return { entities, next: row.rowKey }
    entities.push(entity)
  }
  // The smallest key after the last one.
  return { entities, next: rows.length === 1000 ? `${rows.at(-1)?.rowKey}!` : undefined }
}

const json = (answer: ServerResponse, status: number, body: string) =>
  answer.writeHead(status, { 'content-type': 'application/json;odata=minimalmetadata' }).end(body)
