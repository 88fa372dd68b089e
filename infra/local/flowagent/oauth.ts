import { createHash } from 'node:crypto'
import { type Clock, later, seconds } from '../../../shared/core/time.ts'
import { ApiError, type Tokens } from './connection.ts'
import { ask, bodyOf } from './http.ts'
import { TokenAnswer, TokenRefusal } from './wire.ts'

/** What FlowAgent asks a person for: to see and change events, and to answer invitations. */
const SCOPE = 'read_events create_event delete_event change_participation_status'

export interface Settings {
  apiUrl: string
  /** Where FlowAgent itself is reached; the sign-in comes back to `<publicUrl>/oauth/callback`. */
  publicUrl: string
  clientId: string
  clientSecret: string
}

/** The OAuth side of the integrator API. Every method throws `ApiError`; `ended` when the code or token is not good any more. */
export interface OAuth {
  /** The address to send the browser to. `verifier` stays on the server until the code comes back (RFC 7636). */
  authorizeUrl(state: string, verifier: string): string
  redeem(code: string, verifier: string): Promise<Tokens>
  refresh(tokens: Tokens): Promise<Tokens>
  /** Withdraws FlowAgent's permission at the API. Done twice, it is done. */
  revoke(tokens: Tokens): Promise<void>
}

export function createOAuth({ clock, ...settings }: Settings & { clock: Clock }): OAuth {
  const redirectUri = new URL('/oauth/callback', settings.publicUrl).href
  const client = { client_id: settings.clientId, client_secret: settings.clientSecret }

  const post = (path: string, body: Record<string, string>): Promise<Response> =>
    ask(new URL(path, settings.apiUrl), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
      body: JSON.stringify({ ...client, ...body }),
    })

  async function tokensFor(grant: Record<string, string>): Promise<Tokens> {
    const askedAt = clock.now()
    const response = await post('/oauth/token', grant)
    if (response.status === 400 || response.status === 401) throw await refusalOf(response)
    const answer = await bodyOf(response, TokenAnswer)
    const expiresAt = later(askedAt, seconds(answer.expires_in))
    return { access: answer.access_token, refresh: answer.refresh_token, expiresAt }
  }

  return {
    authorizeUrl: (state, verifier) => authorizeUrl(settings, redirectUri, state, verifier),
    redeem: (code, verifier) =>
      tokensFor({ grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier }),
    refresh: (tokens) => tokensFor({ grant_type: 'refresh_token', refresh_token: tokens.refresh }),
    async revoke(tokens) {
      const response = await post('/oauth/token/revoke', { token: tokens.refresh })
      if (!response.ok) throw await refusalOf(response)
    },
  }
}

function authorizeUrl(settings: Settings, redirectUri: string, state: string, verifier: string): string {
  const url = new URL('/oauth/authorize', settings.apiUrl)
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: settings.clientId,
    redirect_uri: redirectUri,
    scope: SCOPE,
    state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }).toString()
  return url.href
}

/** `invalid_grant` means that the person's permission is gone (RFC 6749 section 5.2); anything else, also an unreadable body, is our own mistake. */
async function refusalOf(response: Response): Promise<ApiError> {
  const refusal = TokenRefusal.safeParse(await response.json().catch(() => undefined))
  const ended = refusal.success && refusal.data.error === 'invalid_grant'
  return new ApiError(ended ? 'ended' : 'refused', { status: response.status })
}
