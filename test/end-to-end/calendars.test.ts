import { beforeEach, expect, test } from 'vitest'
import { hours, minutes } from '../../shared/core/time.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { pass, type Reading, startReading } from '../support/reading.ts'
import { type ServiceFixture, startService } from '../support/service.ts'

let fixture: ServiceFixture
let reading: Reading

beforeEach(async () => {
  fixture = await startService()
  reading = await startReading(fixture, { singles: 3 })
})

interface Listed {
  readonly calendar_id: string
  readonly calendar_name: string
  readonly calendar_readonly: boolean
  readonly calendar_deleted: boolean
}

async function listed(): Promise<readonly Listed[]> {
  const { body } = await (await reading.reader()).get('/v1/calendars')
  return body['calendars'] as Listed[]
}

const named = async (name: string) => (await listed()).find(({ calendar_name }) => calendar_name === name)

test('a new calendar and its events are there within the hour, without reconnecting, and then told at once', async () => {
  const { id } = reading.mailbox.addCalendar({ name: 'Rehearsals' })
  reading.mailbox.create(oneHour('First rehearsal', '2026-11-20'), { calendarId: id })
  await pass(fixture, hours(1))
  expect(await named('Rehearsals')).toMatchObject({ calendar_deleted: false, calendar_readonly: false })
  expect(await reading.shown()).toEqual(reading.actual())
  reading.mailbox.create(oneHour('Second rehearsal', '2026-11-21'), { calendarId: id })
  await fixture.deliver()
  expect(await reading.shown()).toEqual(reading.actual())
})

test('a calendar with another name keeps its id and its events', async () => {
  const { id } = reading.mailbox.addCalendar({ name: 'Rehearsals' })
  reading.mailbox.create(oneHour('Rehearsal', '2026-11-20'), { calendarId: id })
  await pass(fixture, hours(1))
  const before = await named('Rehearsals')
  reading.mailbox.renameCalendar(id, 'Concerts')
  await pass(fixture, hours(1))
  expect(await named('Rehearsals')).toBeUndefined()
  expect((await named('Concerts'))?.calendar_id).toBe(before?.calendar_id)
  expect(await reading.shown()).toEqual(reading.actual())
})

test('a calendar that was removed is told as deleted, hides its events, and costs nothing more', async () => {
  const { id } = reading.mailbox.addCalendar({ name: 'Rehearsals' })
  reading.mailbox.create(oneHour('Rehearsal', '2026-11-20'), { calendarId: id })
  await pass(fixture, hours(1))
  reading.mailbox.removeCalendar(id)
  await pass(fixture, hours(1))
  expect(await named('Rehearsals')).toMatchObject({ calendar_deleted: true })
  expect(await reading.shown()).toEqual(reading.actual())
  fixture.graph.requests.clear()
  await pass(fixture, hours(27), minutes(15))
  expect(fixture.graph.requests.list().filter(({ path }) => path.includes(id))).toEqual([])
})

test('#17: a shared calendar is read, a read-only one is said to be one, and both go when they are shared no more', async () => {
  const other = fixture.world.addPerson({ tid: reading.person.tid, displayName: 'Carl Lund' })
  const theirs = fixture.world.mailboxOf(other.oid)
  const { id } = theirs.addCalendar({ name: 'Carl’s tour' })
  theirs.create(oneHour('Concert in Aarhus', '2026-11-20'), { calendarId: id })
  const shared = theirs.shareCalendar(id, reading.mailbox, { canEdit: false })
  await pass(fixture, hours(1))
  expect(await named(shared.name)).toMatchObject({ calendar_readonly: true, calendar_deleted: false })
  expect((await reading.shown()).join()).toContain('Concert in Aarhus')
  theirs.create(oneHour('Concert in Odense', '2026-11-21'), { calendarId: id })
  await pass(fixture, hours(1))
  expect((await reading.shown()).join()).toContain('Concert in Odense')
  reading.mailbox.removeCalendar(shared.id)
  await pass(fixture, hours(1))
  expect((await reading.shown()).join()).not.toContain('Concert')
})
