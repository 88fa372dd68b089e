/**
 * What a queue trigger does after a failure: `now` tries again after a second, because it lost a race, `later` after half a
 * minute, `never` gives up until the next planned visit, `bug` dead-letters.
 */
export type Retry = 'now' | 'later' | 'never' | 'bug'

interface Failure {
  /** The status an HTTP trigger answers with. */
  http: number
  retry: Retry
}

/**
 * Every way this service can fail, and what the edges do about it. The code is stable: it appears in logs, answers,
 * tests and infra/RUNBOOK.md. Adding a failure without deciding what happens next is a compile error.
 */
export const FAILURES = {
  // settings
  SETTINGS_INVALID: { http: 503, retry: 'later' },
  // HTTP edge
  REQUEST_INVALID: { http: 400, retry: 'never' },
  REQUEST_TOO_LARGE: { http: 413, retry: 'never' },
  LENGTH_MISSING: { http: 411, retry: 'never' },
  UNAUTHENTICATED: { http: 401, retry: 'never' },
  SCOPE_MISSING: { http: 403, retry: 'never' },
  CALENDAR_READ_ONLY: { http: 403, retry: 'never' },
  EVENT_NOT_OWN: { http: 403, retry: 'never' },
  NOT_FOUND: { http: 404, retry: 'never' },
  BATCH_TOO_LARGE: { http: 413, retry: 'never' },
  METHOD_NOT_ALLOWED: { http: 405, retry: 'never' },
  REQUEST_REPEATED: { http: 409, retry: 'now' },
  MEDIA_TYPE_UNSUPPORTED: { http: 415, retry: 'never' },
  NOT_SUPPORTED: { http: 404, retry: 'never' },
  VALIDATION_FAILED: { http: 422, retry: 'never' },
  PROFILE_LOCKED: { http: 423, retry: 'never' },
  RATE_LIMITED: { http: 429, retry: 'later' },
  NOTIFICATION_FORGED: { http: 401, retry: 'never' },
  // connecting a person
  INTEGRATOR_UNKNOWN: { http: 400, retry: 'never' },
  REDIRECT_URI_UNKNOWN: { http: 400, retry: 'never' },
  SIGN_IN_EXPIRED: { http: 400, retry: 'never' },
  SIGN_IN_ALREADY_USED: { http: 400, retry: 'never' },
  SIGN_IN_OTHER_BROWSER: { http: 400, retry: 'never' },
  SIGN_IN_MISMATCH: { http: 400, retry: 'never' },
  SIGN_IN_OTHER_ACCOUNT: { http: 403, retry: 'never' },
  PERMISSION_LINK_OVER: { http: 400, retry: 'never' },
  RECONNECT_LINK_OVER: { http: 400, retry: 'never' },
  CONSENT_DECLINED: { http: 403, retry: 'never' },
  APPROVAL_REQUIRED: { http: 403, retry: 'never' },
  ORGANISATION_NOT_INSTALLED: { http: 403, retry: 'never' },
  ORGANISATION_RESTRICTED: { http: 403, retry: 'never' },
  OPERATOR_REQUIRED: { http: 403, retry: 'never' },
  ADMINISTRATOR_REQUIRED: { http: 403, retry: 'never' },
  INSTALLATION_OTHER_ORGANISATION: { http: 403, retry: 'never' },
  ORGANISATION_UNINSTALLING: { http: 409, retry: 'never' },
  ACCOUNT_BEING_ERASED: { http: 409, retry: 'later' },
  // pages of our own
  SESSION_OVER: { http: 401, retry: 'never' },
  // Microsoft 365
  RECONNECT_REQUIRED: { http: 423, retry: 'never' },
  MICROSOFT_CREDENTIAL_REFUSED: { http: 503, retry: 'later' },
  MICROSOFT_UNREACHABLE: { http: 503, retry: 'later' },
  MICROSOFT_THROTTLED: { http: 503, retry: 'later' },
  MICROSOFT_REFUSED: { http: 502, retry: 'later' },
  MICROSOFT_UNEXPECTED_SHAPE: { http: 502, retry: 'later' },
  MICROSOFT_TOKEN_EXPIRED: { http: 503, retry: 'later' },
  CURSOR_EXPIRED: { http: 503, retry: 'later' },
  MAILBOX_GONE: { http: 502, retry: 'later' },
  CALENDAR_GONE: { http: 404, retry: 'never' },
  CALENDAR_EXISTS: { http: 422, retry: 'never' },
  ITEM_GONE: { http: 404, retry: 'never' },
  SUBSCRIPTION_EXISTS: { http: 409, retry: 'later' },
  // storage
  ROW_CHANGED: { http: 503, retry: 'now' },
  ROW_EXISTS: { http: 503, retry: 'now' },
  ROW_CORRUPT: { http: 500, retry: 'bug' },
  ROW_ROLLED_BACK: { http: 500, retry: 'bug' },
  RESTORE_PENDING: { http: 503, retry: 'later' },
  STORAGE_UNAVAILABLE: { http: 503, retry: 'later' },
  OUTCOME_UNKNOWN: { http: 503, retry: 'later' },
  BACKUP_REFUSED: { http: 500, retry: 'never' },
  TABLES_NOT_EMPTY: { http: 409, retry: 'never' },
  // keys
  KEY_RECORD_FORGED: { http: 500, retry: 'bug' },
  KEY_MISSING: { http: 500, retry: 'bug' },
  VAULT_UNAVAILABLE: { http: 503, retry: 'later' },
  // identity
  IDENTITY_UNAVAILABLE: { http: 503, retry: 'later' },
  // messaging
  QUEUE_UNAVAILABLE: { http: 503, retry: 'later' },
  MESSAGE_INVALID: { http: 400, retry: 'bug' },
  // ours
  INTERNAL: { http: 500, retry: 'bug' },
} as const satisfies Record<string, Failure>

export type FailureCode = keyof typeof FAILURES

export interface FailureDetail {
  cause?: unknown
  /** How long the other side asked us to wait, in milliseconds. */
  retryAfterMs?: number
  /** Opaque ids and counts for the log; never event contents, names, addresses or tokens. */
  facts?: Record<string, string | number | boolean>
}

/**
 * The one error of this service. Branch on `code`; `message` is for the operator's log and may change. The message and
 * the cause never leave the process in an HTTP answer.
 */
export class SyncError extends Error {
  override readonly name = 'SyncError'
  readonly code: FailureCode
  readonly retryAfterMs: number | undefined
  readonly facts: Record<string, string | number | boolean>

  constructor(code: FailureCode, message: string, detail: FailureDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause })
    this.code = code
    this.retryAfterMs = detail.retryAfterMs
    this.facts = detail.facts ?? {}
  }

  get failure(): Failure {
    return FAILURES[this.code]
  }
}

export const isFailure = (error: unknown, ...codes: FailureCode[]): error is SyncError =>
  error instanceof SyncError && codes.includes(error.code)

/** Any thrown value as a `SyncError`; what is not one already is a bug of ours (`INTERNAL`). */
export const asSyncError = (error: unknown): SyncError =>
  error instanceof SyncError ? error : new SyncError('INTERNAL', 'unexpected error', { cause: error })
