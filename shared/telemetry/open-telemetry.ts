import { resourceFromAttributes } from '@opentelemetry/resources'
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { minutes, seconds } from '../core/time.ts'
import { type Destinations, loadExporters } from './exporters.ts'
import type { SpanSink } from './finished-span.ts'
import { createMeters, type Metering } from './meters.ts'
import { readableSpan } from './readable-span.ts'

/** At most so many spans wait to be sent; more are dropped, because the service comes first. */
const BATCHES = {
  maxQueueSize: 4_096,
  maxExportBatchSize: 512,
  scheduledDelayMillis: seconds(1),
  exportTimeoutMillis: seconds(10),
}
const METRICS_EVERY = { exportIntervalMillis: minutes(1), exportTimeoutMillis: seconds(10) }

export interface Exported {
  readonly span: SpanSink
  readonly meters: Metering
  /** Sends what waits; what cannot be sent is dropped. */
  readonly flush: () => Promise<void>
}

interface Options extends Destinations {
  /** Name of the installation. */
  readonly environment: string
  /** Tells this process from the others of the installation. */
  readonly instance: string
}

/**
 * OpenTelemetry's batches and exporters. They send in the background, also between invocations: nobody waits for them,
 * and what cannot be sent is dropped without a word.
 */
export async function startOpenTelemetry({ environment, instance, ...destinations }: Options): Promise<Exported> {
  const exporters = await loadExporters(destinations)
  const resource = resourceFromAttributes({
    'service.name': 'microsoft-365-sync',
    'service.namespace': environment,
    'service.instance.id': instance,
  })
  const processors = exporters.map(({ spans }) => new BatchSpanProcessor(spans, BATCHES))
  const readers = exporters.map(
    ({ metrics: exporter }) => new PeriodicExportingMetricReader({ exporter, ...METRICS_EVERY }),
  )
  const provider = new MeterProvider({ resource, readers })
  return {
    span(finished) {
      const readable = readableSpan(finished, resource)
      for (const processor of processors) processor.onEnd(readable)
    },
    meters: createMeters(provider.getMeter('microsoft-365-sync')),
    async flush() {
      await Promise.allSettled([provider, ...processors].map((each) => each.forceFlush()))
    },
  }
}
