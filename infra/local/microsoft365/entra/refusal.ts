import { toIsoSeconds } from '../../../../shared/core/time.ts'
import { randomGuid, type World } from '../world.ts'

interface Reason {
  error: string
  status: 400 | 401 | 403
  text: string
  suberror?: string
}

/**
 * The refusals this stand-in knows, by AADSTS number. The numbers and the `error` words are Entra's, the texts are
 * shortened: clients must not read them.
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes
 */
const REASONS = {
  50011: { error: 'invalid_request', status: 400, text: 'The redirect URI is not registered for the application.' },
  50020: { error: 'invalid_request', status: 400, text: 'The account does not exist in this organisation.' },
  50034: { error: 'invalid_request', status: 400, text: 'There is no account with this address.' },
  50057: { error: 'invalid_grant', status: 400, text: 'The account is disabled.' },
  50058: { error: 'login_required', status: 400, text: 'A silent sign-in was asked for, but nobody is signed in.' },
  50076: {
    error: 'invalid_grant',
    status: 400,
    text: 'Multi-factor authentication is required.',
    suberror: 'basic_action',
  },
  50105: { error: 'invalid_grant', status: 400, text: 'The person is not assigned to a role of the application.' },
  50173: { error: 'invalid_grant', status: 400, text: 'The grant was revoked.', suberror: 'bad_token' },
  50196: { error: 'invalid_grant', status: 400, text: 'The client sent the same request too often.' },
  53003: {
    error: 'invalid_grant',
    status: 400,
    text: 'Access was blocked by conditional access.',
    suberror: 'message_only',
  },
  54005: { error: 'invalid_grant', status: 400, text: 'The authorization code was already redeemed.' },
  65001: {
    error: 'invalid_grant',
    status: 400,
    text: 'Nobody consented to the use of the application.',
    suberror: 'consent_required',
  },
  65004: { error: 'access_denied', status: 400, text: 'The person declined to consent to the application.' },
  70000: { error: 'invalid_grant', status: 400, text: 'The grant is malformed or unknown.' },
  70003: { error: 'unsupported_grant_type', status: 400, text: 'The grant type is not supported.' },
  70008: { error: 'invalid_grant', status: 400, text: 'The grant has expired.' },
  70011: { error: 'invalid_scope', status: 400, text: 'The scope is not valid.' },
  70043: { error: 'invalid_grant', status: 400, text: 'The sign-in frequency asks for a new sign-in.' },
  90002: { error: 'invalid_request', status: 400, text: 'The organisation was not found.' },
  90055: { error: 'temporarily_unavailable', status: 400, text: 'The organisation sends too many requests.' },
  90094: { error: 'access_denied', status: 400, text: 'An administrator of the organisation must approve first.' },
  500112: { error: 'invalid_grant', status: 400, text: 'The redirect URI differs from the one of the sign-in.' },
  501481: { error: 'invalid_grant', status: 400, text: 'The code verifier does not match the code challenge.' },
  650057: { error: 'invalid_resource', status: 400, text: 'The application has no permission for this resource.' },
  700016: { error: 'unauthorized_client', status: 400, text: 'The application was not found in the directory.' },
  700024: { error: 'invalid_client', status: 401, text: 'The client assertion is outside its time range.' },
  700027: { error: 'invalid_client', status: 401, text: 'The client assertion failed the signature check.' },
  700030: { error: 'invalid_client', status: 401, text: 'The client assertion is not meant for this application.' },
  700082: { error: 'invalid_grant', status: 400, text: 'The refresh token expired due to inactivity.' },
  700211: { error: 'invalid_client', status: 401, text: 'No federated credential has the issuer of the assertion.' },
  700212: { error: 'invalid_client', status: 401, text: 'No federated credential has the audience of the assertion.' },
  700213: { error: 'invalid_client', status: 401, text: 'No federated credential has the subject of the assertion.' },
  900144: { error: 'invalid_request', status: 400, text: 'A required parameter is missing or has a wrong value.' },
  7000112: { error: 'unauthorized_client', status: 400, text: 'The application is disabled in the directory.' },
  7000215: { error: 'invalid_client', status: 401, text: 'The client secret is wrong.' },
  7000218: { error: 'invalid_client', status: 401, text: 'A client secret or a client assertion is required.' },
  7000222: { error: 'invalid_client', status: 401, text: 'The client secret has expired.' },
} as const satisfies Record<number, Reason>

export type RefusalCode = keyof typeof REASONS

/** Entra says no. At the token endpoint it becomes the JSON error, at the pages an error page or a redirect. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: RefusalCode
  readonly reason: Reason

  /** @param suberror replaces the usual one; '' leaves it out. */
  constructor(code: RefusalCode, suberror?: string) {
    super(`AADSTS${code}: ${REASONS[code].text}`)
    this.code = code
    const { suberror: usual, ...reason }: Reason = REASONS[code]
    const given = suberror ?? usual
    this.reason = given ? { ...reason, suberror: given } : reason
  }
}

export const isRefusalCode = (code: number): code is RefusalCode => code in REASONS

/** The body of a token error, member for member as Entra writes it. */
export function errorBody(refusal: Refusal, { clock, random }: World, correlationId?: string) {
  const trace = randomGuid(random)
  const correlation = correlationId ?? randomGuid(random)
  const timestamp = toIsoSeconds(clock.now()).replace('T', ' ')
  const about = `Trace ID: ${trace}\r\nCorrelation ID: ${correlation}\r\nTimestamp: ${timestamp}`
  return {
    error: refusal.reason.error,
    error_description: `${refusal.message}\r\n${about}`,
    error_codes: [refusal.code],
    timestamp,
    trace_id: trace,
    correlation_id: correlation,
    error_uri: `https://login.microsoftonline.com/error?code=${refusal.code}`,
    ...(refusal.reason.suberror === undefined ? {} : { suberror: refusal.reason.suberror }),
  }
}
