import { expect, test } from 'vitest'
import { METRICS } from '../../../shared/core/metrics.ts'
import { type DurationMs, epochMs, minutes, seconds } from '../../../shared/core/time.ts'
import { ALERTS, type Alert, evaluateAlerts } from '../../../shared/operations/alerts.ts'
import { createCollector } from '../../../shared/operations/collector.ts'
import { MOST_SERIES, merged, noFigures, quantile } from '../../../shared/operations/figures.ts'
import { BUCKETS, type Sample } from '../../../shared/operations/sample.ts'
import { manualClock } from '../../support/graph-stand-in.ts'

const milliseconds = (value: number) => value as DurationMs

function measured(work: (collector: ReturnType<typeof createCollector>) => void) {
  const collector = createCollector(manualClock())
  work(collector)
  return collector.take()
}

test('what was measured is named by its metric and labels, and taken once', () => {
  const collector = createCollector(manualClock())
  collector.count('cache.lookups', { outcome: 'hit', cache: 'account-keys' })
  collector.count('cache.lookups', { cache: 'account-keys', outcome: 'hit' }, 2)
  collector.record('webhook.duration', {}, milliseconds(7))
  collector.gauge('accounts', { state: 'active' }, 3)
  collector.gauge('accounts', { state: 'active' }, 4)
  const { counters, gauges, histograms } = collector.take()
  expect(counters).toEqual({ 'cache.lookups{cache=account-keys,outcome=hit}': 3 })
  expect(gauges).toEqual({ 'accounts{state=active}': 4 })
  expect(histograms['webhook.duration']).toMatchObject({ count: 1, sum: 7 })
  expect(collector.take()).toEqual(noFigures)
})

test('a failure and an alarm are troubles, with the time of the last one', async () => {
  const clock = manualClock()
  const collector = createCollector(clock)
  collector.count('failures', { code: 'ROW_CHANGED' })
  await clock.advance(seconds(5))
  collector.count('failures', { code: 'ROW_CHANGED' })
  collector.count('alarms', { event: 'mass-deletion-held' })
  expect(collector.take().troubles).toEqual([
    { what: 'ROW_CHANGED', count: 2, lastAt: clock.now() },
    { what: 'mass-deletion-held', count: 1, lastAt: clock.now() },
  ])
})

test('figures of two instances add up: counters and histograms are sums, of a state the later holds', () => {
  const one = measured((telemetry) => {
    telemetry.count('failures', { code: 'INTERNAL' })
    telemetry.record('webhook.duration', {}, milliseconds(3))
    telemetry.gauge('dead-letters', { queue: 'mailbox' }, 1)
  })
  const other = measured((telemetry) => {
    telemetry.count('failures', { code: 'INTERNAL' }, 4)
    telemetry.record('webhook.duration', {}, milliseconds(4_000_000))
    telemetry.gauge('dead-letters', { queue: 'mailbox' }, 0)
  })
  const both = merged(one, other)
  expect(both.counters).toEqual({ 'failures{code=INTERNAL}': 5 })
  expect(both.gauges).toEqual({ 'dead-letters{queue=mailbox}': 0 })
  expect(both.histograms['webhook.duration']).toMatchObject({ count: 2, sum: 4_000_003 })
  expect(both.troubles).toMatchObject([{ what: 'INTERNAL', count: 5 }])
})

test('a share of durations is told by the end of its bucket', () => {
  const { histograms } = measured((telemetry) => {
    for (const each of [1, 6, 6, 40, 90]) telemetry.record('webhook.duration', {}, milliseconds(each))
  })
  const webhook = histograms['webhook.duration']
  if (webhook === undefined) throw new Error('nothing was measured')
  expect([0, 0.5, 0.8, 0.95].map((share) => quantile(webhook, share))).toEqual([5, 10, 50, 100])
  expect(quantile({ count: 0, sum: 0, buckets: [] }, 0.95)).toBe(0)
})

