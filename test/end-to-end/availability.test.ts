import { beforeEach, describe, expect, test } from 'vitest'
import { hours } from '../../shared/core/time.ts'
import { type Asking, DAY, period, startAsking, subOf } from '../support/asking.ts'
import type { Connection } from '../support/authorization.ts'
import { tableRequests } from '../support/counted-tables.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { pass, type Reading, startReading } from '../support/reading.ts'
import type { ServiceFixture } from '../support/service.ts'

let fixture: ServiceFixture
let anna: Reading
let connection: Connection
let sub: string
let at: Asking

beforeEach(async () => {
  at = await startAsking()
  ;({ fixture, anna, connection, sub } = at)
})

const between = (from: string, to: string, more: object = {}) => at.between(from, to, more)
const offered = (body: object) => at.offered(body)
const ask = (body: object, authorization?: string) => at.ask(body, authorization)
const meet = (event: object, reading?: Reading, calendarId?: string) => at.meet(event, reading, calendarId)

test('what is busy, tentative or out of office is not offered; what is free, elsewhere, declined or cancelled is', async () => {
  const at = (hour: number, showAs: string) => ({ ...oneHour(showAs, DAY, hour), showAs })
  for (const [hour, showAs] of [
    [8, 'busy'],
    [10, 'tentative'],
    [12, 'oof'],
    [14, 'free'],
    [16, 'workingElsewhere'],
  ] as const)
    await meet(at(hour, showAs))
  expect(await offered(between('08:00', '18:00'))).toEqual(['09:00-10:00', '11:00-12:00', '13:00-18:00'])
})

test('a declined invitation is no reason not to meet, and one without an answer is', async () => {
  const host = await startReading(fixture)
  const guests = [{ emailAddress: { address: anna.person.mail }, type: 'required' }]
  await meet({ ...oneHour('Tempting', DAY, 9), attendees: guests }, host)
  await fixture.deliver()
  expect(await offered(between('08:00', '12:00'))).toEqual(['08:00-09:00', '10:00-12:00'])
  const [invitation] = anna.mailbox.calendar().store.items.values()
  anna.mailbox.respond(invitation?.id ?? '', 'declined', false)
  await fixture.deliver()
  expect(await offered(between('08:00', '12:00'))).toEqual(['08:00-12:00'])
})

test('an all-day event takes the day of its person, wherever the integrator is', async () => {
  await meet({
    subject: 'Away',
    isAllDay: true,
    showAs: 'oof',
    start: { dateTime: `${DAY}T00:00:00`, timeZone: 'UTC' },
    end: { dateTime: '2026-11-21T00:00:00', timeZone: 'UTC' },
  })
  const around = { start: '2026-11-19T20:00:00Z', end: '2026-11-21T02:00:00Z' }
  expect(await offered(between('08:00', '09:00', { query_periods: [around] }))).toEqual(['20:00-23:00', '23:00-02:00'])
})

test('what the integrator has asked for is taken before it is in Outlook, and afterwards', async () => {
  await at.send({ event_id: 'own', summary: 'Own', ...period('09:00', '10:00') })
  expect(await offered(between('08:00', '12:00'))).toEqual(['08:00-09:00', '10:00-12:00'])
  await at.sync()
  expect(anna.mailbox.calendar().store.items.size).toBe(1)
  expect(await offered(between('08:00', '12:00'))).toEqual(['08:00-09:00', '10:00-12:00'])
})

