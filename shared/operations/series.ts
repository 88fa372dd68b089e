import { METRICS, type Metric } from '../core/metrics.ts'

export type MetricName = keyof typeof METRICS

/** The name of a series: its metric, and its labels in the order of `METRICS`. */
export function seriesOf(metric: MetricName, labels: Readonly<Record<string, string>>): string {
  const names: readonly string[] = METRICS[metric].labels
  return names.length === 0 ? metric : `${metric}{${names.map((name) => `${name}=${labels[name] ?? ''}`).join(',')}}`
}

/** Whether a series is the one that is asked for, or one of all label values of the metric that is. */
export const isOfSeries = (series: string, asked: string): boolean => series === asked || series.startsWith(`${asked}{`)

/** In what a series is measured; undefined when it counts, or when there is no such series. */
export function unitOf(series: string): 'ms' | undefined {
  const metric: Metric | undefined = METRICS[series.split('{')[0] as MetricName]
  return metric?.kind === 'histogram' ? 'ms' : metric?.unit
}
