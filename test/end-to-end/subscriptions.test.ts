import { beforeEach, expect, test } from 'vitest'
import { type DurationMs, hours, minutes } from '../../shared/core/time.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { pass, type Reading, startReading } from '../support/reading.ts'
import { type ServiceFixture, startService } from '../support/service.ts'

let fixture: ServiceFixture
let reading: Reading

beforeEach(async () => {
  fixture = await startService()
  reading = await startReading(fixture, { singles: 3 })
  await pass(fixture, hours(3))
})

const refuse = (status: number, times = 100_000) =>
  fixture.faults.answers.push({ status, times, path: '/subscriptions', code: 'ExtensionError' })

const remove = async () => {
  const [subscription] = fixture.graph.subscriptions.list()
  fixture.graph.subscriptions.tellLifecycle(subscription?.id ?? '', 'subscriptionRemoved')
  await pass(fixture, minutes(1), minutes(1))
}

async function expectPolled(): Promise<void> {
  reading.mailbox.create(oneHour('Not told', '2026-11-20'))
  await pass(fixture, minutes(5), minutes(1))
  expect(await reading.shown()).toEqual(reading.actual())
}

test('a calendar whose subscription could not be renewed is polled from its end on', async () => {
  refuse(403)
  const [subscription] = fixture.graph.subscriptions.list()
  await pass(fixture, (Number(subscription?.expiresAt) - fixture.clock.now()) as DurationMs, minutes(15))
  expect(fixture.graph.subscriptions.list()).toEqual([])
  await pass(fixture, minutes(10), minutes(1))
  await expectPolled()
})

test('a calendar whose subscription is gone and cannot be made anew for a while is polled meanwhile', async () => {
  refuse(429, 2)
  await remove()
  expect(fixture.graph.subscriptions.list()).toEqual([])
  await expectPolled()
  await pass(fixture, minutes(15))
  expect(fixture.graph.subscriptions.list()).toHaveLength(1)
})

test('a subscription that is gone while its renewal waits is believed to be', async () => {
  const [subscription] = fixture.graph.subscriptions.list()
  refuse(403)
  await pass(fixture, (Number(subscription?.expiresAt) - hours(40) - fixture.clock.now()) as DurationMs, minutes(15))
  await remove()
  await expectPolled()
})

test('a subscription that is to be asked for in a year is asked for before the one that is there ends', async () => {
  const year = { 'Retry-After': '31536000' }
  fixture.intercept = ({ url }) =>
    url.includes('/subscriptions')
      ? Response.json({ error: { code: 'TooManyRequests' } }, { status: 429, headers: year })
      : undefined
  await pass(fixture, hours(24 * 5 + 12), minutes(15))
  fixture.intercept = () => undefined
  await pass(fixture, hours(12), minutes(15))
  const [after] = fixture.graph.subscriptions.list()
  expect(Number(after?.expiresAt) - fixture.clock.now()).toBeGreaterThan(hours(24))
})

test.each(['', 'soon'])(
  'a subscription that ends at "%s" is none, and the calendar is polled',
  async (expirationDateTime) => {
    fixture.intercept = ({ url }) =>
      url.includes('/subscriptions')
        ? Response.json({ id: 'x', resource: 'x', expirationDateTime }, { status: 201 })
        : undefined
    await remove()
    await pass(fixture, minutes(30))
    expect(
      fixture.tables
        .rows('schedule')
        .map(({ rowKey }) => rowKey)
        .join(),
    ).not.toContain('NaN')
    await expectPolled()
  },
)
