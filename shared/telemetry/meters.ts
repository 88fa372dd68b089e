import type { Meter } from '@opentelemetry/api'
import { METRICS } from '../core/metrics.ts'
import type { Telemetry } from '../core/telemetry.ts'
import { BUCKETS } from '../operations/sample.ts'
import { unitOf } from '../operations/series.ts'

export type Metering = Pick<Telemetry, 'count' | 'record' | 'gauge'>

/** The metrics of `METRICS` as instruments of OpenTelemetry, each made when it is first used. */
export function createMeters(meter: Meter): Metering {
  const aboutOf = (name: keyof typeof METRICS) => {
    const unit = unitOf(name)
    return { description: METRICS[name].about, ...(unit && { unit }) }
  }
  const counters = remembered((name) => meter.createCounter(name, aboutOf(name)))
  const gauges = remembered((name) => meter.createGauge(name, aboutOf(name)))
  const histograms = remembered((name) =>
    meter.createHistogram(name, {
      ...aboutOf(name),
      advice: { explicitBucketBoundaries: [...BUCKETS] },
    }),
  )
  return {
    count: (name, labels, by = 1) => counters(name).add(by, labels),
    record: (name, labels, duration) => histograms(name).record(duration, labels),
    gauge: (name, labels, value) => gauges(name).record(value, labels),
  }
}

function remembered<Instrument>(make: (name: keyof typeof METRICS) => Instrument) {
  const made = new Map<keyof typeof METRICS, Instrument>()
  return (name: keyof typeof METRICS): Instrument => {
    const known = made.get(name) ?? make(name)
    made.set(name, known)
    return known
  }
}
