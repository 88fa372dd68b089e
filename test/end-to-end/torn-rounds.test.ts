import { expect, test } from 'vitest'
import { SyncError } from '../../shared/core/errors.ts'
import { hours, minutes } from '../../shared/core/time.ts'
import { beforeCommit } from '../support/failing-tables.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { pass, startReading } from '../support/reading.ts'
import { startService } from '../support/service.ts'

test('a round that was begun for one that was given up, and ended half-way in a commit, is not begun again under its number', async () => {
  let isSlow = false
  /** Commits with parts of the index until one is lost. */
  let countdown = Number.POSITIVE_INFINITY
  const fixture = await startService({
    throughTables: (tables) =>
      beforeCommit(tables, (writes) => {
        if (!writes.some(({ rowKey }) => rowKey.startsWith('index.')) || --countdown > 0) return
        countdown = Number.POSITIVE_INFINITY
        throw new SyncError('STORAGE_UNAVAILABLE', 'simulated')
      }),
  })
  fixture.intercept = async ({ url }) => {
    if (isSlow && url.includes('/delta')) await fixture.clock.advance(minutes(2))
    return undefined
  }
  const reading = await startReading(fixture)
  const events = Array.from({ length: 450 }, (_, at) => reading.mailbox.create(oneHour(`Event ${at}`, '2026-11-20')))
  isSlow = true
  await fixture.deliver()
  expect((await reading.shown()).length).toBeLessThan(events.length)

  reading.mailbox.expireTokens()
  countdown = 2
  await pass(fixture, minutes(5))
  expect(countdown).toBe(Number.POSITIVE_INFINITY)
  isSlow = false
  for (const { item } of events.slice(0, 100)) reading.mailbox.remove(item.id)
  await pass(fixture, hours(1))
  expect(await reading.shown()).toEqual(reading.actual())
})
