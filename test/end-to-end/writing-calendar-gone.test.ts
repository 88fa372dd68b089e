import { expect, test } from 'vitest'
import { hours } from '../../shared/core/time.ts'
import { pass } from '../support/reading.ts'
import { startWriting } from '../support/writing.ts'

test('a deletion of all events does not ask for those whose calendar is gone', async () => {
  const at = await startWriting()
  const calendar = at.mailbox.addCalendar({ name: 'Rehearsals' })
  await pass(at.fixture, hours(1))
  await at.upsert(at.meeting(), calendar)
  await at.sync()
  const [item, ...others] = at.mailbox.calendar(calendar.id).store.items.values()
  expect(others).toEqual([])
  at.mailbox.removeCalendar(calendar.id)
  await pass(at.fixture, hours(1))
  await at.path()
  at.writes()
  const sent = await at.send('DELETE', '/v1/events', { delete_all: true })
  await at.sync()
  const asked = at.fixture.graph.requests.list().map(({ path }) => path)
  for (const gone of [item?.id ?? '', calendar.id]) expect(asked.filter((path) => path.includes(gone))).toEqual([])
  expect(at.writes()).toEqual([])
  expect(await at.outcome(sent)).toMatchObject({ state: 'applied' })
})
