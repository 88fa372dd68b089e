import { expect, test } from 'vitest'
import { days, hours } from '../../shared/core/time.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { linesOf, pass, type Reading, startReading } from '../support/reading.ts'
import { type ServiceFixture, startService } from '../support/service.ts'

interface Told {
  readonly summary: string
  readonly deleted: boolean
}

async function read(reading: Reading, query: string): Promise<readonly Told[]> {
  const { body } = await (await reading.reader()).get(`/v1/events?tzid=Etc/UTC&include_deleted=true&${query}`)
  return (body['events'] as Told[]).map(({ summary, deleted }) => ({ summary, deleted }))
}

const rows = (fixture: ServiceFixture) =>
  fixture.tables.rows('accounts').filter(({ rowKey }) => rowKey.startsWith('event.')).length

/** An integrator that shows nothing of itself for 30 days has lost its access. */
async function passInUse(fixture: ServiceFixture, reading: Reading, weeks: number): Promise<void> {
  for (let week = 0; week < weeks; week++) {
    await pass(fixture, days(7), hours(6))
    await reading.reader()
  }
}

test('more of the past is read from the next night on, alarms nobody, and goes when its time is up', async () => {
  const before = await startService()
  const reading = await startReading(before)
  for (const day of ['2026-08-20', '2026-09-20', '2026-11-20']) reading.mailbox.create(oneHour(`On ${day}`, day))
  await before.deliver()
  await passInUse(before, reading, 3)

  const after = await startService({ beside: before, settings: { WINDOW_PAST_DAYS: '120' } })
  await pass(after, days(4), hours(2))
  expect(linesOf(after, 'row-rolled-back')).toEqual([])
  expect(linesOf(after, 'calendar-mended')).toEqual([])
  expect(after.tables.rows('accounts').filter(({ rowKey }) => rowKey.startsWith('~quarantine-'))).toEqual([])
  expect(rows(after)).toBe(3)
  await passInUse(after, reading, 6)
  expect(linesOf(after, 'row-rolled-back')).toEqual([])
  expect(rows(after)).toBe(2)
})

test('more of the past alarms nobody either while only some of the calendars have been read so far', async () => {
  const before = await startService()
  const reading = await startReading(before)
  const { id: calendarId } = reading.mailbox.addCalendar({ name: 'Rehearsals' })
  reading.mailbox.create(oneHour('Long ago', '2026-08-20'))
  reading.mailbox.create(oneHour('Rehearsal', '2026-08-20'), { calendarId })
  await before.deliver()
  await passInUse(before, reading, 3)

  const after = await startService({ beside: before, settings: { WINDOW_PAST_DAYS: '120' } })
  let first: string | undefined
  let refused = 0
  after.intercept = ({ url }) => {
    const calendar = /calendars\/([^/]+)\/calendarView.*startDateTime/.exec(url)?.[1]
    if (calendar === undefined) return undefined
    first ??= calendar
    if (calendar === first || refused === 3) return undefined
    refused++
    return Response.json({ error: { code: 'ServiceUnavailable', message: 'no' } }, { status: 503 })
  }
  await pass(after, days(2), hours(1))
  expect(refused).toBe(3)
  expect(linesOf(after, 'row-rolled-back')).toEqual([])
  expect(rows(after)).toBe(2)
})

test('less of the future tells no event as deleted, and more of it tells them again', async () => {
  const before = await startService()
  const reading = await startReading(before)
  for (let at = 0; at < 60; at++) reading.mailbox.create(oneHour(`Far ${at}`, '2027-04-20'))
  reading.mailbox.create(oneHour('Near', '2026-11-20'))
  const range = { type: 'numbered', startDate: '2027-02-20', numberOfOccurrences: 10 } as const
  const recurrence = { pattern: { type: 'daily', interval: 1 }, range } as const
  reading.mailbox.create({ ...oneHour('Daily', '2027-02-20'), recurrence })
  await before.deliver()
  expect(await read(reading, 'from=2026-11-01')).toHaveLength(71)

  const since = new Date(before.clock.now()).toISOString()
  await pass(before, hours(1))
  const less = await startService({ beside: before, settings: { WINDOW_FUTURE_DAYS: '112' } })
  await pass(less, days(2), hours(2))
  expect(linesOf(less, 'mass-deletion-held')).toEqual([])
  const changed = await read(reading, `last_modified=${since}`)
  expect(changed.filter(({ deleted }) => deleted)).toEqual([])
  const near = (await read(reading, 'from=2026-11-01')).map(({ summary }) => summary)
  expect([...new Set(near)].sort()).toEqual(['Daily', 'Near'])
  expect(near.length).toBeLessThan(11)

  const more = await startService({ beside: before, settings: { WINDOW_FUTURE_DAYS: '201' } })
  await pass(more, days(2), hours(2))
  expect(await read(reading, 'from=2026-11-01')).toHaveLength(71)
})
