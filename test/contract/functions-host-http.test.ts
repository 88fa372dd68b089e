import { request as sendRequest } from 'node:http'
import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FunctionsHost, startFunctionsHost } from '../../infra/local/functions-host/start-functions-host.ts'
import { type BuiltApp, buildApp } from '../support/built-app.ts'

const MASTER_KEY = 'the-key-of-this-test'
const lines: string[] = []
let built: BuiltApp
let host: FunctionsHost

beforeAll(async () => {
  built = await buildApp({
    host: { extensions: { http: { routePrefix: '' } } },
    functions: {
      'show-request': `app.http('show-request', { methods: ['GET', 'POST', 'PUT'], route: 'show/{first}/{second?}', handler: async (request) => ({
        jsonBody: { method: request.method, url: request.url, params: request.params, query: [...request.query], header: request.headers.get('x-many'), body: await request.text() } }) })`,
      literal: `app.http('literal', { methods: ['GET'], route: 'show/literal', handler: () => ({ body: 'literal' }) })`,
      number: `app.http('number', { methods: ['GET'], route: 'show/{n:int}/x', handler: () => ({ body: 'number' }) })`,
      'a-wide': `app.http('a-wide', { methods: ['GET'], route: 'wide/{any}', handler: () => ({ body: 'wide' }) })`,
      'b-narrow': `app.http('b-narrow', { methods: ['GET'], route: 'wide/one', handler: () => ({ body: 'narrow' }) })`,
      wildcard: `app.http('wildcard', { methods: ['GET'], route: 'files/{*path}', handler: (request) => ({ body: String(request.params.path) }) })`,
      answers: `app.http('answers', { methods: ['GET'], handler: (request, context) => {
        const kind = request.query.get('kind')
        if (kind === 'throw') throw new Error('a bug of the function')
        if (kind === 'nothing') return undefined
        context.log('a line', { of: 'the app' })
        return { status: 418, headers: { 'x-answer': 'yes' }, body: new Uint8Array([1, 2, 255]), cookies: [
          { name: '__Host-one', value: 'a', secure: true, httpOnly: true, path: '/', sameSite: 'Lax' }, { name: 'two', value: 'b c', maxAge: 60 }] }
      } })`,
      slow: `app.http('slow', { methods: ['GET'], handler: () => new Promise((resolve) => setTimeout(() => resolve({ body: 'slow' }), 300)) })`,
      keyed: `app.http('keyed', { methods: ['GET'], authLevel: 'function', handler: () => ({ body: 'open' }) })`,
      setting: `app.http('setting', { methods: ['GET'], handler: () => ({ body: process.env.A_SETTING }) })`,
      broken: `app.http('registered-before', { methods: ['GET'], handler: () => ({ body: 'still here' }) })\nthrow new Error('cannot load')`,
      'other-binding': `app.storageQueue('other-binding', { queueName: 'q', connection: 'c', handler: () => undefined })`,
    },
  })
  host = await startFunctionsHost({
    appDirectory: built.directory,
    port: 0,
    environment: { A_SETTING: 'from the environment', FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: '100000' },
    masterKey: MASTER_KEY,
    write: (line) => lines.push(line),
  })
})
afterAll(async () => {
  await host.close()
  await built[Symbol.asyncDispose]()
})

const get = (path: string, init?: RequestInit) => fetch(`${host.url}${path}`, init)
const text = async (path: string, init?: RequestInit) => (await get(path, init)).text()

test('a request reaches its function with method, route parameters, query, headers and body', async () => {
  const answer = await get('/show/a%20b%2Fc/d?x=1&x=2&y=%C3%A6', {
    method: 'PUT',
    body: 'påske',
    headers: { 'x-many': 'one' },
  })
  expect(await answer.json()).toEqual({
    method: 'PUT',
    url: `${host.url}/show/a%20b%2Fc/d?x=1&x=2&y=%C3%A6`,
    params: { first: 'a b%2Fc', second: 'd' },
    query: [
      ['x', '1,2'],
      ['y', 'æ'],
    ],
    header: 'one',
    body: 'påske',
  })
})

test('an optional route parameter may be left out', async () => {
  expect(JSON.parse(await text('/show/only')).params).toEqual({ first: 'only' })
})

