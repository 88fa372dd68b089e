import { SyncError } from '../core/errors.ts'
import type { Integrator } from './integrator.ts'
import type { Integrators } from './integrators.ts'
import { type OAuthErrorCode, oauthError } from './oauth-errors.ts'
import { CHANGING_SCOPES, parseScopes, type Scope } from './scopes.ts'

/** What an integrator asks a person for: the checked parameters of `GET /oauth/authorize`. */
export interface AuthorizationRequest {
  readonly clientId: string
  readonly redirectUri: string
  readonly scopes: readonly Scope[]
  /** Whether it also asks to change events that it did not create. */
  readonly unrestricted: boolean
  readonly state?: string | undefined
  /** S256 code challenge. */
  readonly challenge?: string | undefined
}

/** For a sign-in by which an integrator is given no code: it has the person's consent already. */
export const withoutScopes = (clientId: string, redirectUri: string): AuthorizationRequest => ({
  clientId,
  redirectUri,
  scopes: [],
  unrestricted: false,
})

/** Where an answer to an integrator goes, once its identity is certain. */
export type Return = Pick<AuthorizationRequest, 'redirectUri' | 'state'>

export type Judged =
  | { readonly integrator: Integrator; readonly request: AuthorizationRequest }
  | { readonly integrator: Integrator; readonly error: OAuthErrorCode; readonly back: Return }

/** Names of the parameters that have a meaning; others are left alone (RFC 6749 section 3.1). */
export const REQUEST_FIELDS = [
  'response_type',
  'client_id',
  'redirect_uri',
  'scope',
  'state',
  'code_challenge',
  'code_challenge_method',
  'link_token',
] as const

type Parameters = ReadonlyMap<string, string>

/**
 * Checks an authorization request. An error answer may be sent to the integrator's redirect URI.
 * @throws SyncError `INTEGRATOR_UNKNOWN` or `REDIRECT_URI_UNKNOWN`: show a page and never redirect, because the address
 * may be anybody's (RFC 6749 section 4.1.2.1).
 */
export async function judgeRequest(integrators: Integrators, sent: Parameters): Promise<Judged> {
  // An empty parameter counts as not sent (RFC 6749 section 3.1); clients send `state=` and the like.
  const params = new Map([...sent].filter(([, value]) => value !== ''))
  const integrator = await integrators.find(params.get('client_id') ?? '')
  if (integrator === undefined) throw new SyncError('INTEGRATOR_UNKNOWN', 'no integrator has this client id')
  const redirectUri = integrator.redirectUris.find((uri) => uri === params.get('redirect_uri'))
  if (redirectUri === undefined) throw new SyncError('REDIRECT_URI_UNKNOWN', 'the redirect URI is not registered')
  const state = params.get('state')
  if (state !== undefined && !/^[\x20-\x7e]{1,2048}$/.test(state)) {
    return { integrator, error: 'invalid_request', back: { redirectUri } }
  }
  const back = { redirectUri, state }
  const error = fault(params, integrator)
  const scopes = allowedScopes(params, integrator)
  if (error !== undefined) return { integrator, error, back }
  if (scopes === undefined) return { integrator, error: 'invalid_scope', back }
  const challenge = params.get('code_challenge')
  const unrestricted = asksForAll(integrator, scopes)
  return { integrator, request: { clientId: integrator.clientId, redirectUri, scopes, unrestricted, state, challenge } }
}

function fault(params: Parameters, integrator: Integrator): OAuthErrorCode | undefined {
  const type = params.get('response_type')
  if (type === undefined) return 'invalid_request'
  if (type !== 'code') return 'unsupported_response_type'
  return hasGoodChallenge(params, integrator) ? undefined : 'invalid_request'
}

/** Only S256, only well formed, and never left out by an integrator that can do it. @see RFC 9700 section 2.1.1 */
function hasGoodChallenge(params: Parameters, integrator: Integrator): boolean {
  const challenge = params.get('code_challenge')
  const method = params.get('code_challenge_method')
  if (challenge === undefined) return method === undefined && integrator.pkce === 'optional'
  return method === 'S256' && /^[\w-]{43}$/.test(challenge)
}

/** The permission is the integrator's, not a scope; it means something only together with one that changes events. */
const asksForAll = ({ permission }: Integrator, scopes: readonly Scope[]): boolean =>
  permission === 'unrestricted' && scopes.some((scope) => CHANGING_SCOPES.includes(scope))

function allowedScopes(params: Parameters, integrator: Integrator): readonly Scope[] | undefined {
  const scopes = parseScopes(params.get('scope') ?? '')
  return scopes?.every((scope) => integrator.scopes.includes(scope)) ? scopes : undefined
}

/** What an integrator is told: its code, an error, or (where nothing was asked for but a yes) nothing more. */
export type Answer = { readonly code: string } | { readonly error: OAuthErrorCode } | Record<string, never>

/**
 * The address that carries an answer to the integrator. `issuer` tells it who answers, against mix-ups (RFC 9207).
 */
export function returnUrl({ redirectUri, state }: Return, issuer: string, answer: Answer): string {
  const url = new URL(redirectUri)
  const told = 'error' in answer ? oauthError(answer.error ?? '') : answer
  const fields = { ...told, ...(state !== undefined && { state }), iss: issuer }
  for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, value)
  return url.href
}
