import type { Log } from '../core/log.ts'
import { type Random, randomId } from '../core/random.ts'
import { SILENT, type Telemetry } from '../core/telemetry.ts'
import type { Clock } from '../core/time.ts'
import { consoleSpans } from './console-spans.ts'
import type { Destinations } from './exporters.ts'
import type { SpanSink } from './finished-span.ts'
import { lazyExport } from './lazy-export.ts'
import { everyTrace, limitedTraces } from './sampler.ts'
import { createTracing } from './tracing.ts'

interface Options extends Destinations {
  readonly environment: string
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** Takes a readable line for each span. */
  readonly writeSpan?: ((line: string) => void) | undefined
}

/** The service's telemetry. With nowhere to send it to there are still traces, because the log names them. */
export function createTelemetry({ environment, clock, random, log, writeSpan, ...destinations }: Options): Telemetry {
  const { azureMonitor, otlpEndpoint } = destinations
  const isExported = azureMonitor !== undefined || otlpEndpoint !== undefined
  const instance = randomId(random)
  const load = async () =>
    (await import('./open-telemetry.ts')).startOpenTelemetry({ ...destinations, environment, instance })
  const { span, meters, flush } = isExported
    ? lazyExport(load, log)
    : { span: undefined, meters: SILENT, flush: SILENT.flush }
  const sinks: SpanSink[] = [...(span ? [span] : []), ...(writeSpan ? [consoleSpans(writeSpan)] : [])]
  const tracing = createTracing({
    ...{ clock, random },
    sampler: azureMonitor === undefined ? everyTrace : limitedTraces(clock),
    sink: (finished) => {
      for (const sink of sinks) sink(finished)
    },
  })
  return { ...tracing, count: meters.count, record: meters.record, gauge: meters.gauge, flush }
}
