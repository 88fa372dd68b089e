import type { SyncError } from './errors.ts'

/** Values a log line may carry: opaque ids, counts, codes, durations. Never contents, names, addresses or tokens. */
export type LogFacts = Record<string, string | number | boolean | undefined>

export type LogLevel = 'info' | 'warn' | 'error'

/** Where the service tells what it does. `event` is a stable kebab-case name, the text of a line is derived from it. */
export type Log = (level: LogLevel, event: string, facts?: LogFacts) => void

/** One JSON object a line on standard output, as Application Insights and the local console read it. */
export const jsonLog =
  (write: (line: string, level: LogLevel) => void): Log =>
  (level, event, facts = {}) =>
    write(JSON.stringify({ level, event, ...facts }), level)

/** How a failure is told that is tried again if it can be: only where nothing mends itself somebody has to look. */
export const levelOf = ({ failure }: SyncError): LogLevel => (failure.retry === 'bug' ? 'error' : 'warn')

/** What a log line may say about a failure: the code and the facts, and of the cause its class name only. */
export const failureFacts = (error: SyncError): LogFacts => ({
  ...error.facts,
  code: error.code,
  ...(error.cause instanceof Error ? { cause: error.cause.name } : {}),
})
