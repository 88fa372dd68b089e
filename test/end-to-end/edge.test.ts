import { request as plainRequest } from 'node:http'
import { HttpRequest, type HttpResponseInit, InvocationContext } from '@azure/functions'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { createAppRegistry } from '../../infra/local/functions-host/app-registry.ts'
import { loadApp } from '../../infra/local/functions-host/load-app.ts'
import { addressOf, type HttpFunction, METHODS } from '../support/edge/addresses.ts'
import { startConnected } from '../support/edge/connected.ts'
import { missing, type Seen } from '../support/edge/headers.ts'
import type { RunningSystem } from '../support/system.ts'

const GOOD_ID = 'a'.repeat(22)

let system: RunningSystem
let functions: readonly HttpFunction[]
let token: string

beforeAll(async () => {
  ;({ system, functions, token } = await startConnected())
})

afterAll(() => system.close())

async function send(method: string, path: string, init: RequestInit = {}): Promise<Seen> {
  const answer = await fetch(system.addresses.sync + path, { method, redirect: 'manual', ...init })
  return { method, path, status: answer.status, headers: answer.headers, body: await answer.text() }
}

const faultsOf = (answers: readonly Seen[]) =>
  answers.flatMap((seen) =>
    missing(seen).map((fault) => `${seen.method} ${seen.path} (${seen.status}) lacks: ${fault}`),
  )

test('every address answers every method with the headers that guard a browser', async () => {
  const answers: Seen[] = []
  for (const one of functions)
    for (const method of METHODS) {
      answers.push(await send(method, addressOf(one, GOOD_ID)))
      if (one.template.startsWith('/v1/'))
        answers.push(await send(method, addressOf(one, GOOD_ID), { headers: { authorization: `Bearer ${token}` } }))
    }
  expect(functions.length).toBeGreaterThan(40)
  expect(faultsOf(answers)).toEqual([])
  expect(answers.filter(({ status }) => status >= 500).map(({ method, path }) => `${method} ${path}`)).toEqual([])
})

test('an address or a method that is not there is answered like an error of the API, for pages and OAuth too', async () => {
  const answers = [
    await send('GET', '/oauth/nothing'),
    await send('GET', '/oauth/token'),
    await send('DELETE', '/oauth/authorize'),
    await send('GET', '/.git/config'),
    await send('POST', '/'),
  ]
  expect(faultsOf(answers)).toEqual([])
  expect(answers.map(({ status, headers, body }) => [status, headers.get('allow'), JSON.parse(body).error])).toEqual([
    [404, null, 'NOT_FOUND'],
    [405, 'POST', 'METHOD_NOT_ALLOWED'],
    [405, 'GET, POST', 'METHOD_NOT_ALLOWED'],
    [404, null, 'NOT_FOUND'],
    [404, null, 'NOT_FOUND'],
  ])
})

test('over TLS every function asks browsers for TLS from then on, without TLS none does', async () => {
  const registry = createAppRegistry(() => undefined)
  expect(await loadApp(inject('app'), registry)).toEqual([])
  const loaded = registry.functions.filter(({ metadata }) => Object.values(metadata.bindings).some(isHttp))
  expect(loaded.map(({ metadata }) => metadata.name).sort()).toEqual(functions.map(({ name }) => name).sort())
  for (const { metadata, callback } of loaded) {
    const asked = new HttpRequest({ method: 'GET', url: 'https://sync.example/x', params: {} })
    const context = new InvocationContext({ functionName: metadata.name, logHandler: () => undefined })
    const { headers } = (await callback(asked, context)) as HttpResponseInit
    const said = new Headers(headers as Record<string, string>).get('strict-transport-security')
    expect([metadata.name, said]).toEqual([metadata.name, 'max-age=63072000; includeSubDomains'])
  }
  for (const one of functions)
    expect((await send('GET', addressOf(one, GOOD_ID))).headers.has('strict-transport-security')).toBe(false)
})

const isHttp = ({ type }: { type: string }): boolean => type === 'httpTrigger'

test('TRACE repeats nothing, at any address', async () => {
  for (const one of functions) {
    const { status, body } = await trace(addressOf(one, GOOD_ID))
    expect([one.template, status, body.includes('canary')]).toEqual([one.template, expect.any(Number), false])
    expect(status).toBeGreaterThanOrEqual(400)
  }
})

/** `fetch` refuses to send it. */
const trace = (path: string) =>
  new Promise<{ status: number; body: string }>((resolve, reject) => {
    const headers = { 'x-said': 'canary', cookie: 'said=canary' }
    const sent = plainRequest(`${system.addresses.sync}${path}`, { method: 'TRACE', headers }, async (answer) => {
      const chunks: Buffer[] = []
      for await (const chunk of answer) chunks.push(chunk as Buffer)
      resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString() })
    })
    sent.on('error', reject).end()
  })

const TOO_MUCH = Buffer.alloc(2 * 1024 * 1024, 'x')

test.each([
  ['with its length', 413],
  ['in pieces of unknown number', 411],
])('a body of 2 MiB that comes %s is refused with %i', async (how, refused) => {
  const posts = functions.filter(({ methods }) => methods.includes('POST') && methods.length < METHODS.length)
  const answers: Seen[] = []
  for (const one of posts) {
    const body = how === 'with its length' ? TOO_MUCH : pieces(TOO_MUCH)
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
    answers.push(await send('POST', addressOf(one, GOOD_ID), { headers, body, duplex: 'half' } as RequestInit))
  }
  // Nobody reads a body before it is clear what it is about, nor where none is needed.
  const unread = /^\/v1\/(calendars\/|link_tokens$|profiles\/)/
  const taken = answers.filter(({ path, status }) => status !== refused && !(unread.test(path) && status < 500))
  expect(taken.map(({ path, status }) => `${path} ${status}`)).toEqual([])
  expect(faultsOf(answers)).toEqual([])
})

const pieces = (bytes: Uint8Array): ReadableStream =>
  new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += 65_536) controller.enqueue(bytes.subarray(at, at + 65_536))
      controller.close()
    },
  })

test('a preflight of another origin is refused everywhere', async () => {
  const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' }
  for (const one of functions) {
    const seen = await send('OPTIONS', addressOf(one, GOOD_ID), { headers })
    expect([one.template, seen.status, seen.headers.get('access-control-allow-origin')]).toEqual([
      one.template,
      one.template.includes('*') ? 404 : 405,
      null,
    ])
  }
})

test('cookies are for this host only, and no script and no other site has them', async () => {
  const cookies = (await Promise.all(functions.map((one) => send('GET', addressOf(one, GOOD_ID)))))
    .concat(await send('GET', `/oauth/authorize?${ASKED}`))
    .flatMap(({ headers }) => headers.getSetCookie())
  expect(cookies.length).toBeGreaterThan(0)
  for (const cookie of cookies) expect(cookie).toMatch(/^fas-[\w-]+=[\w.-]*; Path=\/; HttpOnly; SameSite=(Lax|Strict)/)
})

const ASKED = new URLSearchParams({
  ...{ response_type: 'code', client_id: 'sample', redirect_uri: 'http://localhost:8765/callback' },
  ...{ scope: 'read_events', state: 'x', code_challenge_method: 'S256', code_challenge: 'c'.repeat(43) },
})
