import { beforeEach, describe, expect, test } from 'vitest'
import { SAMPLE } from '../../infra/local/settings.ts'
import { SyncError } from '../../shared/core/errors.ts'
import { hours, minutes } from '../../shared/core/time.ts'
import type { Table, Tables } from '../../shared/storage/table.ts'
import { PLANNER } from '../support/authorization.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { pass } from '../support/reading.ts'
import { startService } from '../support/service.ts'
import { startWriting, type Writing } from '../support/writing.ts'

let at: Writing
/** What happens to the next commit to the table of accounts that stores an action. */
let fault: 'none' | 'before' | 'after' | 'forgotten'

beforeEach(async () => {
  fault = 'none'
  at = await startWriting(startService({ throughTables: failing }))
})

/** An instance that dies before or after an action is stored: nobody gets an answer. */
function failing(tables: Tables): Tables {
  const commit = async (table: Table, ...[partition, writes]: Parameters<Table['commit']>) => {
    const now = writes.some(({ rowKey }) => rowKey.startsWith('action.')) ? fault : 'none'
    if (now !== 'none') fault = 'none'
    if (now === 'forgotten') await forgetRequests(table, partition)
    if (now === 'before') throw new SyncError('OUTCOME_UNKNOWN', 'died before')
    const etags = await table.commit(partition, writes)
    if (now === 'after') throw new SyncError('OUTCOME_UNKNOWN', 'died after')
    return etags
  }
  return {
    table(name) {
      const table = tables.table(name)
      return { ...table, commit: (...asked) => commit(table, ...asked) }
    },
  }
}

/** As a visit does once a day, whatever else is under way. */
const forgetRequests = (table: Table, account: string) =>
  table.commit(
    account,
    keptRows().map(({ rowKey }) => ({ kind: 'delete', rowKey })),
  )

const ask = async (body: object, key = 'key-1', method = 'POST', more: object = {}) =>
  at.call({ method, path: await at.path(), body, headers: { 'idempotency-key': key }, ...more })

const subjects = () => at.held().map(({ fields }) => fields['subject'])
const actions = () => at.fixture.tables.rows('accounts').filter(({ rowKey }) => rowKey.startsWith('action.')).length
const keptRows = () => at.fixture.tables.rows('accounts').filter(({ rowKey }) => rowKey.startsWith('request.'))

test('A1: the same key and body get the same action, and nothing is stored a second time', async () => {
  const first = await ask(at.meeting())
  await at.sync()
  const second = await ask(at.meeting())
  expect([first.status, second.status]).toEqual([202, 202])
  expect(second.headers['location']).toBe(first.headers['location'])
  expect(second.headers['idempotent-replayed']).toBe('true')
  expect([actions(), subjects()]).toEqual([1, ['Board meeting']])
})

test.each(['before', 'after'] as const)(
  'A1: an instance that dies %s the action is stored leaves one action, which asking again names',
  async (when) => {
    fault = when
    expect((await ask(at.meeting())).status).toBe(503)
    expect(actions()).toBe(when === 'after' ? 1 : 0)
    const again = await ask(at.meeting())
    expect(again.status).toBe(202)
    expect(actions()).toBe(1)
    // Nobody was there to wake the account: the timer does.
    await pass(at.fixture, minutes(2), minutes(1))
    const state = await at.outcome({ status: 202, body: {}, action: new URL(again.headers['location'] ?? '').pathname })
    expect([state.state, subjects()]).toEqual(['applied', ['Board meeting']])
  },
)

test('A1: fifty at once on two instances are one action', async () => {
  const other = await startService({ beside: at.fixture })
  const path = await at.path()
  const asked = { method: 'POST', path, body: at.meeting(), headers: { 'idempotency-key': 'key-1' } }
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, n) => at.call(asked, n % 2 === 0 ? at.fixture.service : other.service)),
  )
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]))
  expect(new Set(answers.map(({ headers }) => headers['location'])).size).toBe(1)
  expect(actions()).toBe(1)
})

test('A1: a deletion that found nothing is not done by its repetition', async () => {
  const first = await ask({ event_id: 'fa-1' }, 'key-1', 'DELETE')
  await at.upsert(at.meeting())
  const again = await ask({ event_id: 'fa-1' }, 'key-1', 'DELETE')
  await at.sync()
  expect([first.status, again.status, again.headers['location']]).toEqual([202, 202, undefined])
  expect(subjects()).toEqual(['Board meeting'])
})

test('A1: what was refused is not kept: asking again is asking anew', async () => {
  const body = { event_id: 'fa-1', based_on: 'x'.repeat(16), summary: 'Renamed' }
  expect((await ask(body)).status).toBe(404)
  await at.upsert(at.meeting())
  await at.sync()
  expect((await ask(body)).status).toBe(202)
})

