import { beforeEach, describe, expect, test } from 'vitest'
import { BatchRequest, BatchResponse } from '../../shared/api/batch/batch-api.ts'
import { type FailureCode, SyncError } from '../../shared/core/errors.ts'
import type { Tables } from '../../shared/storage/table.ts'
import { createTableCounters, tableRequests } from '../support/counted-tables.ts'
import { beforeCommit } from '../support/failing-tables.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { linesOf } from '../support/reading.ts'
import { startService } from '../support/service.ts'
import { startWriting, type Writing } from '../support/writing.ts'

interface ItemAnswer {
  readonly status: number
  readonly data?: Record<string, unknown>
  readonly location?: string
}

let at: Writing
let path: string
/** How many commits of actions are let through before the store goes away. */
let lives: number
/** What the store says then. */
let death: FailureCode

beforeEach(async () => {
  lives = Number.POSITIVE_INFINITY
  death = 'OUTCOME_UNKNOWN'
  at = await startWriting(startService({ throughTables: dying }))
  path = await at.path()
})

const dying = (tables: Tables): Tables =>
  beforeCommit(tables, (writes) => {
    if (writes.some(({ rowKey }) => rowKey.startsWith('action.')) && lives-- <= 0) throw new SyncError(death, 'died')
  })

async function ask(batch: readonly unknown[], key?: string) {
  const headers = key === undefined ? {} : { 'idempotency-key': key }
  const answer = await at.call({ method: 'POST', path: '/v1/batch', body: { batch }, headers })
  return { ...answer, items: (answer.body as { batch?: ItemAnswer[] } | undefined)?.batch ?? [] }
}

const upsert = (event_id: string, more: object = {}) => ({
  method: 'POST',
  relative_url: path,
  data: at.meeting({ event_id, summary: event_id, ...more }),
})
const remove = (event_id: string) => ({ method: 'DELETE', relative_url: path, data: { event_id } })
const read = (relative_url: string) => ({ method: 'GET', relative_url })

const subjects = () =>
  at
    .held()
    .map(({ fields }) => String(fields['subject']))
    .sort()
const actions = () => at.fixture.tables.rows('accounts').filter(({ rowKey }) => rowKey.startsWith('action.')).length
const stateAt = async (location = '') => (await at.get(new URL(location).pathname)).body['action']

test('each item is answered at its place, with the address of its outcome', async () => {
  const request = { batch: [upsert('a'), upsert('b'), remove('a')] }
  expect(BatchRequest.safeParse(request).success).toBe(true)
  const { status, body, items } = await ask(request.batch)
  expect([status, items.map((item) => item.status)]).toEqual([207, [202, 202, 202]])
  expect(BatchResponse.parse(body)).toEqual(body)
  await at.sync()
  expect(subjects()).toEqual(['b'])
  expect(await stateAt(items[1]?.location)).toMatchObject({ event_id: 'b', state: 'applied' })
})

test('items are accepted in their order, so the last word on an event is the last item', async () => {
  const { items } = await ask([upsert('a'), remove('a'), upsert('a', { summary: 'Last' }), upsert('b')])
  const numbers = items.map(({ location = '' }) => Number.parseInt(/act_(\w+?)_/.exec(location)?.[1] ?? '', 36))
  expect(numbers).toEqual([...numbers].sort((a, b) => a - b))
  await at.sync()
  expect(subjects()).toEqual(['Last', 'b'])
})

test('a bad item gets its own answer, and the others go on', async () => {
  const { status, items } = await ask([
    upsert('a'),
    { method: 'POST', relative_url: path, data: { event_id: 'x' } },
    { method: 'PUT', relative_url: path, data: {} },
    { method: 'POST', relative_url: '/v1/nothing' },
    { method: 'DELETE', relative_url: '/v1/account' },
    { method: 'POST', relative_url: '//evil.example/v1/batch' },
    { method: 'POST', relative_url: '/v1/batch', data: { batch: [upsert('nested')] } },
    'no item',
    null,
    { ...upsert('large'), data: { event_id: 'large', description: 'x'.repeat(70_000) } },
    { method: 'GET', relative_url: '/v1/account', data: { a: 1 } },
    upsert('b'),
  ])
  expect(status).toBe(207)
  expect(items.map((item) => item.status)).toEqual([202, 422, 422, 404, 405, 404, 404, 422, 422, 413, 422, 202])
  expect(items[1]?.data).toMatchObject({ errors: { summary: [{ key: 'errors.required' }] } })
  await at.sync()
  expect(subjects()).toEqual(['a', 'b'])
})

test('reads are answered between the changes before and after them', async () => {
  const events = '/v1/events?tzid=Etc/UTC&include_managed=true'
  const { items } = await ask([read('/v1/account'), upsert('a'), read(events), upsert('b'), read(events)])
  const told = (item?: ItemAnswer) =>
    ((item?.data?.['events'] ?? []) as { event_id: string }[]).map(({ event_id }) => event_id)
  expect(items.map((item) => item.status)).toEqual([200, 202, 200, 202, 200])
  expect(told(items[2])).toEqual(['a'])
  expect(told(items[4]).sort()).toEqual(['a', 'b'])
})

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['no list', { a: 1 }],
  ['an empty list', []],
  ['51 items', Array.from({ length: 51 }, () => ({}))],
])('a batch of %s is refused as a whole', async (_what, batch) => {
  const answer = await at.call({ method: 'POST', path: '/v1/batch', body: { batch } })
  expect(answer.status).toBe(422)
  expect(answer.body).toHaveProperty('errors.batch')
})

