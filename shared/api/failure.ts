import * as z from 'zod'
import { type FailureCode, type Retry, SyncError } from '../core/errors.ts'
import { oauthError } from '../integrators/oauth-errors.ts'
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
export const apiFailure = (error: SyncError, requestId: string): ApiResponse => {
  const headers = { ...retryAfter(error), ...challenge(error), ...allow(error) }
  const { http } = error.failure
  if (error instanceof ValidationError) return json(http, { errors: error.problems, request_id: requestId }, headers)
  const description = DESCRIPTIONS[error.code]
  return json(http, { error: error.code, ...(description && { description }), request_id: requestId }, headers)
}

/** A failure of the integrator API: the stable code, and what to quote when asking about it. */
export const FailureBody = z
  .object({
    error: z.string().meta({ description: 'The stable code of the failure.' }),
    description: z.string().optional().meta({ description: 'What can be done about it, where the code does not say.' }),
    request_id: z.string().meta({ description: 'The answer’s X-Request-Id.' }),
  })
  .meta({ id: 'Failure' })

/** A request that is well formed and says something we cannot accept (422). */
export const ProblemsBody = z
  .object({
    errors: z
      .record(z.string(), z.array(z.object({ key: z.string(), description: z.string() })))
      .meta({ description: 'What is wrong, by field; `base` is the request as a whole.' }),
    request_id: z.string(),
  })
  .meta({ id: 'InvalidFields' })

/** What the integrator's programmer can do about it, where the code alone does not say. */
const DESCRIPTIONS: Partial<Record<FailureCode, string>> = {
  REQUEST_INVALID:
    'The request cannot be read: a JSON object or a flat form in UTF-8 is expected, with each field once.',
  REQUEST_TOO_LARGE: 'The body is larger than this address takes; a change of an event has at most 64 KiB.',
  LENGTH_MISSING: 'The body came in pieces of unknown number (Transfer-Encoding): send it with Content-Length.',
  BATCH_TOO_LARGE: 'The answers of this batch are too large together: ask for this in another one.',
  UNAUTHENTICATED: 'The access token is missing, unknown, ended or revoked: refresh it, and ask again.',
  SCOPE_MISSING: 'The person has not granted a scope that this needs.',
  CALENDAR_READ_ONLY: 'The person cannot change this calendar.',
  EVENT_NOT_OWN:
    'The event was not created by this integrator, and the person has not allowed it to change such events.',
  PROFILE_LOCKED: 'The mailbox cannot be changed: the person has to connect it again, or has no right to.',
  NOT_FOUND: 'The person has nothing under this address, or under an id in the request.',
  METHOD_NOT_ALLOWED: 'The address takes other methods only; they are named in the header Allow.',
  MEDIA_TYPE_UNSUPPORTED: 'The body is to be application/json or application/x-www-form-urlencoded.',
  REQUEST_REPEATED: 'A request with the same Idempotency-Key is being answered: ask again.',
  RATE_LIMITED: 'Too many requests: wait for as long as Retry-After says.',
  RECONNECT_REQUIRED: 'Microsoft no longer lets us in: the person has to connect again, at profile_relink_url.',
  OUTCOME_UNKNOWN: 'Perhaps it was accepted: ask again, with the same Idempotency-Key or event_id.',
}

/** The error codes of RFC 6749 section 5.2 for what can go wrong before or beside its own rules. */
const OAUTH_ERRORS: Partial<Record<FailureCode, string>> = {
  REQUEST_INVALID: 'invalid_request',
  REQUEST_TOO_LARGE: 'invalid_request',
  LENGTH_MISSING: 'invalid_request',
  RATE_LIMITED: 'temporarily_unavailable',
}

/** The token, revocation and metadata endpoints. Nothing but the code and its fixed sentence leaves the process. */
export const oauthFailure: FailureAnswer = (error) =>
  json(error.failure.http, oauthError(OAUTH_ERRORS[error.code] ?? 'server_error'), retryAfter(error))

/** Seconds after which a failure that passes is worth another try, where nobody has said how long it takes. */
const PATIENCE: Partial<Record<Retry, number>> = { now: 1, later: 10 }

/** The header that tells it; none where another try is not worth it. RFC 9110 section 10.2.3. */
export function retryAfter({ retryAfterMs, failure }: SyncError): Record<string, string> {
  const known = retryAfterMs === undefined ? undefined : Math.max(1, Math.ceil(retryAfterMs / 1000))
  const seconds = known ?? ([409, 429, 503].includes(failure.http) ? PATIENCE[failure.retry] : undefined)
  return seconds === undefined ? {} : { 'retry-after': String(seconds) }
}

/** RFC 9110 section 15.5.6. */
const allow = ({ code, facts }: SyncError): Record<string, string> =>
  code === 'METHOD_NOT_ALLOWED' ? { allow: String(facts['allow']) } : {}

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
