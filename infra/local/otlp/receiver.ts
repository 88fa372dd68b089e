import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as z from 'zod'

const Attribute = z.object({
  key: z.string(),
  value: z.looseObject({ stringValue: z.string().optional(), intValue: z.coerce.string().optional() }),
})
const nanoseconds = z.coerce.string().transform((text) => Number(BigInt(text) / 1_000_000n))

const WireSpan = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  startTimeUnixNano: nanoseconds,
  endTimeUnixNano: nanoseconds,
  attributes: z.array(Attribute).default([]),
  status: z.object({ message: z.string().optional() }).default({}),
})

/** What a batch of spans looks like that is posted as JSON. @see https://opentelemetry.io/docs/specs/otlp/#otlphttp */
const Traces = z.object({
  resourceSpans: z.array(z.object({ scopeSpans: z.array(z.object({ spans: z.array(WireSpan) })) })),
})

export interface ReceivedSpan {
  readonly trace: string
  readonly id: string
  readonly parent?: string | undefined
  readonly name: string
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number
  readonly endedAt: number
  readonly facts: Readonly<Record<string, string>>
  readonly failure?: string | undefined
}

export interface OtlpReceiver {
  /** What `OTEL_EXPORTER_OTLP_ENDPOINT` is to be. */
  readonly url: string
  readonly spans: readonly ReceivedSpan[]
  /** Each body as it came, spans and metrics. */
  readonly bodies: readonly string[]
  close(): Promise<void>
}

/** A collector of OpenTelemetry that keeps in memory what it is sent, as JSON over HTTP. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = []
  const bodies: string[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString()
    bodies.push(body)
    if (request.url === '/v1/traces') spans.push(...spansIn(body))
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () => {
    server.closeAllConnections()
    return new Promise<void>((resolve) => server.close(() => resolve()))
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, spans, bodies, close }
}

const spansIn = (body: string): ReceivedSpan[] =>
  Traces.parse(JSON.parse(body))
    .resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
    .map((span) => ({
      ...{ trace: span.traceId, id: span.spanId, parent: span.parentSpanId || undefined, name: span.name },
      ...{ startedAt: span.startTimeUnixNano, endedAt: span.endTimeUnixNano, failure: span.status.message },
      facts: Object.fromEntries(
        span.attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue ?? '']),
      ),
    }))
