import { beforeEach, expect, test } from 'vitest'
import { hours } from '../../shared/core/time.ts'
import { type Asking, DAY, startAsking } from '../support/asking.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { linesOf, pass } from '../support/reading.ts'

let at: Asking
/** Our ids of a calendar that is well, and of one that appeared later and that Microsoft refuses to tell about. */
let well: string
let odd: string

beforeEach(async () => {
  at = await startAsking()
  const { fixture, anna, connection } = at
  await at.meet(oneHour('Taken', DAY, 9))
  await connection.send('POST', '/v1/channels', { callback_url: 'https://fa.example/told' })
  const { id } = anna.mailbox.addCalendar({ name: 'Room' })
  // Links have its `=` in another form.
  fixture.faults.answers = [{ status: 403, path: id.replaceAll('=', ''), probability: 1 }]
  await pass(fixture, hours(2))
  await connection.refresh()
  const { body } = await connection.get('/v1/calendars')
  const listed = body['calendars'] as { calendar_id: string; calendar_primary: boolean }[]
  const idOf = (primary: boolean) => listed.find(({ calendar_primary }) => calendar_primary === primary)?.calendar_id
  ;[well, odd] = [idOf(true) ?? '', idOf(false) ?? '']
})

const asked = (...calendars: string[]) =>
  at.between('08:00', '11:00', { participants: [{ members: [{ sub: at.sub, calendar_ids: calendars }] }] })

test('an account with a calendar that was never read is past its first pull', async () => {
  const { body } = await at.connection.get('/v1/userinfo')
  const data = body['cronofy.data'] as { profiles: object[] }
  expect(data.profiles).toMatchObject([
    { profile_initial_sync_required: false, profile_sync: { state: 'current', calendars: 2, calendars_done: 1 } },
  ])
})

test('its person is offered where that calendar does not count, and is not where it does', async () => {
  expect(await at.offered(asked(well))).toEqual(['08:00-09:00', '10:00-11:00'])
  const unknown = { available_periods: [], unknown: [{ sub: at.sub, reason: 'first_pull' }] }
  for (const query of [asked(odd), asked(well, odd), at.between('08:00', '11:00')])
    expect((await at.ask(query)).body).toEqual(unknown)
})

test('an alarm is raised once, however often the calendar is tried', () => {
  const levels = linesOf(at.fixture, 'calendar-set-aside').map(({ level }) => level)
  expect(levels.length).toBeGreaterThan(5)
  expect(levels.filter((level) => level === 'error')).toHaveLength(1)
})

test('once it can be read it counts, and its next failure is an alarm again', async () => {
  const { fixture } = at
  const { answers } = fixture.faults
  fixture.faults.answers = []
  await pass(fixture, hours(1))
  await at.connection.refresh()
  expect(await at.offered(asked(well, odd))).toEqual(['08:00-09:00', '10:00-11:00'])
  fixture.faults.answers = answers
  at.anna.mailbox.expireTokens()
  await pass(fixture, hours(2))
  expect(linesOf(fixture, 'calendar-set-aside').filter(({ level }) => level === 'error')).toHaveLength(2)
})
