import { expect, test } from 'vitest'
import { hours, minutes } from '../../shared/core/time.ts'
import { isListedAsDeleted, withoutCalendar } from '../support/lost-calendars.ts'
import { pass } from '../support/reading.ts'
import { startWriting } from '../support/writing.ts'

const [EVENTS, CALENDARS] = ['/v1.0/me/events', '/v1.0/me/calendars']

test.each([
  // The events are still in the cache, because one list may be wrong.
  [
    'one list of calendars lacks',
    minutes(0),
    (calendar: string, event = '') => [`DELETE ${EVENTS}/${event}`, `DELETE ${CALENDARS}/${calendar}/events/${event}`],
  ],
  // The cache has none of them; they are looked for by their markers, there and in other calendars.
  ['every list of an hour lacks', hours(1), (calendar: string) => [`GET ${CALENDARS}/${calendar}/events`]],
])('a deletion of all events finds nothing in a calendar that %s, and is applied', async (_, after, expected) => {
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
    .map(({ method, path }) => `${method} ${decodeURIComponent(path).split('?')[0]}`)
    .filter((request) => [item?.id ?? '', calendar.id].some((gone) => request.includes(gone)))
  expect(asked).toEqual(expected(calendar.id, item?.id))
  expect(await at.outcome(sent)).toMatchObject({ state: 'applied' })
})

test('a deletion of all events is carried out in a calendar that one wrong list lacks', async () => {
  const at = await startWriting()
  const calendar = at.mailbox.addCalendar({ name: 'Rehearsals' })
  await pass(at.fixture, hours(1))
  await at.upsert(at.meeting(), calendar)
  await at.sync()
  at.fixture.intercept = withoutCalendar(at, calendar.id)
  for (let passes = 0; passes < 70 && !(await isListedAsDeleted(at)); passes++) await pass(at.fixture, minutes(1))
  expect(await isListedAsDeleted(at)).toBe(true)
  expect(at.mailbox.calendar(calendar.id).store.items.size).toBe(1)
  const asked = await at.send('DELETE', '/v1/events', { delete_all: true })
  await at.sync()
  expect(await at.outcome(asked)).toMatchObject({ state: 'applied' })
  expect(at.mailbox.calendar(calendar.id).store.items.size).toBe(0)
})
