import type { EpochMs } from '../core/time.ts'
import { histogramOf, quantile, troublesOf } from './figures.ts'
import type { AlertState, Histogram, Sample, ServiceStatus, Trouble } from './sample.ts'
import { isOfSeries } from './series.ts'

/** How long something took: how often it was measured, and what half and 95 of 100 were not above, in milliseconds. */
export interface Spread {
  readonly count: number
  readonly p50: number
  readonly p95: number
}

/** How the service does, in the numbers that an operator asks for first. States are of the newest sample, and empty when they could not be looked at. */
export interface Overview {
  /** When the newest sample was made; undefined when there is none. */
  readonly at: EpochMs | undefined
  readonly accounts: Readonly<Record<string, number>>
  readonly calendars: Readonly<Record<string, number>>
  readonly deadLetters: Readonly<Record<string, number>>
  /** How late the oldest planned visit is, in milliseconds; undefined when nobody could look. */
  readonly overdueMs: number | undefined
  readonly delays: Readonly<Record<DelayName, Spread>>
  /** By queue. */
  readonly queueAges: Readonly<Record<string, Spread>>
  /** By outcome. */
  readonly graph: Readonly<Record<string, number>>
  readonly vault: Spread
  /** Failures by code and alarms by event, the latest first. */
  readonly troubles: readonly Trouble[]
  readonly alerts: readonly AlertState[]
}

const DELAYS = {
  'changes, notified': 'sync.delay{mode=notified}',
  'changes, polled': 'sync.delay{mode=polled}',
  actions: 'action.delay',
  channels: 'channel.delay',
} as const
export type DelayName = keyof typeof DELAYS

/** Never fails: what no sample tells is empty, 0 or undefined. Delays, ages and counts are of all samples together. */
export function overviewOf({ samples, alerts }: ServiceStatus): Overview {
  const [newest] = samples
  const spread = (series: string) => spreadOf(histogramOf(samples, series))
  return {
    at: newest?.at,
    accounts: byLabel(newest?.gauges, 'accounts'),
    calendars: byLabel(newest?.gauges, 'calendars'),
    deadLetters: byLabel(newest?.gauges, 'dead-letters'),
    overdueMs: newest?.gauges['wake-ups.overdue'],
    delays: mapped(DELAYS, spread),
    queueAges: mapped(namesIn(samples, 'queue.age'), spread),
    graph: mapped(namesIn(samples, 'graph.duration'), (series) => histogramOf(samples, series).count),
    vault: spread('vault.duration'),
    troubles: troublesOf(samples.flatMap(({ troubles }) => troubles)),
    alerts,
  }
}

const spreadOf = (histogram: Histogram): Spread => ({
  count: histogram.count,
  p50: quantile(histogram, 0.5),
  p95: quantile(histogram, 0.95),
})

/** The value of the only label: `notified` of `calendars{mode=notified}`. */
const labelOf = (series: string): string => /=([^,}]*)\}$/.exec(series)?.[1] ?? series

const byLabel = (gauges: Sample['gauges'] = {}, metric: string): Record<string, number> =>
  Object.fromEntries(
    Object.entries(gauges).flatMap(([name, value]) => (isOfSeries(name, metric) ? [[labelOf(name), value]] : [])),
  )

/** The series of a metric that there are, by the value of their label. */
const namesIn = (samples: readonly Sample[], metric: string): Record<string, string> =>
  Object.fromEntries(
    samples
      .flatMap(({ histograms }) => Object.keys(histograms))
      .filter((name) => isOfSeries(name, metric))
      .sort()
      .map((name) => [labelOf(name), name]),
  )

const mapped = <Name extends string, Value>(series: Readonly<Record<Name, string>>, value: (series: string) => Value) =>
  Object.fromEntries(Object.entries<string>(series).map(([name, each]) => [name, value(each)])) as Record<Name, Value>
