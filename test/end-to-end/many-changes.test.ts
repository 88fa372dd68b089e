import { expect, test } from 'vitest'
import { minutes } from '../../shared/core/time.ts'
import { pass, pulls, startReading } from '../support/reading.ts'
import { startService } from '../support/service.ts'

test('W4: thousands of deletions at once are told in deliveries that we take, and are a handful of reads', async () => {
  const fixture = await startService()
  const reading = await startReading(fixture, { singles: 3_000, days: 200 })
  fixture.graph.requests.clear()
  for (const { id } of [...reading.mailbox.calendar().store.items.values()].slice(0, 2_500)) reading.mailbox.remove(id)
  await fixture.deliver()
  await pass(fixture, minutes(1), minutes(1))
  expect(await reading.shown()).toEqual(reading.actual())
  expect(pulls(fixture)).toBeLessThanOrEqual(20)
})
