import { type FailureCode, SyncError } from '../core/errors.ts'
import { type ApiResponse, json } from './response.ts'

/** What is wrong with one field: a key for programs and a sentence for people. */
export interface Problem {
  readonly key: string
  readonly description: string
}

/** Problems by the field they are about, as `attendees.invite[0].email`; `base` is the request as a whole. */
export type Problems = Readonly<Record<string, readonly Problem[]>>

/** A request that is well formed and says something we cannot accept. The problems are for the integrator to read. */
export class ValidationError extends SyncError {
  readonly problems: Problems

  constructor(problems: Problems) {
    super('VALIDATION_FAILED', `invalid fields: ${Object.keys(problems).length}`)
    this.problems = problems
  }
}

/** How one kind of address tells a failure to its caller. */
export type FailureAnswer = (error: SyncError, requestId: string) => ApiResponse | Promise<ApiResponse>

/** The integrator API: the stable code of the failure, and the fields that are wrong where that is the reason. */
export const apiFailure: FailureAnswer = (error) => {
  const headers = { ...retryAfter(error), ...challenge(error) }
  if (error instanceof ValidationError) return json(error.failure.http, { errors: error.problems }, headers)
  const description = DESCRIPTIONS[error.code]
  return json(error.failure.http, { error: error.code, ...(description && { description }) }, headers)
}

/** What the integrator's programmer can do about it, where the code alone does not say. */
const DESCRIPTIONS: Partial<Record<FailureCode, string>> = {
  REQUEST_INVALID:
    'The request cannot be read: a JSON object or a flat form in UTF-8 is expected, with each field once.',
  REQUEST_TOO_LARGE: 'The body is larger than this address takes; a change of an event has at most 64 KiB.',
  SCOPE_MISSING: 'The person has not granted a scope that this needs.',
  CALENDAR_READ_ONLY: 'The person cannot change this calendar.',
  EVENT_NOT_OWN:
    'The event was not created by this integrator, and the person has not allowed it to change such events.',
  PROFILE_LOCKED: 'The mailbox cannot be changed: the person has to connect it again, or has no right to.',
  NOT_FOUND: 'The person has nothing under this address, or under an id in the request.',
}

/** The error codes of RFC 6749 section 5.2 for what can go wrong before or beside its own rules. */
const OAUTH_ERRORS: Partial<Record<FailureCode, string>> = {
  REQUEST_INVALID: 'invalid_request',
  REQUEST_TOO_LARGE: 'invalid_request',
  RATE_LIMITED: 'temporarily_unavailable',
}

/** The token, revocation and metadata endpoints. Nothing but the code leaves the process. */
export const oauthFailure: FailureAnswer = (error) =>
  json(error.failure.http, { error: OAUTH_ERRORS[error.code] ?? 'server_error' }, retryAfter(error))

function retryAfter(error: SyncError): Record<string, string> {
  if (error.retryAfterMs === undefined) return {}
  return { 'retry-after': String(Math.max(1, Math.ceil(error.retryAfterMs / 1000))) }
}

const REALM = 'Microsoft 365 Sync'

/** RFC 6750 section 3: a caller that sent no token gets no error code, one whose token is not good does. */
function challenge(error: SyncError): Record<string, string> {
  if (error.code === 'SCOPE_MISSING')
    return {
      'www-authenticate': `Bearer realm="${REALM}", error="insufficient_scope", scope="${error.facts['scope']}"`,
    }
  if (error.code !== 'UNAUTHENTICATED') return {}
  const reason = error.facts['presented'] === true ? ', error="invalid_token"' : ''
  return { 'www-authenticate': `Bearer realm="${REALM}"${reason}` }
}
