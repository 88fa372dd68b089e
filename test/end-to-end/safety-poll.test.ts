import { expect, test } from 'vitest'
import { hours, minutes } from '../../shared/core/time.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { pass, startReading } from '../support/reading.ts'
import { startService } from '../support/service.ts'

test('W7: with every notification lost for four hours, each change is shown within 60 minutes', async () => {
  const fixture = await startService()
  const reading = await startReading(fixture, { singles: 20 })
  await pass(fixture, hours(2), minutes(5))
  fixture.faults.notifications.drop = 1
  for (let change = 0; change < 4; change++) {
    reading.mailbox.create(oneHour(`Change ${change}`, '2026-11-20', change))
    await pass(fixture, minutes(60), minutes(1))
    expect(await reading.shown(), `change ${change}`).toEqual(reading.actual())
  }
})
