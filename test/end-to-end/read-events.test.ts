import { beforeEach, describe, expect, test } from 'vitest'
import { days, hours, minutes } from '../../shared/core/time.ts'
import { pass } from '../support/reading.ts'
import { startWriting, type Told, type Writing } from '../support/writing.ts'

let at: Writing

beforeEach(async () => {
  at = await startWriting()
})

const times = (day: number, time = '09:00') => ({
  start: { dateTime: at.at(day, time).slice(0, -1), timeZone: 'UTC' },
  end: { dateTime: at.at(day, time).slice(0, -1).replace(':00:00', ':30:00'), timeZone: 'UTC' },
})
const create = (subject: string, day: number, more: object = {}) =>
  at.mailbox.create({ subject, ...times(day), ...more })
const date = (day: number) => at.at(day, '00:00').slice(0, 10)
const span = (from: number, to: number) => `from=${date(from)}&to=${date(to)}`
const summaries = async (query: string) => (await at.read(query)).map(({ summary }) => summary)

describe('include_moved', () => {
  test('also tells what was moved away, within a month and out of it', async () => {
    create('Within', 3)
    create('Away', 3)
    create('Later', 6)
    await at.fixture.deliver()
    at.mailbox.patch(at.find('Within')?.id ?? '', times(5))
    at.mailbox.patch(at.find('Away')?.id ?? '', times(70))
    await at.fixture.deliver()
    expect(await summaries(span(3, 4))).toEqual([])
    const moved = await at.read(`include_moved=true&${span(3, 4)}`)
    expect(moved.map(({ summary, start }) => [summary, start])).toEqual([
      ['Within', at.at(5, '09:00')],
      ['Away', at.at(70, '09:00')],
    ])
  })

  test('says nothing of what the window has left behind', async () => {
    create('Long ago', -40)
    await at.fixture.deliver()
    await pass(at.fixture, days(4), minutes(30))
    expect(await summaries(`include_moved=true&include_deleted=true&${span(-60, 0)}`)).toEqual([])
  })
})

describe('only_managed', () => {
  test('tells also what lies outside of the window, as it was agreed on, and what is bounded only when asked', async () => {
    for (const [event_id, day] of [
      ['near', 1],
      ['far', 300],
      ['past', -80],
    ] as const)
      await at.upsert({ event_id, summary: event_id, start: at.at(day, '09:00'), end: at.at(day, '10:00') })
    create('Not its own', 1)
    await at.sync()
    const all = await at.read('only_managed=true')
    expect(all.map(({ event_id, start }) => [event_id, start])).toEqual([
      ['past', at.at(-80, '09:00')],
      ['near', at.at(1, '09:00')],
      ['far', at.at(300, '09:00')],
    ])
    expect(await summaries(`only_managed=true&${span(250, 400)}`)).toEqual(['far'])
    expect(await summaries('include_managed=true')).toEqual(['near', 'Not its own'])
  })

  test('tells an event that its person has moved where it was last seen, also when the window has left it behind', async () => {
    await at.upsert(at.meeting())
    await at.sync()
    at.mailbox.patch(at.find('Board meeting')?.id ?? '', times(3, '14:00'))
    await at.sync()
    const moved = at.at(3, '14:00')
    const [from, to] = [date(-10), date(10)]
    for (let month = 0; month < 3; month++) {
      await pass(at.fixture, days(20), hours(4))
      expect((await at.read('only_managed=true')).map(({ start }) => start)).toEqual([moved])
    }
    expect((await at.read(`only_managed=true&from=${from}&to=${to}`)).map(({ start }) => start)).toEqual([moved])
    await at.upsert(at.meeting({ summary: 'Renamed' }))
    await at.sync()
    expect(await summaries('only_managed=true')).toEqual(['Renamed'])
  })

  test('does not tell an event that was deleted in Outlook, however long ago it is', async () => {
    await at.upsert(at.meeting())
    await at.upsert(at.meeting({ event_id: 'fa-2', summary: 'Took place' }))
    await at.sync()
    at.mailbox.remove(at.find('Board meeting')?.id ?? '')
    await at.sync()
    for (let month = 0; month < 4; month++) {
      await pass(at.fixture, days(20), hours(4))
      await at.read()
    }
    expect(await summaries('only_managed=true&include_deleted=true')).toEqual(['Took place'])
  })

  test('with include_deleted and last_modified tells own events that somebody else has deleted', async () => {
    await at.upsert(at.meeting())
    await at.upsert(at.meeting({ event_id: 'fa-2', summary: 'Stays' }))
    await at.sync()
    await at.fixture.clock.advance(minutes(10))
    const since = at.at(0, new Date(at.fixture.clock.now()).toISOString().slice(11, 16))
    at.mailbox.remove(at.find('Board meeting')?.id ?? '')
    await at.sync()
    expect(await at.read(`only_managed=true&last_modified=${since}`)).toEqual([])
    const [told, ...others] = await at.read(`only_managed=true&include_deleted=true&last_modified=${since}`)
    expect(told).toMatchObject({ event_id: 'fa-1', deleted: true })
    expect(others).toEqual([])
  })

  test('of an event that moves in from outside of the window tells once, where it is now', async () => {
    await at.upsert(at.meeting({ start: at.at(300, '09:00'), end: at.at(300, '10:00') }))
    await at.sync()
    at.mailbox.patch(at.find('Board meeting')?.id ?? '', times(2))
    await at.sync()
    expect((await at.read('only_managed=true')).map(({ start }) => start)).toEqual([at.at(2, '09:00')])
    expect(await summaries(`only_managed=true&${span(250, 400)}`)).toEqual([])
  })
})

