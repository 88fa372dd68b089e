import { gunzipSync } from 'node:zlib'
import { AzureMonitorTraceExporter } from '@azure/monitor-opentelemetry-exporter'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { afterEach, expect, test, vi } from 'vitest'
import { epochMs } from '../../../shared/core/time.ts'
import type { FinishedSpan } from '../../../shared/telemetry/finished-span.ts'
import { readableSpan } from '../../../shared/telemetry/readable-span.ts'

type HttpClient = NonNullable<NonNullable<ConstructorParameters<typeof AzureMonitorTraceExporter>[0]>['httpClient']>

afterEach(() => void vi.unstubAllEnvs())

/** The data of each span as it is posted to Application Insights. */
async function posted(spans: readonly FinishedSpan[]): Promise<readonly Record<string, unknown>[]> {
  vi.stubEnv('APPLICATION_INSIGHTS_NO_STATSBEAT', 'true')
  let body = ''
  const httpClient: HttpClient = {
    async sendRequest(request) {
      const sent = Buffer.from(request.body as string | Uint8Array)
      body = (request.headers.get('content-encoding') === 'gzip' ? gunzipSync(sent) : sent).toString()
      const bodyAsText = JSON.stringify({ itemsReceived: spans.length, itemsAccepted: spans.length, errors: [] })
      return { request, status: 200, headers: request.headers, bodyAsText }
    },
  }
  const exporter = new AzureMonitorTraceExporter({
    connectionString: `InstrumentationKey=${'0'.repeat(8)}-0000-4000-8000-${'0'.repeat(12)}`,
    disableOfflineStorage: true,
    httpClient,
  })
  const resource = resourceFromAttributes({ 'service.name': 'sync' })
  await new Promise((resolve) =>
    exporter.export(
      spans.map((span) => readableSpan(span, resource)),
      resolve,
    ),
  )
  await exporter.shutdown()
  const envelopes = JSON.parse(body) as { data: { baseType: string; baseData: Record<string, unknown> } }[]
  return envelopes.flatMap(({ data }) => (data.baseType === 'MetricData' ? [] : [data.baseData]))
}

const span = (some: Pick<FinishedSpan, 'name' | 'kind' | 'facts'> & { failure?: string }): FinishedSpan => ({
  ...{ context: { trace: 'a'.repeat(32), span: 'b'.repeat(16), isSampled: true }, links: [], depth: 0 },
  ...{ startedAt: epochMs(1_000_000), endedAt: epochMs(1_000_005) },
  ...some,
})

test('Application Insights shows the name and the status of requests, and why something failed', async () => {
  const [answered, asked, stored] = await posted([
    span({ name: 'GET /v1/events/{event_uid}', kind: 'server', facts: { status: 503 }, failure: 'VAULT_UNAVAILABLE' }),
    span({ name: 'GET /me/calendars/{id}/events', kind: 'client', facts: { status: 429 }, failure: 'http_429' }),
    span({ name: 'commit accounts', kind: 'client', facts: { writes: 2 }, failure: 'ROW_CHANGED' }),
  ])
  expect(answered).toMatchObject({
    ...{ name: 'GET /v1/events/{event_uid}', responseCode: '503', success: false },
    properties: { failure: 'VAULT_UNAVAILABLE' },
  })
  expect(asked).toMatchObject({ name: 'GET /me/calendars/{id}/events', resultCode: '429', type: 'Http' })
  expect(stored).toMatchObject({ success: false, properties: { failure: 'ROW_CHANGED', writes: '2' } })
})
