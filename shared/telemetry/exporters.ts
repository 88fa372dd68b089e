import type { TokenCredential } from '@azure/identity'
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics'
import type { SpanExporter } from '@opentelemetry/sdk-trace-base'

/** Where telemetry goes. */
export interface Destinations {
  readonly azureMonitor?: { readonly connectionString: string; readonly credential?: TokenCredential } | undefined
  /** Without a slash at the end; spans and metrics are posted below it as JSON. */
  readonly otlpEndpoint?: string | undefined
}

export interface Exporter {
  readonly spans: SpanExporter
  readonly metrics: PushMetricExporter
}

/** The exporters of these destinations; each library is loaded only for its own. */
export async function loadExporters({ azureMonitor, otlpEndpoint }: Destinations): Promise<readonly Exporter[]> {
  return Promise.all([
    ...(azureMonitor === undefined ? [] : [azureExporter(azureMonitor)]),
    ...(otlpEndpoint === undefined
      ? []
      : [import('./otlp-exporter.ts').then((module) => module.otlpExporter(otlpEndpoint))]),
  ])
}

/** What could not be sent is dropped: the library would otherwise write it to the disk of the instance. */
async function azureExporter(options: NonNullable<Destinations['azureMonitor']>): Promise<Exporter> {
  const { AzureMonitorMetricExporter, AzureMonitorTraceExporter } = await import(
    '@azure/monitor-opentelemetry-exporter'
  )
  const settings = { ...options, disableOfflineStorage: true }
  return { spans: new AzureMonitorTraceExporter(settings), metrics: new AzureMonitorMetricExporter(settings) }
}
