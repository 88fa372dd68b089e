import { type FailureCode, SyncError } from '../core/errors.ts'

/** MSAL's own codes for an answer that does not belong to the request. */
const MISMATCH = ['nonce_mismatch', 'state_mismatch']
/** Entra does not take our secret, or does not let our application sign anybody in: an operator must act, no person can. */
const CREDENTIAL = ['invalid_client', 'unauthorized_client']
/** Nobody reached Entra, it was not well, or MSAL still remembers that (the empty code). */
const AWAY = [
  'network_error',
  'endpoints_resolution_error',
  'token_parsing_error',
  'temporarily_unavailable',
  'server_error',
  'request_timeout',
  '',
]

/** Why a code was not exchanged for tokens. @see Entra.redeem */
export function signInFailure(error: unknown): SyncError {
  const { code, subcode } = read(error)
  if (MISMATCH.includes(code)) return failure('SIGN_IN_MISMATCH', error)
  if (code === 'consent_required' || subcode === 'consent_required') return failure('APPROVAL_REQUIRED', error)
  if (needsPerson(error)) return failure('MICROSOFT_REFUSED', error)
  if (code === 'invalid_grant') return failure('SIGN_IN_EXPIRED', error)
  return commonFailure(error)
}

/**
 * Why a refresh token gave no access token. MSAL says "interaction required" only for some reasons; the others, a disabled
 * user among them, arrive as a plain `invalid_grant`. Both mean that only the person can help. `unauthorized_client` says
 * that the organisation has removed our application (AADSTS700016) or disabled it (7000112): it is installed again there,
 * and the person connects again. Our own registration lost gives the same words for everybody, and nothing tells the two
 * apart. That is accepted: an account that is tried for ever tells nobody, and so many at once raise `reconnects-needed`.
 * @see Entra.accessToken
 */
export function refreshFailure(error: unknown): SyncError {
  const dead = needsPerson(error) || ['invalid_grant', 'unauthorized_client'].includes(read(error).code)
  return dead ? failure('RECONNECT_REQUIRED', error) : commonFailure(error)
}

const needsPerson = (error: unknown): boolean => read(error).name === 'InteractionRequiredAuthError'

/** Ours already where the client assertion could not be made. */
function commonFailure(error: unknown): SyncError {
  if (error instanceof SyncError) return error
  const { code, status } = read(error)
  if (CREDENTIAL.includes(code)) return failure('MICROSOFT_CREDENTIAL_REFUSED', error)
  if (AWAY.includes(code) || (status !== undefined && (status === 429 || status >= 500))) {
    return failure('MICROSOFT_UNREACHABLE', error)
  }
  return failure('MICROSOFT_REFUSED', error)
}

/** The AADSTS number goes to the log; it explains, and nothing branches on it. */
function failure(code: FailureCode, cause: unknown): SyncError {
  const { number } = read(cause)
  const facts = number === undefined ? {} : { aadsts: number }
  return new SyncError(code, 'Microsoft Entra ID refused', { cause, facts })
}

interface MsalFacts {
  readonly code: string
  readonly subcode: unknown
  readonly name: string
  readonly number: string | undefined
  readonly status: number | undefined
}

const UNKNOWN: MsalFacts = {
  code: 'unknown',
  subcode: undefined,
  name: 'unknown',
  number: undefined,
  status: undefined,
}

/** MSAL's errors by their fields, because its classes are only loaded when they are needed. */
function read(error: unknown): MsalFacts {
  if (!(error instanceof Error)) return UNKNOWN
  const field = (name: string): unknown => Reflect.get(error, name)
  const [code, number, status] = [field('errorCode'), field('errorNo'), field('status') ?? field('httpStatus')]
  return {
    code: typeof code === 'string' ? code : 'unknown',
    subcode: field('subError'),
    name: error.name,
    number: /^\d{4,7}$/.test(String(number)) ? String(number) : undefined,
    status: typeof status === 'number' ? status : undefined,
  }
}
