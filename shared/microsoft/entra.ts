import { createHash } from 'node:crypto'
import type { AuthenticationResult, ConfidentialClientApplication, Configuration } from '@azure/msal-node'
import type * as z from 'zod'
import type { Entra, Identity, SignedIn, SignInTicket, SignInUse } from '../accounts/ports.ts'
import { SyncError } from '../core/errors.ts'
import { epochMs } from '../core/time.ts'
import { createMsalNetwork, type Patience } from '../identity/msal-network.ts'
import type { Standing } from '../organisations/ports.ts'
import { refreshFailure, signInFailure } from './entra-failure.ts'
import { IdTokenClaims } from './entra-wire.ts'

export interface EntraSettings {
  /** `https://login.microsoftonline.com`, or the address of something that speaks like it. */
  readonly authority: string
  readonly clientId: string
  /** A client secret, or what makes a client assertion (RFC 7523) each time one is needed. */
  readonly proof: string | (() => Promise<string>)
  /** Ours, as registered with Microsoft. */
  readonly redirectUris: Readonly<Record<SignInUse | 'installation', string>>
  readonly patience: Patience
}

const PUBLIC_AUTHORITY = 'https://login.microsoftonline.com'

/** MSAL adds openid, profile and offline_access to every request by itself. */
const SCOPES = {
  mailbox: ['User.Read', 'Calendars.ReadWrite', 'MailboxSettings.Read'],
  identity: ['User.Read'],
} satisfies Record<SignInUse, readonly string[]>

const SIGN_IN_SCOPES = ['openid', 'profile', 'offline_access']

/** Microsoft Entra ID through MSAL, which is loaded on first use: most invocations need no sign-in and no refresh. */
export function createEntra(settings: EntraSettings): Entra {
  return { authorizeUrl, adminConsentUrl, redeem, accessToken }

  async function authorizeUrl({ state, nonce, verifier }: SignInTicket, use: SignInUse = 'mailbox') {
    return (await client()).getAuthCodeUrl({
      scopes: SCOPES[use],
      redirectUri: settings.redirectUris[use],
      // A form post comes from Microsoft's site and would leave our SameSite=Lax cookie behind.
      responseMode: 'query',
      prompt: 'select_account',
      state,
      nonce,
      codeChallenge: createHash('sha256').update(verifier).digest('base64url'),
      codeChallengeMethod: 'S256',
    })
  }

  /** @see https://learn.microsoft.com/entra/identity-platform/v2-admin-consent */
  function adminConsentUrl(state: string): string {
    const params = new URLSearchParams({
      client_id: settings.clientId,
      scope: [...SCOPES.mailbox.map((name) => `https://graph.microsoft.com/${name}`), ...SIGN_IN_SCOPES].join(' '),
      redirect_uri: settings.redirectUris.installation,
      state,
    })
    return `${settings.authority}/organizations/v2.0/adminconsent?${params}`
  }

  async function redeem(code: string, ticket: SignInTicket, use: SignInUse = 'mailbox'): Promise<SignedIn> {
    const { nonce, verifier, state } = ticket
    const app = await client()
    const [scopes, redirectUri] = [SCOPES[use], settings.redirectUris[use]]
    const request = { scopes, redirectUri, code, codeVerifier: verifier, nonce, state }
    const result = await app.acquireTokenByCode(request, { code, nonce, state }).catch((error: unknown) => {
      throw signInFailure(error)
    })
    const identified = identify(result, settings.clientId)
    requireScopes(result, scopes)
    return { ...identified, tokenCache: app.getTokenCache().serialize() }
  }

  async function accessToken(tokenCache: string, isRefused = false) {
    const app = await client()
    const cache = app.getTokenCache()
    cache.deserialize(tokenCache)
    const [account] = await cache.getAllAccounts()
    if (account === undefined) throw new SyncError('RECONNECT_REQUIRED', 'the token cache holds no account')
    const result = await app
      .acquireTokenSilent({ account, scopes: SCOPES.mailbox, forceRefresh: isRefused })
      .catch((error: unknown) => {
        throw refreshFailure(error)
      })
    if (result.expiresOn === null) throw new SyncError('MICROSOFT_UNEXPECTED_SHAPE', 'an access token without an end')
    const expiresAt = epochMs(result.expiresOn.getTime())
    return { accessToken: result.accessToken, expiresAt, tokenCache: cache.serialize() }
  }

  /** A new client each time: it holds one account's tokens, and remembers throttling that may be over by then. */
  async function client(): Promise<ConfidentialClientApplication> {
    const msal = await import('@azure/msal-node')
    return new msal.ConfidentialClientApplication(configuration(settings))
  }
}

