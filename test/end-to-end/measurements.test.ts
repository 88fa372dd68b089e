import { InvocationContext } from '@azure/functions'
import { beforeAll, expect, test } from 'vitest'
import { SyncError } from '../../shared/core/errors.ts'
import { METRICS } from '../../shared/core/metrics.ts'
import { minutes, seconds } from '../../shared/core/time.ts'
import { type Figures, merged, quantile } from '../../shared/operations/figures.ts'
import type { Histogram } from '../../shared/operations/sample.ts'
import { measuredInvocation } from '../../shared/telemetry/metrics-of-invocations.ts'
import { openChannel, startChannels, told } from '../support/channels.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { type Operated, startOperated } from '../support/operating.ts'
import type { Writing } from '../support/writing.ts'

let at: Operated
let writing: Writing
let first: Figures

const histogram = ({ histograms }: Figures, series: string): Histogram => {
  const found = histograms[series]
  if (found === undefined) throw new Error(`${series} was not measured`)
  return found
}

beforeAll(async () => {
  at = await startOperated()
  writing = await startChannels(Promise.resolve(at))
  first = at.collector.take()
})

test('a first pull and a window that moves on are no delay', async () => {
  expect(Object.keys(first.histograms).filter((name) => name.startsWith('sync.delay'))).toEqual([])
  expect(first.counters).toMatchObject({ 'subscription.renewals{outcome=created}': 2 })
})

test('a change that is told is measured from its time in Microsoft 365, a series once', async () => {
  at.collector.take()
  writing.mailbox.create(oneHour('Told', '2026-11-20'))
  await at.clock.advance(seconds(20))
  await at.settle()
  const delay = histogram(at.collector.take(), 'sync.delay{mode=notified}')
  expect(delay.count).toBe(1)
  expect(quantile(delay, 0.95)).toBe(30_000)
})

test('an action is measured from the 202 to its outcome, a notification from the commit to the 2xx', async () => {
  await openChannel(writing)
  at.collector.take()
  await writing.send('POST', await writing.path(), writing.meeting())
  await at.clock.advance(seconds(7))
  await at.settle()
  const acted = at.collector.take()
  expect(quantile(histogram(acted, 'action.delay{outcome=applied}'), 1)).toBe(10_000)
  writing.mailbox.create(oneHour('To be told', '2026-11-23'))
  await told(at)
  expect(histogram(at.collector.take(), 'channel.delay').count).toBe(1)
})

test('Graph that asks for patience, refuses, fails and does not answer is told apart', async () => {
  at.collector.take()
  const answers = [429, 403, 503]
  for (const status of answers) {
    at.faults.answers.push({ status, times: 1, path: '/delta', code: 'x' })
    writing.mailbox.create(oneHour(`Answered ${status}`, '2026-11-24'))
    await at.pass(minutes(10))
  }
  at.intercept = () => Promise.reject(new Error('nobody answers'))
  await at.pass(minutes(61))
  at.intercept = () => undefined
  const { histograms, counters } = at.collector.take()
  const gathered = await at.service.operations.status(2)
  const all = gathered.samples.reduce(merged, { histograms, counters, gauges: {}, troubles: [] })
  for (const outcome of ['ok', 'throttled', 'refused', 'failed', 'unreachable'])
    expect(histogram(all, `graph.duration{outcome=${outcome}}`).count).toBeGreaterThan(0)
  expect(all.counters['failures{code=MICROSOFT_THROTTLED}']).toBeGreaterThan(0)
  expect(all.counters['cache.lookups{cache=account-keys,outcome=hit}']).toBeGreaterThan(0)
})

test('messages are measured from the time they came into their queue', async () => {
  at.collector.take()
  const ago = (age: number) => new Date(at.clock.now() - age).toISOString()
  for (const triggerMetadata of [
    { enqueuedTimeUtc: ago(4_000) },
    { enqueuedTimeUtc: ago(400) },
    { enqueuedTimeUtc: 'no time' },
    { enqueuedTimeUtc: null },
    {},
  ]) {
    const trigger = { name: 'messages', type: 'serviceBusTrigger', queueName: 'mailbox' }
    const context = new InvocationContext({ functionName: 'sync-mailbox', options: { trigger }, triggerMetadata })
    await measuredInvocation({ telemetry: at.collector, clock: at.clock }, context, () => undefined)
  }
  const { histograms } = at.collector.take()
  expect(Object.keys(histograms)).toEqual(['queue.age{queue=mailbox}'])
  expect(histograms['queue.age{queue=mailbox}']).toMatchObject({ count: 2, sum: 4_400 })
})

test('answers are counted by their class, and a bug is an alarm', async () => {
  at.collector.take()
  expect(await at.notify()).toBe(202)
  at.trouble.queueAway = true
  expect(await at.notify()).toBe(503)
  at.trouble.queueAway = false
  const { histograms, counters } = at.collector.take()
  expect(histogram({ histograms } as Figures, 'http.duration{status=2xx}').count).toBe(1)
  expect(histogram({ histograms } as Figures, 'http.duration{status=5xx}').count).toBe(1)
  expect(histogram({ histograms } as Figures, 'webhook.duration').count).toBe(2)
  expect(counters).toMatchObject({ 'failures{code=QUEUE_UNAVAILABLE}': 1 })
  expect(Object.keys(counters).filter((name) => name.startsWith('alarms'))).toEqual([])
})

test('a timer that fails is counted with its code, and is an alarm when it will not heal', async () => {
  at.collector.take()
  const context = new InvocationContext({
    functionName: 'forget-audit',
    options: { trigger: { name: 'timer', type: 'timerTrigger' } },
  })
  for (const error of [new SyncError('STORAGE_UNAVAILABLE', 'away'), new SyncError('KEY_RECORD_FORGED', 'forged')])
    await expect(
      measuredInvocation({ telemetry: at.collector, clock: at.clock }, context, () => Promise.reject(error)),
    ).rejects.toBe(error)
  expect(at.collector.take().counters).toEqual({
    'failures{code=STORAGE_UNAVAILABLE}': 1,
    'failures{code=KEY_RECORD_FORGED}': 1,
    'alarms{event=timer-failed}': 1,
  })
})

test('every metric is measured somewhere, and what is measured names nobody', async () => {
  at.collector.count('alarms', { event: 'calendar-set-aside' })
  await at.hammerVault(1)
  await at.pass(minutes(5))
  const { samples } = await at.service.operations.status(24)
  const all = [first, ...samples].reduce<Figures>(merged, at.collector.take())
  const names = [...Object.keys(all.counters), ...Object.keys(all.gauges), ...Object.keys(all.histograms)]
  const measured = new Set(names.map((name) => name.replace(/\{.*/, '')))
  const elsewhere = ['webhook.duration', 'http.duration', 'queue.age', 'action.delay', 'channel.delay', 'sync.delay']
  expect(Object.keys(METRICS).filter((name) => !measured.has(name) && !elsewhere.includes(name))).toEqual([])
  expect(names.filter((name) => !/^[a-z.-]+(\{[a-z]+=[A-Za-z0-9_-]+(,[a-z]+=[A-Za-z0-9_-]+)*\})?$/.test(name))).toEqual(
    [],
  )
  expect(JSON.stringify(all)).not.toMatch(/acc_|@|chn_/)
})
