import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import type { Exporter } from './exporters.ts'

/**
 * Posts spans and metrics as JSON. A file of its own, because a library that is no ES module loses its names when the
 * bundle itself imports it lazily.
 */
export const otlpExporter = (endpoint: string): Exporter => ({
  spans: new OTLPTraceExporter({ url: `${endpoint}/v1/traces` }),
  metrics: new OTLPMetricExporter({ url: `${endpoint}/v1/metrics` }),
})
