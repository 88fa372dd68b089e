import { beforeEach, describe, expect, test } from 'vitest'
import { FailureBody, ProblemsBody } from '../../shared/api/failure.ts'
import { SyncError } from '../../shared/core/errors.ts'
import type { Tables } from '../../shared/storage/table.ts'
import type { Call } from '../support/api.ts'
import { beforeCommit } from '../support/failing-tables.ts'
import { startService } from '../support/service.ts'
import { startWriting, type Writing } from '../support/writing.ts'

let at: Writing
let path: string
let isAway: boolean
let isDead: boolean

beforeEach(async () => {
  isAway = false
  isDead = false
  at = await startWriting(
    startService({
      throughTables: sometimes,
      throughEntra: (entra) => ({
        ...entra,
        async accessToken(...asked) {
          if (isDead) throw new SyncError('RECONNECT_REQUIRED', 'consent was withdrawn')
          return entra.accessToken(...asked)
        },
      }),
    }),
  )
  path = await at.path()
})

const sometimes = (tables: Tables): Tables =>
  beforeCommit(tables, (_, table) => {
    if (isAway && table === 'accounts') throw new SyncError('STORAGE_UNAVAILABLE', 'AccountKey=canary')
  })

const text = { 'content-type': 'text/xml' }
const form = { 'content-type': 'application/x-www-form-urlencoded' }

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)

test.each<[string, () => Call]>([
  ['/v1/availability', () => ({ path: '/v1/availability' })],
  ['/v1/batch', () => ({ path: '/v1/batch' })],
  ['/v1/calendars', () => ({ path: '/v1/calendars' })],
  ['/v1/channels', () => ({ path: '/v1/channels' })],
  ['/v1/permissions', () => ({ path: '/v1/permissions' })],
  ['an upsert', () => ({ path })],
  ['an answer', () => ({ path: `${path}/evt_external_${'k'.repeat(22)}/participation_status` })],
  ['a deletion', () => ({ path, method: 'DELETE' })],
  ['a deletion of many', () => ({ path: '/v1/events', method: 'DELETE' })],
])('a body that is nested too deeply is refused by %s', async (_what, call) => {
  const body = `{"event_id":"x","data":${nested(30_000)}}`
  const answer = await at.call({ method: 'POST', ...call(), body })
  expect([answer.status, FailureBody.parse(answer.body).error]).toEqual([400, 'REQUEST_INVALID'])
})

test('a batch item is as deep as a body may be, and what is deeper overflows no stack', async () => {
  const asked = (depth: number) => {
    const item = `{"method":"POST","relative_url":"${path}","data":{"event_id":"x","deep":${nested(depth)}}}`
    return at.call({ method: 'POST', path: '/v1/batch', body: `{"batch":[${item}]}` })
  }
  expect((await asked(96)).status).toBe(207)
  expect((await asked(97)).status).toBe(400)
  expect((await asked(400_000)).status).toBe(400)
})

test.each<[string, number, () => Call]>([
  ['no token', 401, () => ({ path: '/v1/account', headers: { authorization: '' } })],
  ['a bad token', 401, () => ({ path: '/v1/account', headers: { authorization: 'Bearer x' } })],
  ['an unknown address', 404, () => ({ path: '/v1/nothing' })],
  [
    'a calendar of nobody',
    404,
    () => ({ method: 'DELETE', path: path.replace(/cal_../, 'cal_xx'), body: { event_id: 'x' } }),
  ],
  ['a wrong method', 405, () => ({ method: 'PUT', path, body: {} })],
  ['a body that is XML', 415, () => ({ method: 'POST', path, body: '<event/>', headers: text })],
  ['a body that is no JSON', 400, () => ({ method: 'POST', path, body: '{"event_id":' })],
  ['a body that is too large', 413, () => ({ method: 'POST', path, body: { description: 'x'.repeat(70_000) } })],
  ['a field that is missing', 422, () => ({ method: 'POST', path, body: { event_id: 'x' } })],
  ['a form with a bad field', 422, () => ({ method: 'POST', path, body: 'event_id=x&summary=y', headers: form })],
])('%s is answered %d with a JSON body that names the request', async (_what, status, call) => {
  const answer = await at.call(call())
  expect(answer.status).toBe(status)
  const schema = status === 422 ? ProblemsBody : FailureBody
  expect(schema.parse(answer.body)).toEqual(answer.body)
  expect(answer.body).toMatchObject({ request_id: 'request-1' })
})

test('who sends no good token is told which kind is wanted, and whether it was the token', async () => {
  const none = await at.call({ path: '/v1/account', headers: { authorization: '' } })
  const bad = await at.call({ path: '/v1/account', headers: { authorization: 'Bearer x' } })
  expect(none.headers['www-authenticate']).toBe('Bearer realm="Microsoft 365 Sync"')
  expect(bad.headers['www-authenticate']).toContain('error="invalid_token"')
})

test('a wrong method is told which methods there are', async () => {
  expect((await at.call({ method: 'PUT', path, body: {} })).headers['allow']).toBe('POST, DELETE')
})

test.each(['application/json; charset=utf-8', 'application/vnd.api+json', 'text/plain;charset=UTF-8', ''])(
  'a JSON body is read when it says to be "%s"',
  async (type) => {
    const body = JSON.stringify(at.meeting())
    expect((await at.call({ method: 'POST', path, body, headers: { 'content-type': type } })).status).toBe(202)
  },
)

test('a change is taken from a form too', async () => {
  const body = new URLSearchParams(at.meeting() as Record<string, string>).toString()
  expect((await at.call({ method: 'POST', path, body, headers: form })).status).toBe(202)
  await at.sync()
  expect(at.find('Board meeting')).toBeDefined()
})

test('a store that is away is 503 with Retry-After, and says nothing of itself', async () => {
  isAway = true
  const answer = await at.call({ method: 'POST', path, body: at.meeting() })
  expect([answer.status, answer.headers['retry-after']]).toEqual([503, '10'])
  expect(JSON.stringify(answer)).not.toContain('canary')
})

describe('when the person has to connect again', () => {
  beforeEach(async () => {
    await at.upsert(at.meeting())
    isDead = true
    await at.sync()
  })

  test('a change is refused with 423, a batch of them item by item', async () => {
    const change = { method: 'POST', path, body: at.meeting({ event_id: 'fa-2' }) }
    const answer = await at.call(change)
    expect(answer).toMatchObject({ status: 423, body: { error: 'RECONNECT_REQUIRED' } })
    expect((await at.call({ method: 'DELETE', path: '/v1/events', body: { delete_all: true } })).status).toBe(423)
    const batch = [{ method: 'POST', relative_url: path, data: change.body }]
    const items = await at.call({ method: 'POST', path: '/v1/batch', body: { batch } })
    expect(items.body).toMatchObject({ batch: [{ status: 423 }] })
  })

  test('what was read before is still told', async () => {
    expect((await at.call({ path: '/v1/events?tzid=Etc/UTC' })).status).toBe(200)
    expect((await at.call({ path: '/v1/userinfo' })).status).toBe(200)
  })
})
