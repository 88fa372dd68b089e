import { type Attributes, type HrTime, type SpanContext, SpanKind, SpanStatusCode } from '@opentelemetry/api'
import type { Resource } from '@opentelemetry/resources'
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base'
import type { LogFacts } from '../core/log.ts'
import type { TraceContext } from '../core/trace-context.ts'
import type { FinishedSpan } from './finished-span.ts'

const KINDS = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const

/** A span of ours in the form that OpenTelemetry's exporters take. */
export function readableSpan(span: FinishedSpan, resource: Resource): ReadableSpan {
  const { name, kind, context, parent, links, startedAt, endedAt, failure } = span
  return {
    ...{ name, resource, kind: KINDS[kind], ended: true, events: [] },
    spanContext: () => contextOf(context),
    ...(parent && { parentSpanContext: contextOf(parent) }),
    startTime: hrTime(startedAt),
    endTime: hrTime(endedAt),
    duration: hrTime(endedAt - startedAt),
    status: failure === undefined ? { code: SpanStatusCode.UNSET } : { code: SpanStatusCode.ERROR, message: failure },
    attributes: attributesOf(span),
    links: links.map((link) => ({ context: contextOf(link) })),
    instrumentationScope: { name: 'microsoft-365-sync' },
    ...{ droppedAttributesCount: 0, droppedEventsCount: 0, droppedLinksCount: 0 },
  }
}

const contextOf = ({ trace, span, isSampled }: TraceContext): SpanContext => ({
  traceId: trace,
  spanId: span,
  traceFlags: isSampled ? 1 : 0,
})

const hrTime = (milliseconds: number): HrTime => [Math.floor(milliseconds / 1000), (milliseconds % 1000) * 1_000_000]

/** `GET /v1/events/{event_uid}`: the name of a request is its method and its route. */
const REQUEST = /^([A-Z]+) (\S+)$/

/**
 * Our facts, and by the names of the semantic conventions what backends show of their own accord. Application Insights
 * takes a status only with a method, a method only with a route, and `error.type` not at all: the failure is a fact too.
 */
function attributesOf({ name, kind, facts, failure }: FinishedSpan): Attributes {
  const { status, ...others } = facts
  const [, method, route] = status === undefined ? [] : (REQUEST.exec(name) ?? [])
  return {
    ...(withoutGaps(others) as Attributes),
    ...(status !== undefined && { 'http.response.status_code': status }),
    ...(method !== undefined && { 'http.request.method': method }),
    ...(route !== undefined && kind === 'server' && { 'http.route': route }),
    ...(failure !== undefined && { 'error.type': failure, failure }),
  }
}

const withoutGaps = (facts: LogFacts) =>
  Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined))