describe('an event of its own that the person has moved since', () => {
  const own = { event_id: 'own', summary: 'Own', ...period('09:00', '10:00') }
  const move = (day: string, hour: number) => {
    const [item] = anna.mailbox.calendar().store.items.values()
    anna.mailbox.patch(item?.id ?? '', oneHour('Own', day, hour))
    return fixture.deliver()
  }
  const started = async () =>
    (await connection.get('/v1/events?tzid=Etc/UTC&include_managed=true')).body['events'] as {
      start: string
      summary: string
    }[]

  beforeEach(async () => {
    await at.send(own)
    await at.sync()
  })

  test('stays where it is while the integrator sends it again as it was, with another summary', async () => {
    await move(DAY, 14)
    await at.send({ ...own, summary: 'Renamed' })
    const told = { summary: 'Renamed', start: `${DAY}T14:00:00Z` }
    for (const step of [async () => undefined, at.sync]) {
      await step()
      expect(await offered(between('08:00', '16:00'))).toEqual(['08:00-14:00', '15:00-16:00'])
      expect(await started()).toMatchObject([told])
    }
  })

  test('comes from nowhere into a month that it has left', async () => {
    await move('2027-01-13', 9)
    await at.send({ ...own, summary: 'Renamed' })
    const november = 'from=2026-11-01&to=2026-12-01'
    const { body } = await connection.get(`/v1/events?tzid=Etc/UTC&include_managed=true&${november}`)
    expect(body['events']).toEqual([])
    expect(await offered(between('08:00', '12:00'))).toEqual(['08:00-12:00'])
  })

  test('goes where the integrator wants it when that is something new', async () => {
    await move(DAY, 14)
    await at.send({ ...own, ...period('11:00', '12:00') })
    for (const step of [async () => undefined, at.sync]) {
      await step()
      expect(await offered(between('08:00', '16:00'))).toEqual(['08:00-11:00', '12:00-16:00'])
    }
  })

  test('is told at once when it is deleted and sent again', async () => {
    await at.remove({ event_id: 'own' })
    await at.send({ ...own, summary: 'Again', ...period('11:00', '12:00') })
    for (const step of [async () => undefined, at.sync]) {
      await step()
      expect(await started()).toMatchObject([{ summary: 'Again', start: `${DAY}T11:00:00Z` }])
      expect(await offered(between('08:00', '16:00'))).toEqual(['08:00-11:00', '12:00-16:00'])
    }
  })
})

test("somebody else's event that the integrator moves here from a month that is not read is here at once", async () => {
  await meet(oneHour('Theirs', '2027-01-13', 9))
  const read = async (query: string) => {
    const { body } = await connection.get(`/v1/events?tzid=Etc/UTC&include_managed=true&${query}`)
    return body['events'] as { event_uid: string; start: string }[]
  }
  const [theirs] = await read('')
  await at.send({ event_uid: theirs?.event_uid, ...period('09:00', '10:00') })
  const moved = [{ event_uid: theirs?.event_uid, start: `${DAY}T09:00:00Z` }]
  for (const step of [async () => undefined, at.sync]) {
    await step()
    expect(await offered(between('08:00', '12:00'))).toEqual(['08:00-09:00', '10:00-12:00'])
    expect(await read('from=2026-11-01&to=2026-12-01')).toMatchObject(moved)
    expect(await read('')).toMatchObject(moved)
    expect(await read('from=2027-01-01&to=2027-02-01')).toEqual([])
  }
})

test('an event of its own that comes from a month that is not read is as busy as it was agreed to be', async () => {
  const away = { event_id: 'away', summary: 'Away', start: '2027-01-13', end: '2027-01-14', transparency: 'opaque' }
  const gift = { event_id: 'gift', summary: 'Gift', ...period('09:00', '10:00'), transparency: 'transparent' }
  await at.send(away)
  await at.send({ ...gift, start: '2027-01-14T09:00:00Z', end: '2027-01-14T10:00:00Z' })
  await at.sync()
  await at.send({ event_id: 'gift', summary: 'Gift', ...period('09:00', '10:00') })
  expect(await offered(between('08:00', '12:00'))).toEqual(['08:00-12:00'])
  await at.send({ event_id: 'away', summary: 'Away', start: DAY, end: '2026-11-21' })
  for (const step of [async () => undefined, at.sync]) {
    await step()
    expect(await offered(between('08:00', '12:00'))).toEqual([])
  }
})

test('only the calendars that are named count', async () => {
  const { id } = anna.mailbox.addCalendar({ name: 'Private' })
  await meet(oneHour('Dentist', DAY, 9), anna, id)
  await pass(fixture, hours(1))
  await connection.refresh()
  const { body } = await connection.get('/v1/calendars')
  const listed = body['calendars'] as { calendar_id: string; calendar_primary: boolean }[]
  const work = listed.find(({ calendar_primary }) => calendar_primary)
  expect(await offered(between('08:00', '11:00'))).toEqual(['08:00-09:00', '10:00-11:00'])
  const named = { participants: [{ members: [{ sub, calendar_ids: [work?.calendar_id] }] }] }
  expect(await offered(between('08:00', '11:00', named))).toEqual(['08:00-11:00'])
})

