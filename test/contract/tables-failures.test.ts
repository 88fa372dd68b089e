import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { afterEach, expect, test } from 'vitest'
import { createTables } from '../../shared/storage/azure-tables.ts'
import type { Table, Write } from '../../shared/storage/table.ts'
import { AZURITE_KEY } from '../support/azurite.ts'

let server: Server | undefined
let requests: string[] = []
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
  server = undefined
  requests = []
})

/** A table whose service answers like this, after it has read the request. */
async function tableThatAnswers(answer: RequestListener): Promise<Table> {
  const listening = createServer((request, response) => {
    requests.push(`${request.method} ${request.url?.split('?')[0]}`)
    request.resume().on('end', () => answer(request, response))
  }).listen(0, '127.0.0.1')
  server = listening
  await once(listening, 'listening')
  const address = listening.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return tableAt(`http://127.0.0.1:${port}/account`)
}

const tableAt = (url: string) => createTables({ url, access: { accountKey: AZURITE_KEY } }).table('accounts')

const odataError = (status: number, code: string): RequestListener => {
  const body = JSON.stringify({ 'odata.error': { code, message: { lang: 'en', value: 'said so' } } })
  return (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', 'retry-after': '0' }).end(body)
  }
}

const writes: Write[] = [{ kind: 'insert', rowKey: 'row', properties: {} }]

test.each([
  { status: 500, code: 'InternalError', expected: 'OUTCOME_UNKNOWN' },
  { status: 500, code: 'OperationTimedOut', expected: 'OUTCOME_UNKNOWN' },
  { status: 503, code: 'ServerBusy', expected: 'OUTCOME_UNKNOWN' },
  { status: 408, code: 'RequestTimeout', expected: 'OUTCOME_UNKNOWN' },
  { status: 429, code: 'TooManyRequests', expected: 'STORAGE_UNAVAILABLE' },
  { status: 403, code: 'AuthenticationFailed', expected: 'STORAGE_UNAVAILABLE' },
  { status: 400, code: 'InvalidInput', expected: 'STORAGE_UNAVAILABLE' },
  { status: 409, code: 'TableBeingDeleted', expected: 'STORAGE_UNAVAILABLE' },
  { status: 404, code: 'AccountNotFound', expected: 'STORAGE_UNAVAILABLE' },
  { status: 404, code: 'ResourceNotFound', expected: 'ROW_CHANGED' },
  { status: 412, code: 'UpdateConditionNotSatisfied', expected: 'ROW_CHANGED' },
  { status: 409, code: 'EntityAlreadyExists', expected: 'ROW_EXISTS' },
])(
  'S2: a commit answered with $status $code is sent once and ends as $expected',
  async ({ status, code, expected }) => {
    const table = await tableThatAnswers(odataError(status, code))
    const facts = { table: 'accounts', status, reason: code }
    await expect(table.commit('p', writes)).rejects.toMatchObject({ code: expected, facts })
    expect(requests).toEqual(['POST /account/$batch'])
  },
)

test('S2: a commit whose connection breaks after it was sent has an unknown outcome and is not sent again', async () => {
  const table = await tableThatAnswers((request) => request.socket.destroy())
  await expect(table.commit('p', writes)).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' })
  expect(requests).toHaveLength(1)
})

test('a commit that no service received has certainly written nothing', async () => {
  await expect(tableAt('http://127.0.0.1:1/account').commit('p', writes)).rejects.toMatchObject({
    code: 'STORAGE_UNAVAILABLE',
    facts: { reason: 'ECONNREFUSED' },
  })
})

test('S3: a read that is throttled is tried again', async () => {
  let refusals = 2
  const row = JSON.stringify({ PartitionKey: 'p', RowKey: 'r', 'odata.etag': 'W/"1"', value: 1 })
  const table = await tableThatAnswers((request, response) => {
    refusals -= 1
    if (refusals >= 0) return odataError(503, 'ServerBusy')(request, response)
    response.writeHead(200, { 'content-type': 'application/json' }).end(row)
  })
  expect(await table.get('p', 'r')).toMatchObject({ rowKey: 'r', properties: { value: 1 } })
  expect(requests).toHaveLength(3)
})

test.each([
  { status: 403, code: 'AuthorizationFailure' },
  { status: 404, code: 'AccountNotFound' },
  { status: 400, code: 'InvalidInput' },
])('a read answered with $status $code is a failure and never an absent row', async ({ status, code }) => {
  const table = await tableThatAnswers(odataError(status, code))
  const failure = { code: 'STORAGE_UNAVAILABLE', facts: { table: 'accounts', status, reason: code } }
  await expect(table.get('p', 'r')).rejects.toMatchObject(failure)
  await expect(table.range('p', 'a', 'b')[Symbol.asyncIterator]().next()).rejects.toMatchObject(failure)
})

test('a missing table that may not be made is a failure and never an absent row', async () => {
  const table = await tableThatAnswers((request, response) =>
    request.method === 'GET'
      ? odataError(404, 'TableNotFound')(request, response)
      : odataError(403, 'AuthorizationFailure')(request, response),
  )
  await expect(table.get('p', 'r')).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE', facts: { status: 403 } })
})
