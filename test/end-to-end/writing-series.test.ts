import { beforeEach, describe, expect, test } from 'vitest'
import { occurrenceId } from '../../infra/local/microsoft365/mailbox/ids.ts'
import { startWriting, type Writing } from '../support/writing.ts'

let at: Writing

beforeEach(async () => {
  at = await startWriting()
})

const dateOf = (days: number) => at.at(days, '00:00').slice(0, 10)
const standup = (more: object = {}) => ({
  event_id: 'fa-series',
  summary: 'Standup',
  start: { time: `${dateOf(1)}T09:00:00`, tzid: 'Europe/Copenhagen' },
  end: { time: `${dateOf(1)}T09:15:00`, tzid: 'Europe/Copenhagen' },
  recurrence: { rules: [{ frequency: 'daily', count: 5 }] },
  ...more,
})
const told = async () =>
  (await at.read()).map(({ summary, start, event_id, series_event_id }) => ({
    summary,
    start,
    event_id,
    series_event_id,
  }))
const uidOn = async (days: number) => (await at.read()).find(({ start }) => start.startsWith(dateOf(days)))?.event_uid
const occurrences = () => {
  const [item] = at.held()
  if (item === undefined) return []
  return at.mailbox
    .instances(item.id, { from: at.fixture.clock.now(), to: at.fixture.clock.now() + 40 * 86_400_000 })
    .map(({ fields, span }) => `${span.start.slice(0, 16)} ${fields['subject']}`)
}

describe('a series', () => {
  test('is created as one, and read back occurrence by occurrence', async () => {
    const sent = await at.upsert(standup())
    await at.sync()
    expect(await at.outcome(sent)).toMatchObject({ state: 'applied' })
    expect(occurrences()).toEqual([1, 2, 3, 4, 5].map((days) => `${dateOf(days)}T09:00 Standup`))
    const events = await told()
    expect(events.map(({ series_event_id }) => series_event_id)).toEqual(Array(5).fill('fa-series'))
    expect(events.map(({ event_id }) => event_id)).toEqual(['fa-series', ...Array(4).fill(undefined)])
  })

  test('tells with each occurrence when the first one is', async () => {
    await at.upsert(standup())
    await at.sync()
    const events = (await at.read('include_managed=true&localized_times=true')) as unknown as Record<string, unknown>[]
    const starts = events.map(({ series_start }) => series_start)
    expect(starts).toEqual(
      Array(5).fill({ time: expect.stringContaining(`${dateOf(1)}T09:00:00+`), tzid: expect.any(String) }),
    )
  })

  test('is renamed by one PATCH, and keeps its exception', async () => {
    await at.upsert(standup())
    await at.sync()
    await at.upsert({ event_uid: await uidOn(3), summary: 'Long standup' })
    await at.sync()
    at.writes()
    await at.upsert(standup({ summary: 'Daily' }))
    await at.sync()
    expect(at.writes()).toHaveLength(1)
    expect(occurrences().map((text) => text.slice(17))).toEqual(['Daily', 'Daily', 'Long standup', 'Daily', 'Daily'])
  })

  test('ends when its rule gets an end', async () => {
    await at.upsert(standup({ recurrence: { rules: [{ frequency: 'daily' }] } }))
    await at.sync()
    await at.upsert(standup({ recurrence: { rules: [{ frequency: 'daily', until: dateOf(3) }] } }))
    await at.sync()
    expect(await told()).toHaveLength(3)
  })

  test('becomes a single event when its rules are taken away', async () => {
    await at.upsert(standup())
    await at.sync()
    await at.upsert(standup({ recurrence: { rules: [] } }))
    await at.sync()
    expect(await at.read()).toMatchObject([{ recurring: false, event_id: 'fa-series' }])
  })

  test('is moved as a whole', async () => {
    await at.upsert(standup())
    await at.sync()
    const start = { time: `${dateOf(1)}T10:00:00`, tzid: 'Europe/Copenhagen' }
    await at.upsert(standup({ start, end: { ...start, time: `${dateOf(1)}T10:15:00` } }))
    await at.sync()
    expect(occurrences()).toEqual([1, 2, 3, 4, 5].map((days) => `${dateOf(days)}T10:00 Standup`))
    expect(await told()).toHaveLength(5)
  })

  test('is deleted as a whole', async () => {
    await at.upsert(standup())
    await at.sync()
    await at.remove({ event_id: 'fa-series' })
    await at.sync()
    expect(at.held()).toEqual([])
    expect(await told()).toEqual([])
  })
})

