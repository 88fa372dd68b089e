import type { LogLevel } from '../core/log.ts'
import { runWithin } from '../core/running.ts'
import type { Span, SpanOptions, Telemetry } from '../core/telemetry.ts'
import { carrierOf, parseCarrier, type TraceContext } from '../core/trace-context.ts'

/** What the Functions host says about an invocation. */
export interface Invocation {
  readonly invocationId: string
  readonly functionName: string
  readonly traceContext?: { readonly traceParent?: string | undefined } | undefined
  readonly options: { readonly trigger: { readonly type: string; readonly [option: string]: unknown } }
  info(...line: unknown[]): void
  warn(...line: unknown[]): void
  error(...line: unknown[]): void
}

/** Runs a function within what its log lines and spans belong to. */
export function withinInvocation<Result>(
  telemetry: Telemetry,
  invocation: Invocation,
  input: unknown,
  work: () => Result | Promise<Result>,
): Promise<Result> {
  const { invocationId, traceContext } = invocation
  const origin = originOf(parseCarrier(traceContext?.traceParent), input)
  const now = {
    ...{ context: origin.host, depth: 0, invocation: invocationId },
    write: (line: string, level: LogLevel) => invocation[level](line),
  }
  return runWithin(now, async () => {
    const span = spanOf(invocation, input)
    if (span === undefined) return work()
    const facts = { function: invocation.functionName, invocation: invocationId }
    return telemetry.span(span.name, { kind: span.kind, facts, ...origin.options }, async (open) => {
      const result = await work()
      open.note(factsOf(result))
      return result
    })
  })
}

/** A queue's messages know what led to them, so their span begins where they are read. */
function spanOf({ options: { trigger }, functionName }: Invocation, input: unknown) {
  if (trigger.type === 'httpTrigger')
    return { name: `${methodOf(input)} /${String(trigger['route'] ?? '')}`, kind: 'server' } as const
  return trigger.type === 'timerTrigger' ? ({ name: `timer ${functionName}`, kind: 'internal' } as const) : undefined
}

const methodOf = (input: unknown): string => String((input as { method?: unknown }).method ?? '')

/**
 * Where the trace of an invocation goes on from: the host's own span. A trace that the request's sender names, which the
 * host adopts, is a link and no parent: on the internet anybody could otherwise write into somebody else's trace, make
 * one trace of everything, or decide what is exported.
 */
function originOf(host: TraceContext | undefined, input: unknown): { host?: TraceContext; options: Origin } {
  const sent = parseCarrier(headerOf(input))
  if (sent === undefined) return { ...(host && { host }), options: {} }
  const options = { links: [carrierOf(sent)] }
  return { options }
}

type Origin = Pick<SpanOptions, 'links'>

const headerOf = (input: unknown): string | undefined => {
  const { headers } = (input ?? {}) as { headers?: unknown }
  return headers instanceof Object && 'get' in headers
    ? ((headers as Headers).get('traceparent') ?? undefined)
    : undefined
}

/** An HTTP answer has a status. */
function factsOf(result: unknown): Parameters<Span['note']>[0] {
  const { status } = (result ?? {}) as { status?: unknown }
  return typeof status === 'number' ? { status } : {}
}
