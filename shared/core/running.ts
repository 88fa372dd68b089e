import { AsyncLocalStorage } from 'node:async_hooks'
import type { LogFacts, LogLevel } from './log.ts'
import { type DurationMs, repeatedly } from './time.ts'
import type { TraceContext } from './trace-context.ts'

/** What is being done at this moment, as the log and the next hop have to know it. */
export interface Running {
  /** The span that runs; while none does, the one that the host has begun for this invocation. */
  readonly context?: TraceContext | undefined
  /** Absent for a span of the host. */
  readonly span?: { note(facts: LogFacts): void } | undefined
  /** How many spans of this process are around the running one. */
  readonly depth: number
  /** The host's id of the invocation. */
  readonly invocation?: string | undefined
  /** Where the host reads the lines of this invocation. */
  readonly write?: ((line: string, level: LogLevel) => void) | undefined
}

const NOTHING: Running = { depth: 0 }

const storage = new AsyncLocalStorage<Running>()

export const running = (): Running => storage.getStore() ?? NOTHING

/** Does `work` with this as what is running, also what it does after it has waited. */
export const runWithin = <Result>(now: Running, work: () => Result): Result => storage.run(now, work)

/** Does `work` again and again beside everything else: it belongs to nothing, also not to the invocation that began it. */
export const inBackground = (every: DurationMs, work: () => void): void =>
  runWithin(NOTHING, () => repeatedly(every, work))
