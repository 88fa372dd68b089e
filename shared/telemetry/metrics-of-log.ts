import { FAILURES } from '../core/errors.ts'
import type { Log } from '../core/log.ts'
import type { Telemetry } from '../core/telemetry.ts'

/** The same log, counting what it tells of: failures by their code, and the lines that an operator has to look at. */
export const measuredLog =
  (log: Log, telemetry: Telemetry): Log =>
  (level, event, facts) => {
    const code = facts?.['code']
    if (typeof code === 'string' && code in FAILURES) telemetry.count('failures', { code })
    if (level === 'error') telemetry.count('alarms', { event })
    log(level, event, facts)
  }
