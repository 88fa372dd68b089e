import type { Telemetry } from '../core/telemetry.ts'

/** Metrics go to both, spans to the first. */
export const both = (first: Telemetry, second: Telemetry): Telemetry => ({
  span: first.span,
  carrier: first.carrier,
  count(metric, labels, by) {
    first.count(metric, labels, by)
    second.count(metric, labels, by)
  },
  record(metric, labels, duration) {
    first.record(metric, labels, duration)
    second.record(metric, labels, duration)
  },
  gauge(metric, labels, value) {
    first.gauge(metric, labels, value)
    second.gauge(metric, labels, value)
  },
  flush: async () => void (await Promise.all([first.flush(), second.flush()])),
})
