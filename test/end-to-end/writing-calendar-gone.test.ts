import { expect, test } from 'vitest'
import { hours, minutes } from '../../shared/core/time.ts'
import { pass } from '../support/reading.ts'
import { startWriting, type Writing } from '../support/writing.ts'

const isListedAsDeleted = async (at: Writing): Promise<boolean> => {
  const { body } = await at.get('/v1/calendars')
  return (body['calendars'] as { calendar_deleted: boolean }[]).some(({ calendar_deleted }) => calendar_deleted)
}

test.each([
  // The events are still in the cache, because one list may be wrong.
  ['one list of calendars lacks', minutes(0), 0],
  // The cache has none of them; that an event is nowhere else either is known once it was looked for by its id.
  ['every list of an hour lacks', hours(1), 1],
])('a deletion of all events changes nothing in a calendar that %s, and is applied', async (_, after, reads) => {
  const at = await startWriting()
  const calendar = at.mailbox.addCalendar({ name: 'Rehearsals' })
  await pass(at.fixture, hours(1))
  await at.upsert(at.meeting(), calendar)
  await at.sync()
  const [item, ...others] = at.mailbox.calendar(calendar.id).store.items.values()
  expect([others, item?.id]).toEqual([[], expect.any(String)])
  at.mailbox.removeCalendar(calendar.id)
  for (let passes = 0; passes < 20 && !(await isListedAsDeleted(at)); passes++) await pass(at.fixture, minutes(5))
  expect(await isListedAsDeleted(at)).toBe(true)
  await pass(at.fixture, after)
  await at.path()
  at.writes()
  const sent = await at.send('DELETE', '/v1/events', { delete_all: true })
  await at.sync()
  const asked = at.fixture.graph.requests
    .list()
    .map(({ method, path }) => `${method} ${decodeURIComponent(path)}`)
    .filter((request) => [item?.id ?? '', calendar.id].some((gone) => request.includes(gone)))
  expect(asked).toEqual(Array(reads).fill(`GET /v1.0/me/events/${item?.id}`))
  expect(at.writes()).toEqual([])
  expect(await at.outcome(sent)).toMatchObject({ state: 'applied' })
})
