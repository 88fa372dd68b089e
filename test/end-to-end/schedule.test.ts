import { beforeEach, expect, test } from 'vitest'
import { SyncError } from '../../shared/core/errors.ts'
import { type DurationMs, days, earlier, epochMs, hours, minutes, seconds } from '../../shared/core/time.ts'
import type { Tables } from '../../shared/storage/table.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { pass, pulls, type Reading, startReading } from '../support/reading.ts'
import { type ServiceFixture, startService } from '../support/service.ts'

let fixture: ServiceFixture
let reading: Reading

beforeEach(async () => {
  fixture = await startService()
  reading = await startReading(fixture, { singles: 3 })
  await pass(fixture, minutes(10))
})

const plans = () => fixture.tables.rows('schedule').map(({ rowKey }) => rowKey)

test('an account keeps a plan although the clock that woke it is ahead of the one that visits it', async () => {
  const [plan = ''] = plans().sort()
  const [at = '', account = ''] = plan.split('.')
  const behind = earlier(Number(at) as never, seconds(1))
  await fixture.clock.advance((behind - fixture.clock.now()) as DurationMs)
  await fixture.service.syncMailbox({ account, reason: 'due', plannedFor: Number(at) })
  expect(plans()).toContain(plan)
})

test('a visit that fails each time leaves one plan behind and not one each time', async () => {
  const [plan = ''] = plans().sort()
  const [at = '', account = ''] = plan.split('.')
  await fixture.clock.advance((Number(at) - fixture.clock.now()) as DurationMs)
  fixture.intercept = () => {
    throw new TypeError('a bug')
  }
  for (let time = 0; time < 10; time++)
    await fixture.service.syncMailbox({ account, reason: 'due', plannedFor: Number(at) }).catch(() => undefined)
  expect(plans().length).toBeLessThanOrEqual(2)
})

test('a plan whose account does not come is woken again, less and less often', async () => {
  const woken: number[] = []
  await fixture.clock.advance(hours(2))
  for (let tick = 0; tick < 2 * 60 * 3; tick++) {
    await fixture.clock.advance(seconds(30))
    if ((await fixture.service.wakeDue()) > 0) woken.push(tick)
  }
  expect(woken.length).toBeGreaterThanOrEqual(3)
  expect(woken.length).toBeLessThanOrEqual(5)
  await fixture.settle()
  reading.mailbox.create(oneHour('After all', '2026-11-20'))
  await fixture.deliver()
  expect(await reading.shown()).toEqual(reading.actual())
})

test('one account that has come already does not make the others of its tick be woken again', async () => {
  for (let person = 0; person < 40; person++)
    await fixture.connect(fixture.world.addPerson({ tid: reading.person.tid, displayName: `P ${person}` }))
  await fixture.settle()
  await fixture.clock.advance(hours(2))
  const racing = await startService({
    beside: fixture,
    throughWaker: (waker) => ({
      async wake(wakeUps, wait) {
        await waker.wake(wakeUps, wait)
        if (wakeUps[0] !== undefined) await fixture.service.syncMailbox(wakeUps[0])
      },
    }),
  })
  await racing.service.wakeDue()
  expect(await racing.service.wakeDue()).toBe(0)
})

test('a calendar that is read as a view goes back to changes the night after', async () => {
  fixture.faults.delta.loops = true
  reading.mailbox.create(oneHour('Read as a view', '2026-11-20'))
  await fixture.deliver()
  await pass(fixture, minutes(5))
  fixture.faults.delta.loops = false
  await pass(fixture, days(2), minutes(15))
  fixture.graph.requests.clear()
  reading.mailbox.create(oneHour('Told as a change', '2026-11-22'))
  await fixture.deliver()
  expect(pulls(fixture)).toBe(1)
})

test.each([1, 299])('T3: a timer whose clock is %d s ahead delays no poll by more than its interval', async (ahead) => {
  fixture.faults.notifications.drop = 1
  reading.mailbox.create(oneHour('Makes it polled', '2026-11-20'))
  await pass(fixture, minutes(90))
  const { clock } = fixture
  const timer = await startService({
    beside: fixture,
    clock: { ...clock, now: () => epochMs(clock.now() + seconds(ahead)) },
    throughWaker: () => ({ wake: async ([wakeUp]) => fixture.service.syncMailbox(wakeUp) }),
  })
  // The tick falls just before the plan.
  const [at = 0] = plans().map((plan) => Number(plan.split('.')[0]))
  await clock.advance((at - clock.now() - 500) as DurationMs)
  reading.mailbox.create(oneHour('Polled', '2026-11-21'))
  for (let tick = 0; tick < 2 * 5; tick++) {
    await timer.service.wakeDue()
    await clock.advance(seconds(30))
  }
  expect(await reading.shown()).toEqual(reading.actual())
})

test('a shard that cannot be read keeps nobody of another one waiting', async () => {
  for (let person = 0; person < 40; person++)
    await fixture.connect(fixture.world.addPerson({ tid: reading.person.tid, displayName: `P ${person}` }))
  await fixture.settle()
  await fixture.clock.advance(hours(2))
  const [first] = fixture.tables.rows('schedule')
  const torn = await startService({ beside: fixture, throughTables: (tables) => without(tables, first?.partitionKey) })
  await expect(torn.service.wakeDue()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
  const shards = new Set(fixture.tables.rows('schedule').map(({ partitionKey }) => partitionKey))
  expect(new Set(torn.queue.map(({ account }) => account)).size).toBeGreaterThan(30)
  expect(shards.size).toBeGreaterThan(10)
})

const without = (tables: Tables, partition: string | undefined): Tables => ({
  table(name) {
    const table = tables.table(name)
    return {
      ...table,
      range(partitionKey, from, to) {
        if (name === 'schedule' && partitionKey === partition)
          throw new SyncError('STORAGE_UNAVAILABLE', 'this partition cannot be read')
        return table.range(partitionKey, from, to)
      },
    }
  },
})

test('D1: a wake-up with a reason of a newer release is a visit that reads what it may be about', async () => {
  const [plan = ''] = plans()
  const [, account = ''] = plan.split('.')
  reading.mailbox.create(oneHour('Seen', '2026-11-20'))
  fixture.graph.requests.clear()
  await fixture.service.syncMailbox({ account, reason: 'of-a-newer-release' })
  expect(fixture.logged.at(-1)).not.toContain('MESSAGE_INVALID')
  expect(await reading.shown()).toEqual(reading.actual())
})
