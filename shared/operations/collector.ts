import { SILENT, type Telemetry } from '../core/telemetry.ts'
import type { Clock } from '../core/time.ts'
import { bucketOf, type Figures, MOST_SERIES, NOTHING_MEASURED } from './figures.ts'
import type { Trouble } from './sample.ts'
import { type MetricName, seriesOf } from './series.ts'

/** Adds up in memory what this process measures. */
export interface Collector extends Telemetry {
  /** What was measured since it was last taken. */
  take(): Figures
}

interface Growing {
  count: number
  sum: number
  readonly buckets: number[]
}

type Labels = Readonly<Record<string, string>>

/** Metrics of which each value is a trouble, named by its only label. */
const TROUBLES: readonly MetricName[] = ['failures', 'alarms']

export function createCollector(clock: Clock): Collector {
  const counters = new Map<string, number>()
  const gauges = new Map<string, number>()
  const histograms = new Map<string, Growing>()
  const troubles = new Map<string, Trouble>()

  function put<Value>(values: Map<string, Value>, name: string, change: (before: Value | undefined) => Value): void {
    const before = values.get(name)
    if (before !== undefined || values.size < MOST_SERIES) values.set(name, change(before))
  }

  function noteTrouble(labels: Labels, by: number): void {
    const [what = ''] = Object.values(labels)
    put(troubles, what, (before) => ({ what, count: (before?.count ?? 0) + by, lastAt: clock.now() }))
  }

  return {
    span: SILENT.span,
    carrier: SILENT.carrier,
    flush: SILENT.flush,
    count(metric, labels, by = 1) {
      put(counters, seriesOf(metric, labels), (before = 0) => before + by)
      if (TROUBLES.includes(metric)) noteTrouble(labels, by)
    },
    record(metric, labels, duration) {
      put(histograms, seriesOf(metric, labels), (before = emptyHistogram()) => grown(before, Math.max(0, duration)))
    },
    gauge(metric, labels, value) {
      put(gauges, seriesOf(metric, labels), () => value)
    },
    take() {
      const taken: Figures = {
        counters: Object.fromEntries(counters),
        gauges: Object.fromEntries(gauges),
        histograms: Object.fromEntries(histograms),
        troubles: [...troubles.values()],
      }
      for (const values of [counters, gauges, histograms, troubles]) values.clear()
      return taken
    },
  }
}

const emptyHistogram = (): Growing => ({ ...NOTHING_MEASURED, buckets: [...NOTHING_MEASURED.buckets] })

function grown(histogram: Growing, duration: number): Growing {
  const at = bucketOf(duration)
  histogram.count += 1
  histogram.sum += duration
  histogram.buckets[at] = (histogram.buckets[at] ?? 0) + 1
  return histogram
}