test.each([
  ['/show/literal', 'literal'],
  ['/SHOW/Literal/', 'literal'],
  ['/show/12/x', 'number'],
  ['/files/a/b/c.txt', 'a/b/c.txt'],
  ['/files', 'undefined'],
  ['/wide/one', 'wide'],
])('%s is taken by the first of the routes in the order of their functions’ names', async (path, expected) => {
  expect(await text(path)).toBe(expected)
})

test('an unknown path and a method that no route takes are both not found', async () => {
  expect((await get('/nothing')).status).toBe(404)
  expect((await get('/show/literal', { method: 'DELETE' })).status).toBe(404)
  expect((await get('/show/a/b/c')).status).toBe(404)
})

test('a GET with a body runs, and the library drops the body as it does in the cloud', async () => {
  const body = await new Promise<string>((resolve, reject) => {
    const request = sendRequest(
      `${host.url}/show/a`,
      { method: 'GET', headers: { 'content-length': 4 } },
      (response) => {
        response.setEncoding('utf8').on('data', resolve)
      },
    )
    request.on('error', reject).end('body')
  })
  expect(JSON.parse(body)).toMatchObject({ method: 'GET', body: '' })
})

test('status, headers, bytes and cookies of the answer arrive as the function gave them', async () => {
  const answer = await get('/answers')
  expect(answer.status).toBe(418)
  expect(answer.headers.get('x-answer')).toBe('yes')
  expect(answer.headers.getSetCookie()).toEqual([
    '__Host-one=a; Path=/; HttpOnly; Secure; SameSite=Lax',
    'two=b%20c; Max-Age=60',
  ])
  expect(new Uint8Array(await answer.arrayBuffer())).toEqual(new Uint8Array([1, 2, 255]))
})

test('lines that the app logs appear as they are', async () => {
  await get('/answers')
  expect(lines).toContain("a line { of: 'the app' }")
})

test('a function that throws answers 500 and tells the caller nothing', async () => {
  const answer = await get('/answers?kind=throw')
  expect([answer.status, await answer.text()]).toEqual([500, ''])
  expect(lines.findLast((line) => line.includes('function-failed'))).toContain('a bug of the function')
})

test('a function that returns nothing answers 204', async () => {
  expect((await get('/answers?kind=nothing')).status).toBe(204)
})

test.each([
  [{}, 401],
  [{ 'x-functions-key': 'wrong' }, 401],
  [{ 'x-functions-key': MASTER_KEY }, 200],
])('a function that wants a key, asked with the headers %j, answers %i', async (headers, status) => {
  expect((await get('/keyed', { headers })).status).toBe(status)
})

test('the key may be given in the query', async () => {
  expect(await text(`/keyed?code=${MASTER_KEY}`)).toBe('open')
})

test('a body over the limit is refused with 413, and one without its length is not handed over', async () => {
  const long = 'x'.repeat(100_001)
  expect((await get('/show/a', { method: 'POST', body: long })).status).toBe(413)
  const pieces = { method: 'POST', body: new Blob([long]).stream(), duplex: 'half' as const }
  expect(await (await get('/show/a', pieces)).json()).toMatchObject({ body: '' })
  expect((await get('/show/a', { method: 'POST', body: long.slice(1) })).status).toBe(200)
})

test('settings of the app are in its process environment', async () => {
  expect(await text('/setting')).toBe('from the environment')
})

test('a file that throws and a binding that is unknown are reported by name, and the others are served', async () => {
  expect(host.failures).toEqual([
    { source: 'dist/functions/broken.js', reason: expect.stringContaining('cannot load') },
    { source: 'other-binding', reason: expect.stringContaining('queueTrigger') },
  ])
  expect(await text('/registered-before')).toBe('still here')
})

test('the line functions-ready lists what is served and what is not', () => {
  const ready = JSON.parse(lines.find((line) => line.includes('functions-ready')) ?? '{}')
  expect(ready.functions).toContainEqual({ name: 'literal', methods: ['GET'], url: `${host.url}/show/literal` })
  expect(ready.failures).toHaveLength(2)
})

test('a caller that goes while its second request waits for the answer to the first is no failure', async () => {
  const socket = connect(host.port, '127.0.0.1')
  socket.write('GET /slow HTTP/1.1\r\nHost: x\r\n\r\nPUT /show/a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhe')
  await new Promise((resolve) => setTimeout(resolve, 100))
  socket.destroy()
  expect(await text('/slow')).toBe('slow')
  expect(lines.filter((line) => line.includes('answer-failed'))).toEqual([])
})
