import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { findRoute, OTHER_ROUTES, ROUTES } from '../../../shared/api/routes.ts'
import { answerUnknown } from '../../../shared/api/unknown-address.ts'

/** The addresses and methods that the functions register. */
function registered(): Record<string, string[]> {
  const routes: Record<string, string[]> = {}
  for (const file of readdirSync('functions')) {
    const text = readFileSync(`functions/${file}`, 'utf8')
    const [, route = ''] = /route: '([^'*]+)'/.exec(text) ?? []
    const [, methods = ''] = /methods: \[([^\]]+)\]/.exec(text) ?? []
    if (route !== '') routes[route] = [...(routes[route] ?? []), ...methods.split(', ').map((one) => one.slice(1, -1))]
  }
  return routes
}

const sorted = (routes: Readonly<Record<string, readonly string[]>>) =>
  Object.entries(routes)
    .map(([route, methods]) => `${route} ${[...methods].sort().join()}`)
    .sort()

test('the list of addresses is what the functions register', () => {
  expect(sorted({ ...ROUTES, ...OTHER_ROUTES })).toEqual(sorted(registered()))
})

test.each([
  ['/v1/events', 'v1/events', {}],
  ['/V1/Events/', 'v1/events', {}],
  ['/v1/events/pages/a.b-c', 'v1/events/pages/{token}', { token: 'a.b-c' }],
  ['/v1/calendars/c%20%C3%A6/events', 'v1/calendars/{calendar_id}/events', { calendar_id: 'c æ' }],
  ['/v1/actions/%E0%A4%A', 'v1/actions/{id}', { id: '%E0%A4%A' }],
])('%s is the route %s', (path, template, params) => {
  expect(findRoute(path)).toMatchObject({ template, params })
})

test.each([
  ['POST', '/health', 'GET'],
  ['GET', '/oauth/token', 'POST'],
  ['DELETE', '/oauth/authorize', 'GET, POST'],
  ['PUT', '/graph/notifications', 'POST'],
])('%s %s is told which methods are right', async (method, path, allow) => {
  const url = new URL(path, 'https://sync.example')
  const error = { code: 'METHOD_NOT_ALLOWED', facts: { allow } }
  await expect(answerUnknown({ method, url, requestId: '' })).rejects.toMatchObject(error)
})

test.each([
  '/',
  '/v1',
  '/v1/nothing',
  '/oauth',
  '/oauth/nothing',
  '/.env',
  '/v1/events/pages/a/b',
  '/v1/calendars//events',
  '/v1/constructor',
  '/v1/__proto__',
])('%s is no address', async (path) => {
  const url = new URL(path, 'https://sync.example')
  expect(findRoute(path)).toBeUndefined()
  await expect(answerUnknown({ method: 'GET', url, requestId: '' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('a wrong method is told which ones are right', async () => {
  const url = new URL('https://sync.example/v1/calendars/cal_x/events')
  const error = { code: 'METHOD_NOT_ALLOWED', facts: { allow: 'POST, DELETE' } }
  await expect(answerUnknown({ method: 'PATCH', url, requestId: '' })).rejects.toMatchObject(error)
})
