import type { LogFacts } from '../core/log.ts'
import type { SpanKind } from '../core/telemetry.ts'
import type { EpochMs } from '../core/time.ts'
import type { TraceContext } from '../core/trace-context.ts'

/** A span that is over. */
export interface FinishedSpan {
  readonly context: TraceContext
  readonly parent?: TraceContext | undefined
  readonly links: readonly TraceContext[]
  readonly name: string
  readonly kind: SpanKind
  readonly startedAt: EpochMs
  readonly endedAt: EpochMs
  readonly facts: LogFacts
  /** A code of `FAILURES`, or `http_` with the status: why what was to be done was not. */
  readonly failure?: string | undefined
  /** How many spans of this process are around it. */
  readonly depth: number
}

/** Takes spans of sampled traces as they end. Never throws and never waits. */
export type SpanSink = (span: FinishedSpan) => void
