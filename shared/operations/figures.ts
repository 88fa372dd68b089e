import { type EpochMs, epochMs } from '../core/time.ts'
import { BUCKETS, type Histogram, type Sample, type Trouble } from './sample.ts'
import { isOfSeries } from './series.ts'

/** What was measured in some time, by one instance or by several. */
export type Figures = Omit<Sample, 'at'>

/** More series than the service has; what a mistake in a label would add beyond that is dropped, so that a row holds them. */
export const MOST_SERIES = 250

export const noFigures: Figures = { counters: {}, gauges: {}, histograms: {}, troubles: [] }

export const isNothing = ({ counters, gauges, histograms, troubles }: Figures): boolean =>
  [counters, gauges, histograms, troubles].every((part) => Object.keys(part).length === 0)

/** Both together: what was counted is added, of a state the later one holds. */
export const merged = (before: Figures, after: Figures): Figures => ({
  counters: combined(before.counters, after.counters, (one, other) => one + other),
  gauges: combined(before.gauges, after.gauges, (_, later) => later),
  histograms: combined(before.histograms, after.histograms, sumOf),
  troubles: troublesOf([...before.troubles, ...after.troubles]),
})

function combined<Value>(
  one: Readonly<Record<string, Value>>,
  other: Readonly<Record<string, Value>>,
  both: (one: Value, other: Value) => Value,
): Readonly<Record<string, Value>> {
  const values = new Map(Object.entries(one))
  for (const [series, value] of Object.entries(other)) {
    const known = values.get(series)
    if (known !== undefined) values.set(series, both(known, value))
    else if (values.size < MOST_SERIES) values.set(series, value)
  }
  return Object.fromEntries(values)
}

export const NOTHING_MEASURED: Histogram = { count: 0, sum: 0, buckets: Array(BUCKETS.length + 1).fill(0) }

/** Two histograms as one. */
const sumOf = (one: Histogram, other: Histogram): Histogram => ({
  count: one.count + other.count,
  sum: one.sum + other.sum,
  buckets: one.buckets.map((count, at) => count + (other.buckets[at] ?? 0)),
})

/** What is held of a series, or of each of its label values. */
export const valuesOf = <Value>(values: Readonly<Record<string, Value>>, series: string): readonly Value[] =>
  Object.entries(values).flatMap(([name, value]) => (isOfSeries(name, series) ? [value] : []))

/** Everything that was measured under a series, or under each of its label values. */
export const histogramOf = (samples: readonly Sample[], series: string): Histogram =>
  samples.flatMap(({ histograms }) => valuesOf(histograms, series)).reduce(sumOf, NOTHING_MEASURED)

/** Which bucket of a histogram a duration is in. */
export function bucketOf(duration: number): number {
  const at = BUCKETS.findIndex((most) => duration <= most)
  return at === -1 ? BUCKETS.length : at
}

/** Each trouble once, the latest first. */
export function troublesOf(troubles: readonly Trouble[]): readonly Trouble[] {
  const byName = new Map<string, { count: number; lastAt: EpochMs }>()
  for (const { what, count, lastAt } of troubles) {
    const known = byName.get(what) ?? { count: 0, lastAt: epochMs(0) }
    byName.set(what, { count: known.count + count, lastAt: epochMs(Math.max(known.lastAt, lastAt)) })
  }
  return [...byName]
    .map(([what, known]) => ({ what, ...known }))
    .sort((one, other) => other.lastAt - one.lastAt)
    .slice(0, MOST_SERIES)
}

const ABOVE_ALL = Math.max(...BUCKETS) + 1

/**
 * The upper end of the bucket that holds this share of what was measured, in milliseconds: what is above all buckets counts
 * as the last end and one more. 0 when nothing was measured.
 */
export function quantile({ count, buckets }: Histogram, share: number): number {
  let below = 0
  for (const [at, each] of buckets.entries()) {
    below += each
    if (each > 0 && below >= count * share) return BUCKETS[at] ?? ABOVE_ALL
  }
  return 0
}
