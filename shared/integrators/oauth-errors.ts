/**
 * The error codes our OAuth server answers with, and what the integrator's programmer reads beside them. The sentences
 * are fixed: nothing of a request, and no reason that would help a guesser, is ever in them.
 * @see RFC 6749 sections 4.1.2.1 and 5.2
 */
const DESCRIPTIONS = {
  access_denied: 'The person, or their organisation, did not agree.',
  invalid_client: 'The client id or the client secret is not right.',
  invalid_grant: 'The code or refresh token is unknown, used, expired or revoked, or does not belong to this request.',
  invalid_request:
    'A parameter is missing, repeated or not in the right form. A body has to come with Content-Length, or nothing of it arrives.',
  invalid_scope: 'The scope is missing, unknown, or not one the integrator is registered for.',
  server_error: 'The request could not be completed. Try again, and name the request id if it keeps happening.',
  temporarily_unavailable: 'The request could not be completed now. Try again later.',
  unsupported_grant_type: 'The grant types are authorization_code and refresh_token.',
  unsupported_response_type: 'The only response type is code.',
} as const

export type OAuthErrorCode = keyof typeof DESCRIPTIONS

export const OAUTH_ERROR_CODES = Object.keys(DESCRIPTIONS) as readonly OAuthErrorCode[]

const isCode = (text: string): text is OAuthErrorCode => Object.hasOwn(DESCRIPTIONS, text)

/** An error as the answer of an endpoint or the parameters of a redirect. */
export const oauthError = (error: string): { error: string; error_description: string } => {
  const code = isCode(error) ? error : 'invalid_request'
  return { error: code, error_description: DESCRIPTIONS[code] }
}