test('a label with too many values does not make the figures larger than a row', () => {
  const figures = measured((telemetry) => {
    for (let at = 0; at < 10 * MOST_SERIES; at++) {
      telemetry.count('failures', { code: `A_RATHER_LONG_CODE_OF_A_FAILURE_${at}` }, 1_000_000)
      telemetry.record('graph.duration', { outcome: `outcome-${at}` }, milliseconds(at))
    }
  })
  expect(Object.keys(merged(figures, figures).counters)).toHaveLength(MOST_SERIES)
  expect(Object.keys(merged(figures, figures).histograms)).toHaveLength(MOST_SERIES)
})

test.each(ALERTS)('the alert $name is about a metric that is measured, and a limit that can be told', (alert) => {
  const [, metric = '', labels] = /^([a-z.-]+)(?:\{(.*)\})?$/.exec(alert.series) ?? []
  const found = Object.entries(METRICS).find(([name]) => name === metric)?.[1]
  expect(KINDS[alert.take]).toBe(found?.kind)
  const named = (labels ?? '').split(',').flatMap((label) => (label === '' ? [] : (label.split('=')[0] ?? '')))
  // All labels of the metric, in their order, or none.
  if (labels !== undefined) expect(named).toEqual(found?.labels)
  if (alert.take === 'p95') expect(BUCKETS).toContain(alert.over)
  expect(alert.minutes % 5).toBe(0)
})

const KINDS: Readonly<Record<Alert['take'], string>> = {
  ...{ max: 'gauge', missing: 'gauge', sum: 'counter' },
  ...{ count: 'histogram', p95: 'histogram', rate: 'histogram' },
}

test('alerts have names of their own', () => {
  expect(new Set(ALERTS.map(({ name }) => name)).size).toBe(ALERTS.length)
})

const NOW = epochMs(1_800_000_000_000)
const sample = (age: number, accounts: number): Sample => ({
  ...noFigures,
  at: epochMs(NOW - minutes(age)),
  gauges: { 'accounts{state=active}': accounts, 'accounts{state=disconnected}': 1 },
})
const all = { name: 'all', severity: 1, series: 'accounts', over: 2, minutes: 10, what: 'there are many' } as const

test('a series without labels is all of its values together, of the time that is asked for', () => {
  const value = (samples: readonly Sample[], series: string = all.series) =>
    evaluateAlerts([{ ...all, series, take: 'max' }], samples, NOW)[0]?.value
  expect(value([sample(1, 5), sample(6, 7), sample(11, 90)])).toBe(8)
  expect(value([sample(1, 5)], 'accounts{state=active}')).toBe(5)
  expect(value([sample(1, 5)], 'account')).toBe(0)
})

test('what is compared is said in its unit', () => {
  const late = { ...all, series: 'wake-ups.overdue', take: 'max', over: 60_000, what: 'a visit is late' } as const
  const overdue = { ...sample(1, 0), gauges: { 'wake-ups.overdue': 900_000 } }
  const textOf = (alert: Alert) => evaluateAlerts([alert], [overdue], NOW)[0]?.text
  expect(textOf(late)).toBe('a visit is late: 15 min, above 1 min')
  expect(textOf({ ...late, take: 'missing', over: 0 })).toBe('a visit is late: 0, above 0')
})

test('an alert is judged by the last samples, also in the moment before the next is there', () => {
  const [state] = evaluateAlerts([{ ...all, minutes: 5, take: 'max' }], [sample(6, 5)], NOW)
  expect(state).toEqual({ name: 'all', isRaised: true, value: 6, limit: 2, text: 'there are many: 6, above 2' })
})

test('what is missing is so at this moment', () => {
  const missing = (samples: readonly Sample[]) => evaluateAlerts([{ ...all, over: 0, take: 'missing' }], samples, NOW)
  expect(missing([sample(9, 0)])).toMatchObject([{ isRaised: false }])
  expect(missing([sample(11, 9)])).toMatchObject([{ isRaised: true }])
  expect(missing([{ ...sample(2, 0), gauges: {} }])).toMatchObject([{ isRaised: true }])
  const ofAClockThatIsAhead = sample(-20, 0)
  expect(missing([ofAClockThatIsAhead])).toMatchObject([{ isRaised: false }])
})