test('working hours restrict whoever asks for managed availability, and nobody else', async () => {
  const managed = { participants: [{ members: [{ sub, managed_availability: true }], required: 'all' }] }
  const weekend = { query_periods: [{ start: `${DAY}T00:00:00Z`, end: '2026-11-23T12:00:00Z' }] }
  expect(await offered(between('00:00', '23:00', managed))).toEqual(['07:00-16:00'])
  expect(await offered(between('00:00', '23:00', { ...managed, ...weekend }))).toEqual(['07:00-16:00', '07:00-12:00'])
  expect(await offered(between('00:00', '23:00'))).toEqual(['00:00-23:00'])
})

test('a buffer is kept free around the meeting, and may lie outside of the period', async () => {
  await meet(oneHour('Taken', DAY, 11))
  const buffer = { before: { minutes: 30 }, after: { minimum: { minutes: 15 } } }
  expect(await offered(between('08:00', '15:00', { buffer }))).toEqual(['08:00-10:45', '12:30-15:00'])
  expect(await offered(between('12:00', '15:00', { buffer }))).toEqual(['12:30-15:00'])
})

test('slots follow each other on the grid, and overlapping ones begin every half hour unless something else is said', async () => {
  await meet(oneHour('Taken', DAY, 10))
  const slots = (more: object) => offered(between('09:00', '13:00', more))
  expect(await slots({ response_format: 'slots' })).toEqual(['09:00-10:00', '11:00-12:00', '12:00-13:00'])
  expect(await slots({ response_format: 'overlapping_slots' })).toEqual([
    '09:00-10:00',
    '11:00-12:00',
    '11:30-12:30',
    '12:00-13:00',
  ])
  const odd = { required_duration: { minutes: 45 }, start_interval: { minutes: 50 } }
  expect(await slots({ response_format: 'slots', ...odd })).toEqual(['09:00-09:45', '11:30-12:15'])
  expect(await slots({ response_format: 'overlapping_slots', max_results: 2 })).toHaveLength(2)
})

test('several people are offered when all can, or as many as are needed, and the answer says who', async () => {
  const bo = await startReading(fixture)
  const other = await subOf(await bo.reader())
  await meet(oneHour('Anna only', DAY, 9))
  await meet(oneHour('Bo only', DAY, 10), bo)
  const group = (required: unknown) => ({ participants: [{ members: [{ sub }, { sub: other }], required }] })
  expect(await offered(between('08:00', '12:00', group('all')))).toEqual(['08:00-09:00', '11:00-12:00'])
  const { body } = await ask(between('09:00', '11:00', { ...group(1), response_format: 'slots' }))
  expect(body['available_slots']).toEqual([
    { ...period('09:00', '10:00'), participants: [{ sub: other }] },
    { ...period('10:00', '11:00'), participants: [{ sub }] },
  ])
  const own = { query_periods: [period('08:00', '08:30')] }
  const narrow = { participants: [{ members: [{ sub, ...own }, { sub: other }], required: 1 }] }
  expect(await offered(between('08:00', '12:00', narrow))).toEqual(['08:00-10:00', '11:00-12:00'])
})

test('five weeks of a busy person cost at most six table requests', async () => {
  const busy = await startReading(fixture, { singles: 400, series: 5, from: '2026-11-05', days: 40 })
  const reader = await busy.reader()
  const who = await subOf(reader)
  const body = {
    ...between('09:00', '10:00'),
    participants: [{ members: [{ sub: who }] }],
    query_periods: [{ start: '2026-11-03T00:00:00Z', end: '2026-12-08T00:00:00Z' }],
  }
  const before = tableRequests(fixture.counters)
  const { body: answer } = await ask(body, reader.authorization().authorization)
  expect(tableRequests(fixture.counters) - before).toBeLessThanOrEqual(6)
  expect((answer['available_periods'] as unknown[]).length).toBeGreaterThan(20)
})
