import { expect, test } from 'vitest'
import { orderFaults } from '../support/faults.ts'
import { type GraphFixture, graphFixture, oneHour } from '../support/graph-stand-in.ts'

const WINDOW = 'startDateTime=2026-11-01T00:00:00Z&endDateTime=2026-12-01T00:00:00Z'

async function answer(response: Response) {
  const { error } = (await response.json()) as { error?: { code: string; message: string } }
  return { status: response.status, code: error?.code, retryAfter: response.headers.get('retry-after') }
}

async function statuses({ call }: GraphFixture, count: number, path = '/me/events'): Promise<number[]> {
  const all: number[] = []
  for (let number = 0; number < count; number += 1) all.push((await call('GET', path)).status)
  return all
}

test('an answer with a probability is given to about that share of the requests', async () => {
  const fixture = graphFixture()
  orderFaults(fixture.faults, { seed: 1, answers: [{ status: 503, probability: 0.3 }] })
  const failed = (await statuses(fixture, 400)).filter((status) => status === 503).length
  expect(failed).toBeGreaterThan(90)
  expect(failed).toBeLessThan(150)
})

test('the same seed gives the same sequence of answers, and another seed another one', async () => {
  const fixture = graphFixture()
  const answers = [
    { status: 429, probability: 0.2 },
    { status: 504, probability: 0.2 },
  ]
  const sequence = async (seed: number) => {
    orderFaults(fixture.faults, { seed, answers })
    return statuses(fixture, 40)
  }
  const first = await sequence(1)
  expect(new Set(first)).toEqual(new Set([200, 429, 504]))
  expect(await sequence(2)).not.toEqual(first)
  expect(await sequence(1)).toEqual(first)
})

test('a fault does not change when another one happens', async () => {
  const fixture = graphFixture()
  const answers = [{ status: 503, probability: 0.3, method: 'GET' }]
  orderFaults(fixture.faults, { seed: 5, answers })
  const alone = await statuses(fixture, 30)
  orderFaults(fixture.faults, { seed: 5, answers, versionAfterWrite: 0.5, notifications: { drop: 0.5 } })
  const mixed: number[] = []
  for (let number = 0; number < 30; number += 1) {
    await fixture.call('POST', '/me/events', oneHour(`${number}`, '2026-11-10'))
    mixed.push((await fixture.call('GET', '/me/events')).status)
  }
  expect(mixed).toEqual(alone)
})

test('an answer with a probability and a number is given that often and no more', async () => {
  const fixture = graphFixture()
  orderFaults(fixture.faults, { answers: [{ status: 500, probability: 0.5, times: 3 }] })
  expect((await statuses(fixture, 40)).filter((status) => status === 500)).toHaveLength(3)
})

test.each([
  ['seconds', { retryAfter: '7' }, '7'],
  ['a fraction', { retryAfter: '2.128' }, '2.128'],
  ['an HTTP date', { retryAfterDate: 90 }, 'Mon, 02 Nov 2026 08:01:30 GMT'],
  ['nothing', {}, null],
])('429, 503 and 504 say Retry-After as %s', async (_, given, retryAfter) => {
  const { call, faults } = graphFixture()
  orderFaults(faults, { answers: [429, 503, 504].map((status) => ({ status, ...given })) })
  const answers = []
  for (let number = 0; number < 3; number += 1) answers.push(await answer(await call('GET', '/me/events')))
  expect(answers).toEqual([
    { status: 429, code: 'ApplicationThrottled', retryAfter },
    { status: 503, code: 'ServiceUnavailable', retryAfter },
    { status: 504, code: 'UnknownError', retryAfter },
  ])
})

test('a token that has not expired is refused with 401 when so ordered', async () => {
  const { call, faults } = graphFixture()
  orderFaults(faults, { answers: [{ status: 401 }] })
  expect(await answer(await call('GET', '/me'))).toMatchObject({ status: 401, code: 'InvalidAuthenticationToken' })
  expect((await call('GET', '/me')).status).toBe(200)
})

test('code and message are the ordered ones', async () => {
  const { call, faults } = graphFixture()
  orderFaults(faults, { answers: [{ status: 429, code: 'activityLimitReached', message: 'Too much.' }] })
  const { error } = (await (await call('GET', '/me')).json()) as { error: object }
  expect(error).toMatchObject({ code: 'activityLimitReached', message: 'Too much.' })
})

test('an answer ordered for one person or one application meets no other', async () => {
  const { call, faults, world, person } = graphFixture()
  const other = world.addPerson({ tid: person.tid, displayName: 'Bo Lind' })
  orderFaults(faults, {
    answers: [
      { status: 503, probability: 1, person: other.oid },
      { status: 500, probability: 1, app: 'another' },
    ],
  })
  expect((await call('GET', '/me/events')).status).toBe(200)
  orderFaults(faults, { answers: [{ status: 503, person: person.userPrincipalName, app: 'app' }] })
  expect((await call('GET', '/me/events')).status).toBe(503)
})

test('requests inside a batch fail with a probability each, and those behind them with 424', async () => {
  const { call, faults } = graphFixture()
  orderFaults(faults, { seed: 3, answers: [{ status: 429, probability: 0.5, path: '/events' }] })
  const requests = ['1', '2', '3'].flatMap((id) => [
    { id, method: 'GET', url: '/me/events' },
    { id: `after ${id}`, method: 'GET', url: '/me', dependsOn: [id] },
  ])
  const met = new Set<string>()
  for (let number = 0; number < 5; number += 1) {
    const { responses } = (await (await call('POST', '/$batch', { requests })).json()) as BatchAnswer
    for (const at of [0, 2, 4]) met.add(`${responses[at]?.status} ${responses[at + 1]?.status}`)
  }
  expect(met).toEqual(new Set(['200 200', '429 424']))
})

