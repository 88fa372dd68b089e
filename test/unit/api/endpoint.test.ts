import { HttpRequest, type HttpResponseInit, InvocationContext } from '@azure/functions'
import { expect, test } from 'vitest'
import { endpoint } from '../../../shared/api/endpoint.ts'
import { type FailureAnswer, oauthFailure, ValidationError } from '../../../shared/api/failure.ts'
import type { Handler } from '../../../shared/api/handler.ts'
import { failurePage } from '../../../shared/api/oauth/failure-page.ts'
import { bodyJson, bodyParams } from '../../../shared/api/request.ts'
import { json } from '../../../shared/api/response.ts'
import { SyncError } from '../../../shared/core/errors.ts'
import { runWithin } from '../../../shared/core/running.ts'
import { oauthError } from '../../../shared/integrators/oauth-errors.ts'

interface Call {
  readonly handler: Handler
  readonly failure?: FailureAnswer
  readonly url?: string
  readonly headers?: Record<string, string>
  readonly body?: string | Uint8Array<ArrayBuffer>
}

/** Calls a handler the way the Functions host does. */
async function call({ handler, failure, url = 'https://sync.example/x', headers = {}, body }: Call) {
  const logged: string[] = []
  const logHandler = (_level: string, ...parts: unknown[]) => logged.push(parts.join(' '))
  const context = new InvocationContext({ invocationId: 'call-1', functionName: 'x', logHandler })
  const request = new HttpRequest({
    method: 'POST',
    url,
    headers,
    ...(body !== undefined && { body: { bytes: Buffer.from(body) } }),
  })
  const answer = await runWithin({ depth: 0, write: (line) => context.log(line) }, () =>
    endpoint(handler, failure)(request, context),
  )
  const { status, headers: answered, body: text } = answer as HttpResponseInit
  return { status, headers: answered as Record<string, string>, body: String(text), logged }
}

const fail =
  (error: unknown): Handler =>
  () =>
    Promise.reject(error)
const echo: Handler = async (request) => json(200, Object.fromEntries(await bodyParams(request, 100)))
const JSON_TYPE = { 'content-type': 'application/json' }

test('every answer carries the request id and the headers that keep browsers from guessing', async () => {
  const { headers } = await call({ handler: async () => json(200, {}) })
  expect(headers).toMatchObject({
    'x-request-id': 'call-1',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    'content-security-policy':
      "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox",
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'strict-transport-security': expect.stringContaining('max-age=63072000'),
  })
})

test('strict transport security is not claimed where there is no TLS', async () => {
  const { headers } = await call({ handler: async () => json(200, {}), url: 'http://localhost:7071/x' })
  expect(headers).not.toHaveProperty('strict-transport-security')
})

test.each([
  { name: 'the integrator API', failure: undefined, body: '{"error":"INTERNAL","request_id":"call-1"}' },
  { name: 'the OAuth endpoints', failure: oauthFailure, body: JSON.stringify(oauthError('server_error')) },
  { name: 'pages', failure: failurePage, body: expect.stringContaining('Something went wrong on our side') },
])('O8 leak: what a failing store says stays inside ($name)', async ({ failure, body }) => {
  const broken = fail(new Error('AccountKey=canary-secret'))
  const answer = await call({ handler: broken, ...(failure && { failure }) })
  expect(answer).toMatchObject({ status: 500, body })
  expect(JSON.stringify(answer)).not.toContain('canary-secret')
  expect(answer.logged.join()).toContain('"code":"INTERNAL"')
})

test('a failure answers with the status and the code it has in the table, and with how long to wait', async () => {
  const error = new SyncError('MICROSOFT_THROTTLED', 'canary', { retryAfterMs: 1500 })
  const answer = await call({ handler: fail(error) })
  expect(answer).toMatchObject({ status: 503, body: '{"error":"MICROSOFT_THROTTLED","request_id":"call-1"}' })
  expect(answer.headers['retry-after']).toBe('2')
})

test('invalid fields are answered with 422 and what is wrong with each', async () => {
  const errors = { summary: [{ key: 'errors.required', description: 'summary must be specified' }] }
  const { status, body } = await call({ handler: fail(new ValidationError(errors)) })
  expect([status, JSON.parse(body)]).toEqual([422, { errors, request_id: 'call-1' }])
})

test.each([
  { presented: true, expected: 'Bearer realm="Microsoft 365 Sync", error="invalid_token"' },
  { presented: false, expected: 'Bearer realm="Microsoft 365 Sync"' },
])('401 says how to authenticate (token presented: $presented)', async ({ presented, expected }) => {
  const { status, headers } = await call({
    handler: fail(new SyncError('UNAUTHENTICATED', '', { facts: { presented } })),
  })
  expect([status, headers['www-authenticate']]).toEqual([401, expected])
})