test('without a good token nothing is looked at', async () => {
  const headers = { authorization: 'Bearer nobody' }
  const answer = await at.call({ method: 'POST', path: '/v1/batch', body: { batch: [upsert('a')] }, headers })
  expect(answer.status).toBe(401)
})

test('fifty changes ask the tables little more than once each', async () => {
  const costsOf = async (act: () => Promise<unknown>) => {
    Object.assign(at.fixture.counters, createTableCounters())
    await act()
    return tableRequests(at.fixture.counters)
  }
  const one = await costsOf(() => at.send('POST', path, at.meeting({ event_id: 'alone' })))
  const fifty = await costsOf(() => ask(Array.from({ length: 50 }, (_, n) => upsert(`e${n}`))))
  // One of them is the entry of the audit trail.
  expect({ one, fifty }).toEqual({ one: 7, fifty: 56 })
})

describe('A1: a batch with an Idempotency-Key', () => {
  const fifty = () => Array.from({ length: 50 }, (_, n) => upsert(`e${n}`))

  test('is answered the same again, and nothing is done twice', async () => {
    const batch = [upsert('a'), upsert('bad', { summary: undefined }), upsert('b')]
    const first = await ask(batch, 'key')
    const again = await ask(batch, 'key')
    expect(again.items).toEqual(first.items)
    expect(again.headers['idempotent-replayed']).toBe('true')
    expect(actions()).toBe(2)
  })

  test.each([0, 1])('that ended after %d commits goes on where it ended', async (commits) => {
    lives = commits
    const cut = await ask(fifty(), 'key')
    expect(cut.items.some(({ status }) => status === 503)).toBe(true)
    expect(cut.headers['retry-after']).toBeDefined()
    // Nobody has to look: it is asked again.
    const lines = linesOf(at.fixture, 'request-failed')
    expect(new Set(lines.map(({ level }) => level))).toEqual(new Set(['warn']))
    const before = actions()
    lives = Number.POSITIVE_INFINITY
    const { items } = await ask(fifty(), 'key')
    expect(new Set(items.map(({ status }) => status))).toEqual(new Set([202]))
    expect(before).toBe(commits * 49)
    expect([actions(), new Set(items.map(({ location }) => location)).size]).toEqual([50, 50])
    expect((await ask(fifty(), 'key')).items).toEqual(items)
  })

  test.each<[number, FailureCode]>([
    [500, 'INTERNAL'],
    [502, 'MICROSOFT_REFUSED'],
    [423, 'RECONNECT_REQUIRED'],
  ])('is asked anew after an item of it was answered with %d', async (status, code) => {
    const batch = [upsert('a'), read('/v1/account'), upsert('b')]
    ;[lives, death] = [1, code]
    const cut = await ask(batch, 'key')
    expect(cut.items.map((item) => item.status)).toEqual([202, 200, status])
    const lines = linesOf(at.fixture, 'request-failed')
    expect(lines.map(({ level }) => level)).toEqual(status < 500 ? [] : [status === 500 ? 'error' : 'warn'])
    lives = Number.POSITIVE_INFINITY
    const again = await ask(batch, 'key')
    expect(again.items.map((item) => item.status)).toEqual([202, 200, 202])
    expect([again.items[0]?.location, actions()]).toEqual([cut.items[0]?.location, 2])
    expect((await ask(batch, 'key')).headers['idempotent-replayed']).toBe('true')
  })

  test('A2: is refused with another body, also when it was cut short', async () => {
    lives = 1
    await ask(fifty(), 'key')
    lives = Number.POSITIVE_INFINITY
    expect((await ask([upsert('other')], 'key')).status).toBe(422)
    expect(actions()).toBe(49)
  })

  test('twice at once on two instances is done once', async () => {
    const other = await startService({ beside: at.fixture })
    const asked = {
      method: 'POST',
      path: '/v1/batch',
      body: { batch: [upsert('a'), upsert('b')] },
      headers: { 'idempotency-key': 'key' },
    }
    const answers = await Promise.all([at.call(asked), at.call(asked, other.service)])
    expect(answers.map(({ status }) => status).filter((status) => ![207, 409].includes(status))).toEqual([])
    expect(actions()).toBe(2)
    const again = await ask([upsert('a'), upsert('b')], 'key')
    expect(again.items.map(({ status }) => status)).toEqual([202, 202])
    expect(actions()).toBe(2)
  })
})

test('nothing more is read once the answers are large, and changes are accepted all the same', async () => {
  const body = { contentType: 'text', content: 'x'.repeat(32 * 1024) }
  for (let day = 0; day < 150; day++) at.mailbox.create({ ...oneHour(`Long ${day}`, '2026-11-23'), body })
  await at.sync()
  const all = read('/v1/events?tzid=Etc/UTC')
  const { status, items } = await ask([all, all, upsert('fa-1'), read('/v1/account')])
  expect([status, items.map((item) => item.status)]).toEqual([207, [200, 413, 202, 413]])
  expect(items[1]?.data).toMatchObject({ error: 'BATCH_TOO_LARGE' })
})