/**
 * MSAL has compared state and nonce. The ID token came from the token endpoint itself, so TLS vouches for its signature
 * (OpenID Connect Core 3.1.3.7, step 6).
 */
function identify(result: AuthenticationResult, clientId: string): { identity: Identity; standing: Standing } {
  const claims = IdTokenClaims.safeParse(result.idTokenClaims)
  if (!claims.success) throw new SyncError('SIGN_IN_MISMATCH', 'the ID token lacks a claim', { cause: claims.error })
  const { tid, oid, aud, iss, preferred_username, name } = claims.data
  const mismatch = [...(aud === clientId ? [] : ['aud']), ...(iss === `${PUBLIC_AUTHORITY}/${tid}/v2.0` ? [] : ['iss'])]
  if (mismatch.length > 0) {
    throw new SyncError('SIGN_IN_MISMATCH', 'the ID token is not ours', { facts: { claims: mismatch.join(',') } })
  }
  const identity = { tenantId: tid, objectId: oid, username: preferred_username, name: name ?? preferred_username }
  return { identity, standing: standingOf(claims.data) }
}

/** @see https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference (groups overage claim) */
const standingOf = ({
  wids,
  roles,
  groups,
  hasgroups,
  _claim_names: elsewhere,
}: z.infer<typeof IdTokenClaims>): Standing => ({
  roles: wids,
  appRoles: roles,
  groups: hasgroups === true || elsewhere?.groups !== undefined ? undefined : (groups ?? []),
})

/** People can untick what an administrator allows them to; without the calendar there is nothing to connect. */
function requireScopes({ scopes }: AuthenticationResult, wanted: readonly string[]): void {
  const given = scopes.map((scope) => scope.toLowerCase().split('/').at(-1))
  const missing = wanted.filter((scope) => !given.includes(scope.toLowerCase()))
  if (missing.length === 0) return
  throw new SyncError('CONSENT_DECLINED', 'a permission was not given', { facts: { missing: missing.join(',') } })
}

/**
 * MSAL refuses an authority of plain http, but takes the metadata of the public one with endpoints of our choice. So a
 * stand-in is reached through the very code path of production.
 */
function configuration({ authority, clientId, proof, patience }: EntraSettings): Configuration {
  const system = { networkClient: createMsalNetwork(patience) }
  const proven = typeof proof === 'string' ? { clientSecret: proof } : { clientAssertion: proof }
  const auth = { clientId, ...proven, authority: `${PUBLIC_AUTHORITY}/organizations` }
  if (authority === PUBLIC_AUTHORITY) return { auth, system }
  const endpoints = `${authority}/organizations/oauth2/v2.0`
  const authorityMetadata = JSON.stringify({
    issuer: `${PUBLIC_AUTHORITY}/{tenantid}/v2.0`,
    authorization_endpoint: `${endpoints}/authorize`,
    token_endpoint: `${endpoints}/token`,
    end_session_endpoint: `${endpoints}/logout`,
    jwks_uri: `${authority}/organizations/discovery/v2.0/keys`,
  })
  return { auth: { ...auth, authorityMetadata }, system }
}
