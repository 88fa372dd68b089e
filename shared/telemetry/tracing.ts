import { asSyncError } from '../core/errors.ts'
import type { LogFacts } from '../core/log.ts'
import type { Random } from '../core/random.ts'
import { running, runWithin } from '../core/running.ts'
import type { Span, SpanOptions, Telemetry } from '../core/telemetry.ts'
import type { Clock } from '../core/time.ts'
import { carrierOf, parseCarrier, type TraceContext } from '../core/trace-context.ts'
import type { FinishedSpan, SpanSink } from './finished-span.ts'
import type { Sampler } from './sampler.ts'

interface Dependencies {
  readonly clock: Clock
  readonly random: Random
  readonly sampler: Sampler
  readonly sink: SpanSink
}

export type Tracing = Pick<Telemetry, 'span' | 'carrier'>

/**
 * Spans with ids and context of our own: they cost next to nothing, so that the log can name the trace where nothing is
 * exported, and what is exported waits for no library.
 */
export function createTracing(dependencies: Dependencies): Tracing {
  return {
    async span(name, options, work) {
      const open = openSpan(dependencies, name, options)
      const { span, context, depth, end } = open
      try {
        const result = await runWithin({ ...running(), context, span, depth }, () => work(span))
        end()
        return result
      } catch (error) {
        end(asSyncError(error).code)
        throw error
      }
    },
    carrier() {
      const { context, span } = running()
      return context && span && carrierOf(context)
    },
  }
}

function openSpan({ clock, random, sampler, sink }: Dependencies, name: string, options: SpanOptions) {
  const around = running()
  const { parent, links } = originOf(options)
  const context: TraceContext = {
    trace: parent?.trace ?? hex(random.bytes(16)),
    span: hex(random.bytes(8)),
    isSampled: parent === undefined || parent === hostSpan() ? sampler() : parent.isSampled,
  }
  const startedAt = clock.now()
  const facts: LogFacts = { ...options.facts }
  let isDropped = false
  const span: Span = {
    note: (more) => void Object.assign(facts, more),
    drop: () => {
      isDropped = true
    },
  }
  const kind = options.kind ?? 'internal'
  const end = (code?: string) => {
    if (isDropped || !context.isSampled) return
    const failure = code ?? failureIn(kind, facts)
    sink({
      ...{ context, parent, links, name, kind, startedAt, facts, failure },
      endedAt: clock.now(),
      depth: around.depth,
    })
  }
  return { span, context, depth: around.depth + 1, end }
}

/** The host decides for itself what it exports, so its flag says nothing about ours. */
const hostSpan = (): TraceContext | undefined => {
  const { context, span } = running()
  return span === undefined ? context : undefined
}

/** Who was told by several is told by the first of them; the host's span is then one of the others. */
function originOf({ from, links = [] }: SpanOptions): Pick<FinishedSpan, 'parent' | 'links'> {
  const { context } = running()
  const [first, ...others] = parsed(from ?? [])
  const related = parsed(links)
  const host = hostSpan()
  if (first === undefined && related.length === 0) return { parent: context, links: [] }
  return { parent: first, links: [...others, ...related, ...(host === undefined ? [] : [host])] }
}

const parsed = (carriers: readonly string[]): TraceContext[] =>
  [...new Set(carriers)].flatMap((carrier) => parseCarrier(carrier) ?? [])

/** A code that was logged, or a status that says so: a client's mistake is no failure of the server. */
function failureIn(kind: SpanOptions['kind'], { code, status }: LogFacts): string | undefined {
  if (typeof code === 'string') return code
  if (typeof status !== 'number') return undefined
  return status >= (kind === 'server' ? 500 : 400) ? `http_${status}` : undefined
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