interface BatchAnswer {
  responses: { status: number }[]
}

test.each([
  ['inactive', 404, 'MailboxNotEnabledForRESTAPI'],
  ['unknown', 404, 'ResourceNotFound'],
  ['unlicensed', 403, 'ErrorAccessDenied'],
] as const)('a mailbox that is %s opens no calendar, but the person is still there', async (is, status, code) => {
  const { call, faults, person } = graphFixture()
  orderFaults(faults, { mailboxes: [{ person: person.oid, is }] })
  for (const path of ['/me/calendars', `/me/calendarView/delta?${WINDOW}`, '/me/mailboxSettings'])
    expect(await answer(await call('GET', path)), path).toMatchObject({ status, code })
  expect((await call('GET', '/me')).status).toBe(200)
})

test("another person's bad mailbox harms nobody", async () => {
  const { call, faults, world, person } = graphFixture()
  const other = world.addPerson({ tid: person.tid, displayName: 'Bo Lind' })
  orderFaults(faults, { mailboxes: [{ person: other.oid, is: 'inactive' }] })
  expect((await call('GET', '/me/calendars')).status).toBe(200)
})

test('a mailbox can be away now and then', async () => {
  const fixture = graphFixture()
  orderFaults(fixture.faults, { seed: 2, mailboxes: [{ is: 'inactive', probability: 0.5 }] })
  expect(new Set(await statuses(fixture, 20))).toEqual(new Set([200, 404]))
})

test('an empty mailbox tells nothing although events exist, and tells them again afterwards', async () => {
  const { get, faults, mailbox } = graphFixture()
  mailbox.create(oneHour('there', '2026-11-10'))
  const count = async (path: string) => (await get<{ value: unknown[] }>(path)).value.length
  orderFaults(faults, { mailboxes: [{ is: 'empty' }] })
  expect(await count(`/me/calendarView?${WINDOW}`)).toBe(0)
  expect(await count(`/me/calendarView/delta?${WINDOW}`)).toBe(0)
  orderFaults(faults, { mailboxes: [] })
  expect(await count(`/me/calendarView?${WINDOW}`)).toBe(1)
  expect(await count(`/me/calendarView/delta?${WINDOW}`)).toBe(1)
})

async function staleWrite({ call, mailbox }: GraphFixture): Promise<Response> {
  const { id } = mailbox.create(oneHour('first', '2026-11-10')).item
  return call('PATCH', `/me/events/${id}`, { subject: 'second' }, { 'if-match': 'W/"stale"' })
}

test('a calendar can be left out of the list although it is there', async () => {
  const { faults, call, mailbox } = graphFixture()
  const { id } = mailbox.addCalendar({ name: 'Rehearsals' })
  const names = async () =>
    ((await (await call('GET', '/me/calendars')).json()) as { value: { name: string }[] }).value.map(({ name }) => name)
  orderFaults(faults, { unlisted: ['Rehearsals'] })
  expect(await names()).toEqual(['Calendar'])
  expect((await call('GET', `/me/calendars/${id}/events`)).status).toBe(200)
  orderFaults(faults, { unlisted: [] })
  expect(await names()).toEqual(['Calendar', 'Rehearsals'])
})

test('an outdated etag is refused with 412, with 409, or not at all', async () => {
  const fixture = graphFixture()
  expect((await staleWrite(fixture)).status).toBe(412)
  orderFaults(fixture.faults, { conflictStatus: 409 })
  expect(await answer(await staleWrite(fixture))).toMatchObject({ status: 409, code: 'ErrorIrresolvableConflict' })
  orderFaults(fixture.faults, { honourIfMatch: false })
  expect((await staleWrite(fixture)).status).toBe(200)
})

test.each([400, 409] as const)('a reused transaction id is refused with %d', async (status) => {
  const { call, faults } = graphFixture()
  orderFaults(faults, { duplicateStatus: status })
  const body = { ...oneHour('once', '2026-11-10'), transactionId: 'one' }
  await call('POST', '/me/events', body)
  expect(await answer(await call('POST', '/me/events', body))).toMatchObject({ status })
})

test('an event has another version soon after a write, with the ordered share', async () => {
  const { call, get, faults } = graphFixture()
  orderFaults(faults, { seed: 1, versionAfterWrite: 0.5 })
  const same: boolean[] = []
  for (let number = 0; number < 20; number += 1) {
    const made = (await (await call('POST', '/me/events', oneHour(`${number}`, '2026-11-10'))).json()) as Versioned
    same.push((await get<Versioned>(`/me/events/${made.id}`))['@odata.etag'] === made['@odata.etag'])
  }
  expect(new Set(same)).toEqual(new Set([true, false]))
})

interface Versioned {
  id: string
  '@odata.etag': string
}

test('the number of requests at a time can be another one', async () => {
  const { call, faults, clock } = graphFixture()
  orderFaults(faults, { concurrency: 1, pageDelayMs: 100 })
  const both = [1, 2].map(() => call('GET', `/me/calendarView?${WINDOW}`))
  expect((await both[1])?.status).toBe(429)
  await clock.advance(100 as never)
  expect((await both[0])?.status).toBe(200)
})