test('a pending move into the span is told under the name the event has', async () => {
  await at.upsert(at.meeting())
  await at.sync()
  const [before] = await at.read()
  await at.upsert(at.meeting({ start: at.at(90, '09:00'), end: at.at(90, '10:00') }))
  const [moved, ...others] = await at.read(`include_managed=true&${span(89, 92)}`)
  expect(moved).toMatchObject({ event_uid: before?.event_uid, start: at.at(90, '09:00'), pending: {} })
  expect(others).toEqual([])
})

test.each([
  ['Pacific/Kiritimati', '2026-11-30T10:00:00Z', '2026-12-01T10:00:00Z'],
  ['Pacific/Niue', '2026-12-01T11:00:00Z', '2026-12-02T11:00:00Z'],
])('in %s an all-day event begins and ends with its day', async (zone, begins, ends) => {
  const day = (dateTime: string) => ({ dateTime, timeZone: 'UTC' })
  const [start, end] = [day('2026-12-01T00:00:00'), day('2026-12-02T00:00:00')]
  at.mailbox.create({ subject: 'Day', isAllDay: true, start, end })
  await at.fixture.deliver()
  const told = async (from: string, to: string) => {
    const query = new URLSearchParams({ tzid: zone, from, to, localized_times: 'true' })
    return ((await at.get(`/v1/events?${query}`)).body['events'] as Told[]).map(({ start: told }) => told)
  }
  const before = (moment: string) => new Date(Date.parse(moment) - 1000).toISOString().replace('.000Z', 'Z')
  const after = (moment: string) => new Date(Date.parse(moment) + 1000).toISOString().replace('.000Z', 'Z')
  expect(await told(before(begins), after(begins))).toEqual([{ time: '2026-12-01', tzid: zone }])
  expect(await told('2026-11-20', begins)).toEqual([])
  expect(await told(ends, after(ends))).toEqual([{ time: '2026-12-01', tzid: zone }])
  expect(await told(after(ends), '2026-12-20')).toEqual([])
})

test('coordinates come with include_geo only', async () => {
  create('Beach', 1, { location: { displayName: 'Beach', coordinates: { latitude: 1.5, longitude: 2.5 } } })
  await at.fixture.deliver()
  expect((await at.read(''))[0]?.location).toEqual({ description: 'Beach' })
  expect((await at.read('include_geo=True&google_event_ids=true'))[0]?.location).toEqual({
    ...{ description: 'Beach', lat: '1.5', long: '2.5' },
  })
})

describe('a single event', () => {
  const uidOf = async (summary: string) => (await at.read()).find((event) => event.summary === summary)?.event_uid ?? ''

  test('is told as in a list, an occurrence too, and with what was asked for on top', async () => {
    create('Once', 1)
    create('Weekly', 2, {
      recurrence: {
        pattern: { type: 'weekly', interval: 1, daysOfWeek: ['monday'] },
        range: { type: 'numbered', startDate: date(2), numberOfOccurrences: 3 },
      },
    })
    await at.upsert(at.meeting())
    await at.sync()
    await at.upsert(at.meeting({ summary: 'Renamed' }))
    for (const event of await at.read()) {
      const { status, body } = await at.get(`/v1/events/${event.event_uid}`)
      expect(status).toBe(200)
      expect(body).toEqual({ event })
    }
    expect((await at.get(`/v1/events/${await uidOf('Renamed')}`)).body).toMatchObject({ event: { pending: {} } })
  })

  test('that is deleted is told only when deleted ones are asked for', async () => {
    create('Once', 1)
    await at.fixture.deliver()
    const path = `/v1/events/${await uidOf('Once')}`
    at.mailbox.remove(at.find('Once')?.id ?? '')
    await at.fixture.deliver()
    expect((await at.get(path)).status).toBe(404)
    expect(await at.get(`${path}?include_deleted=true`)).toMatchObject({
      status: 200,
      body: { event: { deleted: true } },
    })
  })

  test('that has moved is found where it is', async () => {
    create('Once', 1)
    await at.fixture.deliver()
    const uid = await uidOf('Once')
    at.mailbox.patch(at.find('Once')?.id ?? '', times(100))
    await at.fixture.deliver()
    expect((await at.get(`/v1/events/${uid}?tzid=Europe/Copenhagen&localized_times=true`)).body).toMatchObject({
      event: { event_uid: uid, start: { tzid: 'UTC' } },
    })
  })

  test('of somebody else, or with an id that is none, is not found', async () => {
    create('Once', 1)
    await at.fixture.deliver()
    const other = await startWriting(Promise.resolve(at.fixture), 'Bo Lund')
    expect((await other.get(`/v1/events/${await uidOf('Once')}?include_deleted=true`)).status).toBe(404)
    for (const id of ['evt_external_x', 'pages', '..%2f', `evt_external_${'A'.repeat(22)}`])
      expect((await at.get(`/v1/events/${id}`)).status).toBe(404)
    expect((await at.get(`/v1/events/${await uidOf('Once')}?tzid=Mars`)).status).toBe(422)
  })
})
