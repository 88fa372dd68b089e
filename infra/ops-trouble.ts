import { type FailureCode, SyncError } from '../shared/core/errors.ts'

/** What whoever typed a command can do about a failure. */
const ADVICE: Partial<Record<FailureCode, string>> = {
  BACKUP_REFUSED: 'Nothing was written. Take another one (npm run restore -- list).',
  KEY_MISSING: 'See shared/crypto/RUNBOOK.md: the table `keys`, or one row of it, has to be restored.',
  KEY_RECORD_FORGED:
    'Are ENVIRONMENT, the tables and the vault of one and the same system? Then see infra/RUNBOOK.md, "Suspected leak".',
  NOT_FOUND: 'Nothing was done. An account that was erased is not there any more.',
  RECONNECT_REQUIRED: 'Nothing was done. The person has to connect again first.',
  SETTINGS_INVALID: 'Set them, or name a file with --settings.',
  STORAGE_UNAVAILABLE:
    'Does the system run, and may you read its tables? In Azure: az login, and the role of operators.',
  TABLES_NOT_EMPTY: 'Nothing was written. See infra/RUNBOOK.md, "Restore".',
  VAULT_UNAVAILABLE: 'Does the vault answer, and may you use its keys? In Azure: az login, and the role of operators.',
  QUEUE_UNAVAILABLE:
    'Does the queue answer, and may you send and receive? In Azure: az login, and the role of operators.',
  RESTORE_PENDING:
    'The tables were restored from a backup: `npm run restore -- status` says what is left to do (infra/RUNBOOK.md).',
  ROW_CHANGED: 'Somebody did the same at the same time. Try again.',
}

/** A failure in a sentence: its stable code, what went wrong, and what to do. */
export function troubleOf(error: unknown): string {
  if (!(error instanceof SyncError)) return error instanceof Error ? error.message : String(error)
  const advice = ADVICE[error.code]
  return `${error.code}: ${error.message}${advice === undefined ? '' : `\n${advice}`}`
}
