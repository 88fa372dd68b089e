import * as z from 'zod'
import document from '../../infra/alerts.json' with { type: 'json' }
import { type DurationMs, type EpochMs, earlier, elapsed, epochMs, minutes } from '../core/time.ts'
import { durationText } from './duration-text.ts'
import { histogramOf, quantile, valuesOf } from './figures.ts'
import type { AlertState, Sample } from './sample.ts'
import { isOfSeries, unitOf } from './series.ts'

/** A condition that an operator is to be told of. */
const Alert = z.strictObject({
  name: z.string().regex(/^[a-z-]+$/),
  /** 0 is the worst, as in Azure Monitor. */
  severity: z.int().min(0).max(4),
  /** As samples name it; without labels all label values of the metric together. */
  series: z.string(),
  /** `rate` is how many in ten seconds; `missing` is 1 when the series was not measured at all, else 0. */
  take: z.enum(['max', 'sum', 'count', 'p95', 'rate', 'missing']),
  /** Raised while the value is above this. */
  over: z.number(),
  /** How long a time is looked at. */
  minutes: z.int().min(5),
  what: z.string(),
})
export type Alert = z.infer<typeof Alert>

/** Every alert of `infra/alerts.json`, from which the rules in Azure are made too. */
export const ALERTS: readonly Alert[] = z.array(Alert).parse(document)

/** Samples are made every five minutes, so the newest one is this old at most as long as the service runs. */
const CURRENT = minutes(10)

/** Which alerts are raised at `now`. @param samples of the last hours, in any order. */
export function evaluateAlerts(
  alerts: readonly Alert[],
  samples: readonly Sample[],
  now: EpochMs,
): readonly AlertState[] {
  return alerts.map((alert) => {
    const value = measured(alert, samples, now)
    const [is, limit] = [value, alert.over].map(wordsFor(alert))
    return {
      name: alert.name,
      isRaised: value > alert.over,
      value,
      limit: alert.over,
      text: `${alert.what}: ${is}, above ${limit}`,
    }
  })
}

function measured(alert: Alert, samples: readonly Sample[], now: EpochMs): number {
  const newest = Math.max(...samples.map(({ at }) => at), earlier(now, CURRENT))
  const until = alert.take === 'missing' ? now : epochMs(newest)
  // A sample of a clock that is ahead of ours counts as one of now.
  const looked = samples.filter(({ at }) => elapsed(at, until) < minutes(alert.minutes))
  return TAKES[alert.take](looked, alert)
}

/** How the values of an alert are said. */
function wordsFor({ series, take }: Alert): (value: number) => string {
  if (unitOf(series) === 'ms' && (take === 'p95' || take === 'max')) return durationText
  return (value) => String(Number(value.toFixed(1)))
}

type Take = (samples: readonly Sample[], alert: Alert) => number

const TAKES: Readonly<Record<Alert['take'], Take>> = {
  max: (samples, { series }) => Math.max(0, ...samples.map(({ gauges }) => total(gauges, series))),
  sum: (samples, { series }) => samples.reduce((sum, { counters }) => sum + total(counters, series), 0),
  count: (samples, { series }) => histogramOf(samples, series).count,
  p95: (samples, { series }) => quantile(histogramOf(samples, series), 0.95),
  rate: (samples, { series, minutes: long }) => histogramOf(samples, series).count / (long * TEN_SECONDS_PER_MINUTE),
  missing: (samples, { series }) =>
    Number(!samples.some(({ gauges }) => Object.keys(gauges).some((name) => isOfSeries(name, series)))),
}

const TEN_SECONDS_PER_MINUTE = 6

const total = (values: Readonly<Record<string, number>>, series: string): number =>
  valuesOf(values, series).reduce((sum, value) => sum + value, 0)

/** How far back the alerts look. */
export const LOOKED_BACK = Math.max(...ALERTS.map((alert) => minutes(alert.minutes))) as DurationMs
