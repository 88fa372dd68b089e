import { isFailure } from '../core/errors.ts'
import { failureFacts, type Log } from '../core/log.ts'
import type { Audit, AuditRecord } from './ports.ts'

/**
 * Records the end of somebody's access. A trail that does not open now never will: the log tells then what was done, and
 * nobody is let in, and nobody's data stays, because of it.
 */
export async function recordOrLog(
  { audit, log }: { readonly audit: Audit; readonly log: Log },
  record: AuditRecord,
): Promise<void> {
  try {
    await audit.record(record)
  } catch (error) {
    if (!isFailure(error, 'ROW_CORRUPT')) throw error
    const { account = '', act, facts } = record
    log('error', 'end-unrecorded', { ...facts, account, act, ...failureFacts(error) })
  }
}