describe('one occurrence', () => {
  beforeEach(async () => {
    await at.upsert(standup())
    await at.sync()
  })

  test('is moved and renamed alone', async () => {
    const day = dateOf(3)
    const times = { start: `${day}T12:00:00Z`, end: `${day}T12:30:00Z` }
    const sent = await at.upsert({ event_uid: await uidOn(3), summary: 'Lunch', ...times })
    await at.sync()
    expect(await at.outcome(sent)).toMatchObject({ state: 'applied' })
    expect(await told()).toHaveLength(5)
    expect((await told())[2]).toMatchObject({ summary: 'Lunch', start: `${day}T12:00:00Z` })
  })

  test('is changed by who has seen it, with nothing to put on record', async () => {
    const seen = (await at.read()).find(({ start }) => start.startsWith(dateOf(3)))
    const sent = await at.upsert({ event_uid: seen?.event_uid, summary: 'Lunch', based_on: seen?.version })
    await at.sync()
    expect(await at.outcome(sent)).toMatchObject({ state: 'applied', overruled: [] })
  })

  test('is deleted alone', async () => {
    await at.remove({ event_uid: await uidOn(3) })
    await at.sync()
    expect(occurrences()).toHaveLength(4)
    expect(await told()).toHaveLength(4)
  })

  test('cannot be moved past its neighbour: accepted, refused by Microsoft, and the reason is told', async () => {
    const day = dateOf(5)
    const times = { start: `${day}T12:00:00Z`, end: `${day}T12:30:00Z` }
    const sent = await at.upsert({ event_uid: await uidOn(3), ...times })
    await at.sync()
    expect(await at.outcome(sent)).toMatchObject({ state: 'rejected', reason: 'occurrence_crosses' })
    expect(occurrences()).toHaveLength(5)
    expect((await at.read()).every(({ pending }) => pending === undefined)).toBe(true)
  })

  test('of a series that somebody else changed in the meantime is still found', async () => {
    const [item] = at.held()
    const event_uid = await uidOn(3)
    at.mailbox.patch(item?.id ?? '', { subject: 'Renamed in Outlook' })
    await at.upsert({ event_uid, location: { description: 'Room 2' } })
    await at.sync()
    const found = at.mailbox.find(occurrenceId(item?.id ?? '', dateOf(3))).instance
    expect(found.fields).toMatchObject({ subject: 'Renamed in Outlook', location: { displayName: 'Room 2' } })
  })
})

describe('a series that is moved without a word about its rule', () => {
  const weekly = (days: number, more: object = {}) => ({
    ...standup({ recurrence: undefined }),
    start: { time: `${dateOf(days)}T09:00:00`, tzid: 'Europe/Copenhagen' },
    end: { time: `${dateOf(days)}T09:15:00`, tzid: 'Europe/Copenhagen' },
    ...more,
  })

  test('is on its new days, once', async () => {
    await at.upsert(weekly(1, { recurrence: { rules: [{ frequency: 'weekly', count: 3 }] } }))
    await at.sync()
    await at.upsert(weekly(2))
    await at.sync()
    const moved = [2, 9, 16].map((days) => `${dateOf(days)}T09:00 Standup`)
    expect(occurrences()).toEqual(moved)
    expect((await told()).map(({ start }) => start.slice(0, 10))).toEqual([2, 9, 16].map(dateOf))
    at.writes()
    expect(await at.outcome(await at.upsert(weekly(2)))).toMatchObject({ state: 'pending' })
    await at.sync()
    expect([at.writes(), occurrences()]).toEqual([[], moved])
  })

  test('to a zone that Windows has no name for stays in its own, and stops nobody', async () => {
    await at.upsert(weekly(1, { recurrence: { rules: [{ frequency: 'weekly', count: 3 }] } }))
    await at.sync()
    const [start, end] = ['15:00:00', '15:15:00'].map((time) => ({
      time: `${dateOf(2)}T${time}`,
      tzid: 'Antarctica/Troll',
    }))
    const sent = await at.upsert(weekly(2, { start, end }))
    await at.sync()
    expect(await at.outcome(sent)).toMatchObject({ state: 'applied' })
    expect((await told()).map((event) => event.start.slice(0, 10))).toEqual([2, 9, 16].map(dateOf))
  })
})

describe('G5: survives the round trip, and a second request finds nothing to do', () => {
  const repeated = async (body: object) => {
    await at.upsert(body)
    await at.sync()
    at.writes()
    const again = await at.upsert(body)
    await at.sync()
    expect(at.writes()).toEqual([])
    expect(await at.outcome(again)).toMatchObject({ state: 'unchanged' })
    return at.read()
  }

  test('a series with an exception', async () => {
    await at.upsert(standup())
    await at.sync()
    await at.upsert({ event_uid: await uidOn(3), summary: 'Lunch' })
    await at.sync()
    const events = await repeated(standup())
    expect(events.map(({ summary }) => summary)).toEqual(['Standup', 'Standup', 'Lunch', 'Standup', 'Standup'])
  })

  test('an all-day event across the change to summer time', async () => {
    const spring = `${new Date(at.fixture.clock.now()).getUTCFullYear() + 1}-03`
    const body = { event_id: 'trip', summary: 'Trip', start: `${spring}-27`, end: `${spring}-30` }
    await at.upsert(body)
    await at.sync()
    at.writes()
    await at.upsert(body)
    await at.sync()
    expect(at.writes()).toEqual([])
    expect(at.held()[0]?.span).toMatchObject({ start: `${spring}-27T00:00:00.0000000`, isAllDay: true })
  })

  test('an event in a zone that Windows has no name for', async () => {
    const zone = 'Antarctica/Troll'
    const [start, end] = ['09:00:00', '10:00:00'].map((time) => ({ time: `${dateOf(2)}T${time}`, tzid: zone }))
    const [event] = await repeated({ event_id: 'far', summary: 'Far', start, end })
    expect(event?.start).toMatch(/Z$/)
  })

  test.each(['Europe/Copenhagen', 'Europe/Kyiv', 'Asia/Kolkata', 'America/New_York'])(
    'a series in %s',
    async (tzid) => {
      const [start, end] = ['09:00:00', '10:00:00'].map((time) => ({ time: `${dateOf(2)}T${time}`, tzid }))
      const rule = { frequency: 'daily', interval: 2, count: 3 }
      expect(
        await repeated({ event_id: 'zoned', summary: 'Zoned', start, end, recurrence: { rules: [rule] } }),
      ).toHaveLength(3)
    },
  )
})