test.each([
  ['a form', 'application/x-www-form-urlencoded', 'a=1&b=2'],
  ['a form with a charset', 'application/x-www-form-urlencoded; charset=utf-8', 'a=1&b=2'],
  ['JSON', 'application/json', '{"a":"1","b":"2","c":null}'],
  ['JSON with a number and another value', 'application/json', '{"a":1,"b":"2"}'],
  ['JSON with quotes inside', 'application/json', '{"a":"1","b":"2"}'],
])('%s becomes parameters', async (_, type, body) => {
  const answer = await call({ handler: echo, headers: { 'content-type': type }, body })
  expect(JSON.parse(answer.body)).toEqual({ a: '1', b: '2' })
})

test.each([
  ['a repeated field in a form', 'application/x-www-form-urlencoded', 'a=1&a=2'],
  ['an array in a form', 'application/x-www-form-urlencoded', 'a[]=1'],
  ['a repeated field in JSON', 'application/json', '{"a":"1","a":"2"}'],
  ['a repeated field in JSON, hidden by an escape', 'application/json', '{"a":"1","\\u0061":"2"}'],
  ['a repeated field in JSON, once null', 'application/json', '{"a":"1","a":null}'],
  ['an array in JSON', 'application/json', '{"a":["1"]}'],
  ['an object in JSON', 'application/json', '{"a":{"b":"1"}}'],
  ['a repeated field in JSON, once a number', 'application/json', '{"a":"1","a":1}'],
  ['a JSON array', 'application/json', '["a"]'],
  ['broken JSON', 'application/json', '{"a"'],
  ['another type', 'text/plain', 'a=1'],
  ['no type', '', 'a=1'],
])('O7 HPP: %s is refused', async (_, type, body) => {
  const answer = await call({ handler: echo, failure: oauthFailure, headers: { 'content-type': type }, body })
  expect(answer).toMatchObject({ status: 400, body: JSON.stringify(oauthError('invalid_request')) })
})

test('a body that comes in pieces of unknown number is refused with a sentence that says what to send', async () => {
  const headers = { ...JSON_TYPE, 'transfer-encoding': 'chunked' }
  for (const failure of [oauthFailure, undefined]) {
    const { status, body } = await call({ handler: echo, ...(failure && { failure }), headers, body: '{}' })
    expect([status, body]).toEqual([411, expect.stringContaining('Content-Length')])
  }
})

test('a field named __proto__ is a field like any other', async () => {
  const handler: Handler = async (request) => json(200, [...(await bodyParams(request, 100))])
  const { body } = await call({ handler, headers: JSON_TYPE, body: '{"__proto__":"x"}' })
  expect(JSON.parse(body)).toEqual([['__proto__', 'x']])
})

test('W8: a body above the limit is refused with 413, whatever length it claims', async () => {
  const handler: Handler = async (request) => json(200, await bodyJson(request, 100))
  const body = JSON.stringify({ a: 'x'.repeat(100) })
  expect((await call({ handler, headers: JSON_TYPE, body })).status).toBe(413)
  expect((await call({ handler, headers: { ...JSON_TYPE, 'content-length': '5' }, body })).status).toBe(413)
})

test('a body that is not UTF-8 is refused', async () => {
  const handler: Handler = async (request) => json(200, await bodyJson(request, 100))
  expect((await call({ handler, headers: JSON_TYPE, body: Uint8Array.of(34, 255, 34) })).status).toBe(400)
})

test('the client address is the one the front end saw, not one the sender wrote', async () => {
  const handler: Handler = async ({ clientAddress }) => json(200, clientAddress)
  const headers = { 'x-forwarded-for': '1.1.1.1, 203.0.113.7:51234' }
  expect((await call({ handler, headers })).body).toBe('"203.0.113.7"')
})

async function* partsOf(...texts: (string | Error)[]): AsyncGenerator<string> {
  for (const text of texts) {
    if (text instanceof Error) throw text
    yield text
  }
}

/** What the library makes of an answer's body. */
async function sent(handler: Handler) {
  const context = new InvocationContext({ invocationId: 'call-1', functionName: 'x', logHandler: () => undefined })
  const request = new HttpRequest({ method: 'GET', url: 'https://sync.example/x' })
  const { status, body } = (await endpoint(handler)(request, context)) as HttpResponseInit
  return { status, text: await new Response(body as BodyInit).text() }
}

test('a body that is made in parts is sent whole', async () => {
  const answer = await sent(async () => ({ ...json(200, ''), parts: partsOf('one, ', '', 'zwei, ', 'tré') }))
  expect(answer).toEqual({ status: 200, text: 'one, zwei, tré' })
})

test('a body that fails half-way is a failure, and no shorter body', async () => {
  const failing = new SyncError('STORAGE_UNAVAILABLE', 'canary')
  const answer = await sent(async () => ({ ...json(200, ''), parts: partsOf('one, ', failing) }))
  expect(answer.status).toBe(503)
  expect(answer.text).not.toContain('one')
})
