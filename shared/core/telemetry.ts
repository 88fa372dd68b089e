import type { LogFacts } from './log.ts'
import type { CounterName, GaugeName, HistogramName, LabelsOf } from './metrics.ts'
import type { DurationMs } from './time.ts'

/** What a span is of its hop: the receiver or the sender of a request, or of a message. */
export type SpanKind = 'server' | 'client' | 'producer' | 'consumer' | 'internal'

export interface SpanOptions {
  readonly kind?: SpanKind
  /** Opaque ids, counts and codes, as in the log. */
  readonly facts?: LogFacts
  /**
   * Carriers of the messages that led here: the first is the parent, the others are linked. Without any the span that
   * runs is the parent.
   */
  readonly from?: readonly string[]
  /** Carriers of what is only related: without `from` the span begins a trace of its own. */
  readonly links?: readonly string[]
}

export interface Span {
  /** What is known only when the work has been done. */
  note(facts: LogFacts): void
  /** There was nothing to do, and so there is nothing to tell. */
  drop(): void
}

/** Where the service tells how it does: spans that follow a change through all hops, and metrics. Nothing here throws. */
export interface Telemetry {
  /** Does `work` within a span of its own. A span whose work throws has failed, with the code of the failure. */
  span<Result>(name: string, options: SpanOptions, work: (span: Span) => Promise<Result>): Promise<Result>
  /** The running span for the next hop (`traceparent` of W3C Trace Context); undefined when there is none. */
  carrier(): string | undefined
  count<Name extends CounterName>(metric: Name, labels: LabelsOf<Name>, by?: number): void
  record<Name extends HistogramName>(metric: Name, labels: LabelsOf<Name>, duration: DurationMs): void
  gauge<Name extends GaugeName>(metric: Name, labels: LabelsOf<Name>, value: number): void
  /** Sends what waits to be sent, for a process that ends. */
  flush(): Promise<void>
}

/** Tells nobody. */
export const SILENT: Telemetry = {
  span: (_name, _options, work) => work({ note: () => undefined, drop: () => undefined }),
  carrier: () => undefined,
  count: () => undefined,
  record: () => undefined,
  gauge: () => undefined,
  flush: async () => undefined,
}
