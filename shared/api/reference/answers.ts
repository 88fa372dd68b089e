import * as z from 'zod'
import { FailureBody, ProblemsBody } from '../failure.ts'
import { OAuthErrorAnswer } from '../oauth/wire.ts'
import type { Answer, Endpoint } from './endpoint.ts'

const RETRY = { 'retry-after': 'Seconds after which to try again.' }
const CHALLENGE = { 'www-authenticate': 'What is wrong with the token (RFC 6750).' }

const failure = (means: string, headers?: Answer['headers']): Answer => ({
  means,
  body: FailureBody,
  ...(headers && { headers }),
})

const UNREADABLE = failure('The request cannot be read.')
const NOT_AUTHENTICATED = failure('There is no access token, or it is not good any more.', CHALLENGE)
const SCOPE_MISSING = failure('The person has not granted what this needs.', CHALLENGE)
const NOT_FOUND = failure('The person has nothing under this address or id.')
const TOO_LARGE = failure('The body is too large.')
const INVALID: Answer = { means: 'Fields are not right; every one of them is named.', body: ProblemsBody }
const REPEATED = failure('A request with the same Idempotency-Key is being answered; ask again.', RETRY)
const NO_LENGTH = failure('The body came in pieces of unknown number; send it with Content-Length.')
const NO_MEDIA_TYPE = failure('The body is neither JSON nor a form.')
const RECONNECT = failure('Microsoft no longer lets us in; the person has to connect again, at profile_relink_url.')
const TOO_MANY = failure('Too many requests, or too many changes that wait for Microsoft.', RETRY)
const OURS = failure('A failure of ours.')
const AWAY = failure('Something we depend on does not answer; the request may be repeated.', RETRY)

/** For addresses without an id: what they are about is the account behind the token. */
export const ACCOUNT_GONE = failure('The account is gone.')

/** The header of requests that may be sent again. */
export const IDEMPOTENCY: NonNullable<Endpoint['headers']> = {
  'Idempotency-Key': {
    schema: z.string().min(1).max(255).optional(),
    description: 'A text of yours. The same request with the same key gets the same answer for 24 hours, once done.',
  },
}

/** Every answer of an endpoint by its status: its own, and those that all endpoints of its kind have. */
export function answersOf(endpoint: Endpoint): Readonly<Record<number, Answer>> {
  if (typeof endpoint.access === 'string') return { ...(endpoint.access === 'client' && OAUTH), ...endpoint.answers }
  const { access, query, body, params, method } = endpoint
  return {
    ...endpoint.answers,
    401: NOT_AUTHENTICATED,
    ...(access.token.length > 0 && { 403: SCOPE_MISSING }),
    ...(params && { 404: NOT_FOUND }),
    ...(body && { 400: UNREADABLE, 411: NO_LENGTH, 413: TOO_LARGE, 415: NO_MEDIA_TYPE }),
    ...(method !== 'GET' && { 409: REPEATED, 423: RECONNECT }),
    ...((body || query) && { 422: INVALID }),
    429: TOO_MANY,
    500: OURS,
    503: AWAY,
  }
}

const oauthFailure = (means: string, headers?: Answer['headers']): Answer => ({
  ...failure(means, headers),
  body: OAuthErrorAnswer,
})

const OAUTH: Endpoint['answers'] = {
  400: oauthFailure('The request was refused; `error` says why.'),
  411: oauthFailure('The body came in pieces of unknown number; send it with Content-Length.'),
  413: oauthFailure('The body is too large.'),
  429: oauthFailure('Too many wrong credentials.', RETRY),
  500: oauthFailure('A failure of ours.'),
  503: oauthFailure('Something we depend on does not answer; the request may be repeated.', RETRY),
}
