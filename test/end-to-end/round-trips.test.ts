import { beforeAll, expect, test } from 'vitest'
import { minutes, seconds } from '../../shared/core/time.ts'
import { createTableCounters, tableRequests } from '../support/counted-tables.ts'
import { type Reading, startReading } from '../support/reading.ts'
import { type ServiceFixture, startService } from '../support/service.ts'
import { createTableRounds } from '../support/table-rounds.ts'

const rounds = createTableRounds()
let fixture: ServiceFixture
let reading: Reading
/** The paths of an event and of an occurrence of a series. */
let [single, occurrence] = ['', '']

const LIST = '/v1/events?tzid=Etc/UTC'

beforeAll(async () => {
  fixture = await startService({ throughTables: rounds.through })
  reading = await startReading(fixture, { singles: 20, series: 1, occurrences: 20 })
  const { body } = await (await reading.reader()).get(LIST)
  const told = body['events'] as { event_uid: string; recurring: boolean }[]
  const pathOf = (isSeries: boolean) => `/v1/events/${told.find(({ recurring }) => recurring === isSeries)?.event_uid}`
  single = pathOf(false)
  occurrence = pathOf(true)
})

/** How many table requests an answer takes that have to wait for each other. */
const waitsOf = (path: string) =>
  rounds.of(async () => {
    expect((await (await reading.reader()).get(path)).status).toBe(200)
  })

test.each([
  { what: 'the account', path: () => '/v1/account', most: 1 },
  { what: 'a page of events', path: () => LIST, most: 2 },
  { what: 'free and busy', path: () => '/v1/free_busy?tzid=Etc/UTC', most: 2 },
  { what: 'an event', path: () => single, most: 2 },
  { what: 'an occurrence, which its series leads to', path: () => occurrence, most: 3 },
])('reading $what waits for the tables at most $most times', async ({ path, most }) => {
  expect(await waitsOf(path())).toBeLessThanOrEqual(most)
})

test('the key of an account is loaded beside the rows it opens, and not after them', async () => {
  const other = await startReading(fixture, { singles: 1, series: 0 })
  await fixture.clock.advance(minutes(2))
  // What an instance asks once a minute, whoever it is for, is asked by then.
  await (await other.reader()).get('/v1/account')
  expect(await waitsOf('/v1/account')).toBe(1)
})

test('the pull of a changed event waits for the tables three times: state, index, commit', async () => {
  const [event] = [...reading.mailbox.calendar().store.items.values()].filter(({ recurrence }) => !recurrence)
  const change = async (subject: string) => {
    reading.mailbox.patch(event?.id ?? '', { subject })
    await fixture.clock.advance(seconds(1))
    return rounds.of(() => fixture.settle())
  }
  await change('Once')
  expect(await change('Twice')).toBeLessThanOrEqual(3)
})

test('a grant that has ended is answered nothing, though its account is known and asked for ahead', async () => {
  const connection = await reading.reader()
  const ask = async () => {
    Object.assign(fixture.counters, createTableCounters())
    const { status, body } = await connection.get(single)
    return { status, body, requests: tableRequests(fixture.counters) }
  }
  expect(await ask()).toMatchObject({ status: 200 })
  const { body } = await connection.get('/v1/profiles')
  const [profile] = body['profiles'] as { profile_id: string }[]
  await connection.send('POST', `/v1/profiles/${profile?.profile_id}/revoke`, {})
  const refused = await ask()
  expect(refused.status).toBe(401)
  expect(JSON.stringify(refused.body)).not.toContain('event')
  // Whoever goes on asking costs one look at the grant.
  await ask()
  expect(await ask()).toMatchObject({ status: 401, requests: 1 })
})
