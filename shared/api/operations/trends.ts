import { type DurationMs, type EpochMs, earlier, elapsed, epochMs, hours } from '../../core/time.ts'
import { durationText } from '../../operations/duration-text.ts'
import { histogramOf, quantile } from '../../operations/figures.ts'
import type { Sample } from '../../operations/sample.ts'
import { isOfSeries } from '../../operations/series.ts'
import type { Chart } from './chart.ts'

/** How the service did over time: each chart has a value for each of `times`, which are the ends of equal parts. */
export interface Trends {
  readonly times: readonly EpochMs[]
  readonly charts: readonly Chart[]
}

/** So many points fit on a phone. */
const POINTS = 48

type Measure = (samples: readonly Sample[]) => number | undefined

const p95 =
  (series: string): Measure =>
  (samples) => {
    const histogram = histogramOf(samples, series)
    return histogram.count === 0 ? undefined : quantile(histogram, 0.95)
  }

const count =
  (series: string): Measure =>
  (samples) =>
    samples.length === 0 ? undefined : histogramOf(samples, series).count

const total = (values: Readonly<Record<string, number>>, metric: string): readonly number[] =>
  Object.entries(values).flatMap(([name, value]) => (isOfSeries(name, metric) ? [value] : []))

const sum = (values: readonly number[]): number => values.reduce((before, value) => before + value, 0)

const highest =
  (metric: string): Measure =>
  (samples) => {
    const values = samples.map(({ gauges }) => total(gauges, metric)).filter((found) => found.length > 0)
    return values.length === 0 ? undefined : Math.max(...values.map(sum))
  }

const counted =
  (metric: string): Measure =>
  (samples) =>
    samples.length === 0 ? undefined : sum(samples.flatMap(({ counters }) => total(counters, metric)))

const number = (value: number): string => String(value)

const CHARTS: readonly [string, Measure, (value: number) => string][] = [
  ['Delay of changes, p95', p95('sync.delay'), durationText],
  ['Delay of actions, p95', p95('action.delay'), durationText],
  ['Age in the queues, p95', p95('queue.age'), durationText],
  ['Oldest overdue visit', highest('wake-ups.overdue'), durationText],
  ['Requests to Graph', count('graph.duration'), number],
  ['Throttled by Graph', count('graph.duration{outcome=throttled}'), number],
  ['Accounts', highest('accounts'), number],
  ['Failures', counted('failures'), number],
]

export function trendsOf(samples: readonly Sample[], now: EpochMs, span: number): Trends {
  const part = (hours(span) / POINTS) as DurationMs
  const start = earlier(now, hours(span))
  const parts: Sample[][] = Array.from({ length: POINTS }, () => [])
  for (const sample of samples) parts[Math.min(POINTS - 1, Math.floor(elapsed(start, sample.at) / part))]?.push(sample)
  return {
    times: parts.map((_, at) => epochMs(start + (at + 1) * part)),
    charts: CHARTS.map(([title, measure, text]) => ({ title, values: parts.map(measure), text })),
  }
}
