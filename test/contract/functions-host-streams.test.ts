import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FunctionsHost, startFunctionsHost } from '../../infra/local/functions-host/start-functions-host.ts'
import { type BuiltApp, buildApp } from '../support/built-app.ts'

const SOURCE = `
app.setup({ enableHttpStream: true })
app.http('echo', { methods: ['POST'], route: 'echo/{name}', handler: async (request) => ({
  headers: { 'x-name': request.params.name, 'x-host': new URL(request.url).host }, cookies: [{ name: 'c', value: '1' }],
  body: request.body }) })
app.http('nothing', { methods: ['GET'], handler: () => undefined })
app.http('throw', { methods: ['POST'], handler: () => { throw new Error('no answer') } })
app.http('read', { methods: ['POST'], handler: async (request) => ({ body: String((await request.text()).length) }) })
app.http('slow', { methods: ['GET'], handler: () => new Promise((resolve) => setTimeout(() => resolve({ body: 'slow' }), 300)) })
app.http('waits', { methods: ['POST'], handler: async (request) => {
  try { await request.text() } catch { process.emit('cut-off') }
} })
app.http('repeat', { methods: ['GET'], handler: (request) => ({ body: request.query.getAll('x').join('|') }) })
app.http('cut', { methods: ['GET'], handler: () => ({ body: (async function* () { yield Buffer.from('begin'); await new Promise((resolve) => setTimeout(resolve, 50)); throw new Error('cut') })() }) })
`

let built: BuiltApp
let host: FunctionsHost
beforeAll(async () => {
  built = await buildApp({ functions: { all: SOURCE } })
  host = await startFunctionsHost({
    appDirectory: built.directory,
    port: 0,
    environment: { FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: '1000000' },
    masterKey: 'k',
    write: () => undefined,
  })
})
afterAll(async () => {
  await host.close()
  await built[Symbol.asyncDispose]()
})

const post = (path: string, body: BodyInit) =>
  fetch(`${host.url}/api/${path}`, { method: 'POST', body, duplex: 'half' } as RequestInit)

/** A request body that the test feeds by hand. */
function openBody() {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  const writer = writable.getWriter()
  return { readable, send: (text: string) => writer.write(Buffer.from(text)), end: () => writer.close() }
}

test('the beginning of an answer arrives while the end of the request is not sent yet', async () => {
  const body = openBody()
  const sent = body.send('first')
  const answer = await post('echo/anna', body.readable)
  await sent
  const reader = answer.body?.getReader()
  const read = async () => Buffer.from((await reader?.read())?.value ?? []).toString()
  expect(await read()).toBe('first')
  await body.send('second')
  expect(await read()).toBe('second')
  await body.end()
  expect((await reader?.read())?.done).toBe(true)
  expect(answer.headers.get('x-name')).toBe('anna')
  expect(answer.headers.get('x-host')).toBe(`127.0.0.1:${host.port}`)
  expect(answer.headers.getSetCookie()).toEqual(['c=1'])
  expect(answer.headers.has('x-ms-invocation-id')).toBe(false)
})

test('repeated query parameters stay apart', async () => {
  expect(await (await fetch(`${host.url}/api/repeat?x=1&x=2`)).text()).toBe('1|2')
})

test('a function that returns nothing answers 204, and one that throws 500', async () => {
  expect((await fetch(`${host.url}/api/nothing`)).status).toBe(204)
  expect((await post('throw', 'body')).status).toBe(500)
})

test('a streamed body over the limit is refused with 413', async () => {
  const chunk = new Uint8Array(100_000)
  const tooLong = new Blob(Array.from({ length: 11 }, () => chunk))
  expect((await post('read', tooLong.stream())).status).toBe(413)
  expect((await post('read', tooLong)).status).toBe(413)
  expect(await (await post('read', tooLong.slice(0, 1_000_000).stream())).text()).toBe('1000000')
})

test('an answer whose body fails half-way is cut off, not ended', async () => {
  const answer = await fetch(`${host.url}/api/cut`)
  await expect(answer.text()).rejects.toThrow()
})

test('a function is told that its caller has gone, also when the answer to an earlier request is still to come', async () => {
  const told = once(process, 'cut-off')
  const socket = connect(host.port, '127.0.0.1')
  socket.write(
    'GET /api/slow HTTP/1.1\r\nHost: x\r\n\r\nPOST /api/waits HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhe',
  )
  setTimeout(() => socket.destroy(), 100)
  await told
})
