import { jsonLog, type Log } from './log.ts'
import { running } from './running.ts'

/**
 * The log of this process. Each line carries the trace and the invocation it belongs to, and is written where the host
 * expects the lines of that invocation; outside of one that is standard output. A failure that is logged is noted on the
 * span that runs.
 */
export const processLog: Log = (level, event, facts = {}) => {
  const { context, span, invocation, write = (line: string) => console.log(line) } = running()
  if (facts['code'] !== undefined) span?.note({ code: facts['code'] })
  jsonLog(write)(level, event, { ...facts, trace: context?.trace, invocation })
}
