import { beforeEach, describe, expect, test } from 'vitest'
import type { Calendar } from '../../infra/local/microsoft365/mailbox/mailbox.ts'
import { hours, minutes } from '../../shared/core/time.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { isListedAsDeleted, withoutCalendar } from '../support/lost-calendars.ts'
import { pass } from '../support/reading.ts'
import { startWriting, type Writing } from '../support/writing.ts'

let at: Writing
let shared: Calendar

beforeEach(async () => {
  at = await startWriting()
  const bo = at.fixture.world.mailboxOf(at.fixture.world.addPerson({ tid: at.person.tid, displayName: 'Bo' }).oid)
  const { id } = bo.addCalendar({ name: 'Tour' })
  bo.create(oneHour('Of Bo', '2026-11-21'), { calendarId: id })
  shared = bo.shareCalendar(id, at.mailbox, { canEdit: true })
  await pass(at.fixture, hours(1))
  at.writes()
})

const titles = () => [...shared.store.items.values()].map(({ fields }) => fields['subject'])
const told = async () => (await at.read()).map(({ summary }) => summary).sort()

describe('in a calendar that somebody shares', () => {
  test('an event is made, changed and deleted, and there is never a second one', async () => {
    await at.upsert(at.meeting(), shared)
    await at.sync()
    for (const summary of ['Renamed', 'Renamed again']) {
      const asked = await at.upsert(at.meeting({ summary }), shared)
      await at.sync()
      expect(await at.outcome(asked)).toMatchObject({ state: 'applied' })
      expect(titles()).toEqual(['Of Bo', summary])
    }
    expect(await told()).toEqual(['Of Bo', 'Renamed again'])
    const asked = await at.send('DELETE', await at.path(shared), { event_id: 'fa-1' })
    await at.sync()
    expect(await at.outcome(asked)).toMatchObject({ state: 'applied' })
    expect([titles(), await told()]).toEqual([['Of Bo'], ['Of Bo']])
  })

  test('a change costs one request more than in a calendar of one’s own, which asks under its name first', async () => {
    await at.upsert(at.meeting(), shared)
    await at.sync()
    at.writes()
    await at.upsert(at.meeting({ summary: 'Renamed' }), shared)
    await at.fixture.settle()
    const [first, second, ...more] = at.writes()
    expect([first, second]).toEqual([
      expect.stringMatching(/^PATCH \/v1\.0\/me\/events\//),
      expect.stringMatching(/^PATCH \/v1\.0\/me\/calendars\/[^/]+\/events\//),
    ])
    expect(more).toEqual([])
  })

  test('deletions of everything reach it', async () => {
    await at.upsert(at.meeting(), shared)
    await at.sync()
    const asked = await at.send('DELETE', '/v1/events', { delete_all: true })
    await at.sync()
    expect([await at.outcome(asked), titles()]).toMatchObject([{ state: 'applied' }, ['Of Bo']])
  })
})

test('an event that is found under its marker, and under no name, is never made a second time', async () => {
  await at.upsert(at.meeting())
  await at.sync()
  const error = { code: 'ErrorItemNotFound', message: 'no' }
  at.fixture.intercept = ({ method, url }) =>
    method === 'PATCH' || /\/events\/[^?]/.test(url) ? Response.json({ error }, { status: 404 }) : undefined
  const asked = await at.upsert(at.meeting({ summary: 'Renamed' }))
  await pass(at.fixture, hours(2), minutes(5))
  expect(at.held().map(({ fields }) => fields['subject'])).toEqual(['Board meeting'])
  at.fixture.intercept = () => undefined
  await pass(at.fixture, hours(2), minutes(5))
  expect(at.held().map(({ fields }) => fields['subject'])).toEqual(['Renamed'])
  expect((await at.get(asked.action)).body['action']).toMatchObject({ state: 'applied' })
})

test('a deletion reaches what somebody shares also where one list lacks their calendar', async () => {
  await at.upsert(at.meeting(), shared)
  await at.sync()
  at.fixture.intercept = withoutCalendar(at, shared.id)
  for (let passes = 0; passes < 70 && !(await isListedAsDeleted(at)); passes++) await pass(at.fixture, minutes(1))
  expect(await isListedAsDeleted(at)).toBe(true)
  const asked = await at.send('DELETE', '/v1/events', { delete_all: true })
  await at.sync()
  expect([(await at.get(asked.action)).body['action'], titles()]).toMatchObject([{ state: 'applied' }, ['Of Bo']])
})
