import { beforeEach, expect, test } from 'vitest'
import { hours, minutes } from '../../shared/core/time.ts'
import { createTableCounters, tableRequests } from '../support/counted-tables.ts'
import { lastAccount, leftOf, untilErased } from '../support/erasing.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { type Operated, startOperated } from '../support/operating.ts'

let at: Operated

beforeEach(async () => {
  at = await startOperated(3)
})

/** The newest sample's gauges of a metric. */
async function counted(metric: 'accounts' | 'calendars'): Promise<Record<string, number>> {
  await at.service.operations.gather()
  const [sample] = (await at.service.operations.status(1)).samples
  const found = Object.entries(sample?.gauges ?? {}).filter(([name]) => name.startsWith(`${metric}{`))
  return Object.fromEntries(found.map(([name, count]) => [name.replace(/.*=|\}/g, ''), count]))
}

const mailboxOf = (person: number) => at.world.mailboxOf(at.people[person]?.oid ?? '')

test('accounts and their calendars are counted as soon as their first visit has ended', async () => {
  expect(await counted('accounts')).toEqual({ active: 3, 'needs-reconnect': 0, disconnected: 0 })
  expect(await counted('calendars')).toEqual({ notified: 3, polled: 0, deaf: 0 })
})

test('an account that was never visited counts, and one that connects again is not counted anew', async () => {
  const [tid = ''] = at.world.organisations.keys()
  await at.connect(at.world.addPerson({ tid, displayName: 'New' }))
  await at.reconnect()
  expect(await counted('accounts')).toMatchObject({ active: 4 })
  expect(await counted('calendars')).toMatchObject({ notified: 3 })
})

test('a calendar whose subscription is gone is polled, and notified again with the next one', async () => {
  const refusal = { status: 403, times: 1_000, path: '/subscriptions', code: 'ExtensionError' }
  at.faults.answers.push(refusal)
  const [subscription] = at.graph.subscriptions.list()
  at.graph.subscriptions.tellLifecycle(subscription?.id ?? '', 'subscriptionRemoved')
  await at.pass(minutes(2))
  expect(await counted('calendars')).toEqual({ notified: 2, polled: 1, deaf: 0 })
  at.faults.answers.pop()
  await at.pass(minutes(40))
  expect(await counted('calendars')).toEqual({ notified: 3, polled: 0, deaf: 0 })
})

test('a calendar of which nothing is told is deaf', async () => {
  at.faults.notifications.drop = 1
  mailboxOf(0).create(oneHour('Not told', '2026-11-20'))
  await at.pass(minutes(90))
  expect(await counted('calendars')).toEqual({ notified: 2, polled: 0, deaf: 1 })
})

test('people who have to connect again count as such, and their calendars no more, until they have', async () => {
  at.trouble.sessionsRevoked = true
  await at.pass(minutes(61))
  expect(await counted('accounts')).toEqual({ active: 0, 'needs-reconnect': 3, disconnected: 0 })
  expect(await counted('calendars')).toEqual({ notified: 0, polled: 0, deaf: 0 })
  at.trouble.sessionsRevoked = false
  await at.reconnect()
  await at.settle()
  expect(await counted('accounts')).toEqual({ active: 3, 'needs-reconnect': 0, disconnected: 0 })
  expect(await counted('calendars')).toMatchObject({ notified: 3 })
})

test('an erased account is counted no more, and nothing beside its plan is left', async () => {
  const account = lastAccount(at)
  await at.service.erasure.begin(account, 'retention')
  await untilErased(at)
  expect(leftOf(at, account).filter((row) => row.includes(account))).toEqual([])
  expect(await counted('accounts')).toMatchObject({ active: 2 })
})

test('a plan that was woken for still tells how its account does', async () => {
  await at.clock.advance(hours(1))
  expect(await at.service.wakeDue()).toBeGreaterThan(0)
  expect(await counted('accounts')).toMatchObject({ active: 3 })
})

test('a visit that changes nothing of it writes nothing for it, and counting is a request for each shard', async () => {
  await at.pass(minutes(30))
  const plans = () => at.tables.rows('schedule').map(({ rowKey, etag }) => `${rowKey} ${etag}`)
  const before = plans()
  mailboxOf(0).create(oneHour('A change', '2026-11-20'))
  await at.deliver()
  // One of them has a plan sooner than the one it had, because something was told.
  expect(plans().filter((plan) => before.includes(plan)).length).toBeGreaterThanOrEqual(2)
  Object.assign(at.counters, createTableCounters())
  await at.service.operations.gather()
  // 16 shards, the figures, and the sample with what is moved into it.
  expect(tableRequests(at.counters)).toBeLessThanOrEqual(16 + 1 + 3)
})

test('a mailbox that asks for an hour of patience is not late', async () => {
  const headers = { 'Retry-After': '3600' }
  at.intercept = () => Response.json({ error: { code: 'TooManyRequests' } }, { status: 429, headers })
  mailboxOf(0).create(oneHour('A change', '2026-11-20'))
  await at.deliver()
  await at.pass(minutes(58))
  const { samples, alerts } = await at.service.operations.status(1)
  expect(Math.max(...samples.map(({ gauges }) => gauges['wake-ups.overdue'] ?? 0))).toBeLessThan(minutes(2))
  expect(alerts.find(({ name }) => name === 'late-wake-ups')).toMatchObject({ isRaised: false })
  at.intercept = () => undefined
  await at.pass(minutes(10))
  expect(await counted('accounts')).toMatchObject({ active: 3 })
  expect(new Set(at.tables.rows('schedule').map(({ rowKey }) => rowKey.split('.')[1])).size).toBe(3)
})

test('how late the schedule is, is told in milliseconds', async () => {
  at.trouble.stopped = true
  await at.pass(minutes(100))
  const [sample] = (await at.service.operations.status(1)).samples
  const late = sample?.gauges['wake-ups.overdue'] ?? 0
  expect(late).toBeGreaterThan(minutes(30))
  expect(late).toBeLessThan(minutes(100))
})
