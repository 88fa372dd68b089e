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
  expect(at.mailbox.calendar(calendar.id).store.items.size).toBe(1)
  at.mailbox.removeCalendar(calendar.id)
  await pass(at.fixture, hours(1))
  await at.path()
  const sent = await at.send('DELETE', '/v1/events', { delete_all: true })
  await at.sync()
  expect(await at.outcome(sent)).toMatchObject({ state: 'applied' })
})