describe('A2: the same key', () => {
  test('with another body is refused and changes nothing', async () => {
    await ask(at.meeting())
    const other = await ask(at.meeting({ summary: 'Another' }))
    expect(other.status).toBe(422)
    expect(other.body).toMatchObject({ errors: { 'Idempotency-Key': [{ key: 'errors.unknown_or_used' }] } })
    await at.sync()
    expect(subjects()).toEqual(['Board meeting'])
  })

  test('at another address is refused', async () => {
    await ask({ event_id: 'fa-1' }, 'key-1', 'DELETE')
    const other = await at.call({
      method: 'DELETE',
      path: '/v1/events',
      body: { event_id: 'fa-1' },
      headers: { 'idempotency-key': 'key-1' },
    })
    expect(other.status).toBe(422)
  })

  test('of another integrator is another key', async () => {
    const planner = await at.as(PLANNER)
    await ask(at.meeting())
    const theirs = await planner.call({
      method: 'POST',
      path: await planner.path(),
      body: at.meeting({ summary: 'Theirs' }),
      headers: { 'idempotency-key': 'key-1' },
    })
    expect([theirs.status, theirs.headers['idempotent-replayed']]).toEqual([202, undefined])
    expect(actions()).toBe(2)
  })

  test.each(['', 'x'.repeat(256), 'with space', 'gr\u00f8n'])('is refused when it is "%s"', async (key) => {
    expect((await ask(at.meeting(), key)).status).toBe(422)
    expect(actions()).toBe(0)
  })
})

test('A1: a key that has ended is good again, also where a visit deletes its row at that moment', async () => {
  const first = await ask(at.meeting())
  await at.fixture.clock.advance(hours(25))
  expect(keptRows()).toHaveLength(1)
  fault = 'forgotten'
  at = await at.as(SAMPLE)
  const second = await ask(at.meeting())
  expect([first.status, second.status, fault]).toEqual([202, 202, 'none'])
  expect([actions(), keptRows().length]).toEqual([2, 1])
})

test('a key is forgotten after 24 hours, and its row within two days, without being opened', async () => {
  await ask(at.meeting())
  await pass(at.fixture, hours(23), minutes(60))
  expect((await at.get('/v1/account')).status).toBe(200)
  expect((await ask(at.meeting({ summary: 'Another' }))).status).toBe(422)
  await pass(at.fixture, hours(2), minutes(60))
  expect((await at.get('/v1/account')).status).toBe(200)
  expect((await ask(at.meeting({ summary: 'Another' }))).status).toBe(202)
  await pass(at.fixture, hours(49), minutes(60))
  expect(keptRows()).toEqual([])
})

test('O9: a kept answer is not told to a grant without the scopes it was made with', async () => {
  at.mailbox.create(oneHour('Secret', '2026-11-23'))
  await at.sync()
  const change = { method: 'DELETE', relative_url: await at.path(), data: { event_id: 'never-made' } }
  const batch = { batch: [change, { method: 'GET', relative_url: '/v1/events?tzid=Etc/UTC' }] }
  const call = { method: 'POST', path: '/v1/batch', body: batch, headers: { 'idempotency-key': 'key-1' } }
  expect(JSON.stringify((await at.call(call)).body)).toContain('Secret')
  expect((await (await at.fixture.connect(at.person)).call(call)).headers['idempotent-replayed']).toBe('true')
  const lesser = await at.fixture.connect(at.person, SAMPLE, 'create_event list_calendars')
  const refused = await lesser.call(call)
  expect([refused.status, JSON.stringify(refused.body)]).toEqual([403, expect.not.stringContaining('Secret')])
})

test('a batch that only reads is read again, and nothing of it is kept', async () => {
  const batch = { batch: [1, 2].map(() => ({ method: 'GET', relative_url: '/v1/events?tzid=Etc/UTC' })) }
  const call = { method: 'POST', path: '/v1/batch', body: batch, headers: { 'idempotency-key': 'key-1' } }
  expect(JSON.stringify((await at.call(call)).body)).not.toContain('Secret')
  at.mailbox.create(oneHour('Secret', '2026-11-23'))
  await at.sync()
  const again = await at.call(call)
  expect([again.status, again.headers['idempotent-replayed']]).toEqual([207, undefined])
  expect(JSON.stringify(again.body)).toContain('Secret')
  expect(keptRows()).toEqual([])
})

test('what is kept names neither the key nor the integrator in plain', async () => {
  await ask(at.meeting(), 'canary-key')
  const [row] = keptRows()
  expect(Object.keys(row?.properties ?? {}).sort()).toEqual(['b0', 'expires', 'v'])
  expect(JSON.stringify([row?.rowKey, Buffer.from(row?.properties['b0'] as Uint8Array).toString()])).not.toMatch(
    /canary|sample/,
  )
})
