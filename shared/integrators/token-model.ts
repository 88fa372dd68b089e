import type OAuth2Server from '@node-oauth/oauth2-server'
import { isFailure } from '../core/errors.ts'
import type { EpochMs } from '../core/time.ts'
import { sameText } from '../crypto/same-text.ts'
import { type Grant, judgeRefresh, useCode } from './grant.ts'
import type { Integrator } from './integrator.ts'
import type { Integrators } from './integrators.ts'
import { createIssuing, type IssuedTokens, type IssuingDependencies, type Redemption } from './issuing.ts'
import { withLostRefreshes } from './lost-refreshes.ts'
import { revocation } from './revocation.ts'
import { parseToken } from './token.ts'

export interface TokenModelDependencies extends IssuingDependencies {
  readonly integrators: Integrators
  /** When the tables were last restored from a backup. */
  readonly restoredAt: () => EpochMs | undefined
}

/**
 * The library compares its dates with the machine's clock. Ours has already decided by then, so it gets a date that
 * never passes.
 */
const DECIDED_BY_OUR_CLOCK = new Date(8.64e15)

/**
 * The storage side of `@node-oauth/oauth2-server` for one request to the token endpoint. The library brings the order of
 * the steps; everything that must happen once is a compare-and-swap of the grant's row.
 */
export function createTokenModel(dependencies: TokenModelDependencies) {
  const { integrators, store, secrets, audit, clock } = dependencies
  const issuing = createIssuing(dependencies)
  const startedAt = clock.now()
  let integrator: Integrator | undefined
  let issued: IssuedTokens | undefined

  const model = {
    getClient,
    getAuthorizationCode,
    revokeAuthorizationCode,
    getRefreshToken,
    // The refresh token is replaced in saveToken, in one write with its successor: a crash between two writes would lose
    // the grant.
    revokeToken: async () => true,
    getAccessToken: async () => undefined,
    generateAccessToken: async (_: object, user: object) => issuing.nextToken('access', user as Redemption),
    generateRefreshToken: async (_: object, user: object) => issuing.nextToken('refresh', user as Redemption),
    saveToken,
  }
  return { model, issued: () => issued }

  /** All our integrators are confidential: without a secret there is no client, whatever else was sent. */
  async function getClient(clientId: string, secret: string | undefined) {
    integrator = await integrators.authenticate(clientId, secret)
    return integrator && libraryClient(integrator)
  }

  async function getAuthorizationCode(text: string) {
    const found = await findOwn('code', text)
    if (found === undefined || integrator === undefined) return undefined
    const { code, scopes } = found.grant.value
    if (!sameText(code.hash, secrets.hash('code', found.presented))) return undefined
    if (code.usedAt !== undefined) return refuseReplay(found.grant.value)
    if (clock.now() >= code.expiresAt) return undefined
    if (code.challenge === undefined && integrator.pkce === 'required') return undefined
    return {
      authorizationCode: text,
      expiresAt: DECIDED_BY_OUR_CLOCK,
      redirectUri: code.redirectUri,
      scope: [...scopes],
      ...(code.challenge && { codeChallenge: code.challenge, codeChallengeMethod: 'S256' }),
      client: libraryClient(integrator),
      user: found,
    }
  }

  /**
   * A used code came again. That ends everything issued for it (RFC 6749 section 4.1.2), except when this request was
   * under way before the tokens were issued: then two ran for the same code, and this one only loses.
   */
  async function refuseReplay(grant: Grant): Promise<undefined> {
    const { redeemedAt } = grant.code
    if (redeemedAt !== undefined && startedAt >= redeemedAt) await end(grant, 'code-used-again')
    return undefined
  }

  /** The one moment that makes a code single use: of many requests, one swaps the row. */
  async function revokeAuthorizationCode(code: OAuth2Server.AuthorizationCode): Promise<boolean> {
    const redemption = code.user as Redemption
    const used = useCode(redemption.grant.value, clock.now())
    try {
      redemption.grant = { value: used, etag: await store.replace(used, redemption.grant.etag) }
      return true
    } catch (error) {
      if (isFailure(error, 'ROW_CHANGED')) return false
      throw error
    }
  }

  async function getRefreshToken(text: string) {
    const found = await findOwn('refresh', text)
    if (found === undefined || integrator === undefined) return undefined
    const value = withLostRefreshes(dependencies, found.grant.value, found.presented)
    found.grant = { ...found.grant, value }
    const use = judgeRefresh(value, secrets.hash('refresh', found.presented), clock.now(), sameText)
    if (use === 'reused') await end(value, 'token-used-again')
    if (use === 'reused' || use === 'ended') return undefined
    return {
      refreshToken: text,
      refreshTokenExpiresAt: DECIDED_BY_OUR_CLOCK,
      scope: [...value.scopes],
      client: libraryClient(integrator),
      user: found,
    }
  }

  async function saveToken(token: OAuth2Server.Token, client: OAuth2Server.Client, user: object) {
    const { accessToken, refreshToken = '' } = token
    issued = await issuing.issue({ accessToken, refreshToken }, user as Redemption)
    return { ...token, accessTokenExpiresAt: DECIDED_BY_OUR_CLOCK, client, user }
  }

  async function end(grant: Grant, reason: string): Promise<void> {
    await audit.record(revocation(grant, { kind: 'service' }, reason))
    await store.delete(grant.ref)
  }

  /** Codes and tokens of other integrators do not exist for this one. */
  async function findOwn(kind: 'code' | 'refresh', text: string): Promise<Redemption | undefined> {
    const presented = parseToken(kind, text)
    const grant = presented && (await store.find(presented.ref))
    if (presented === undefined || grant?.value.clientId !== integrator?.clientId) return undefined
    return grant && { grant, presented }
  }
}

const libraryClient = ({ clientId, redirectUris }: Integrator): OAuth2Server.Client => ({
  id: clientId,
  redirectUris: [...redirectUris],
  grants: ['authorization_code', 'refresh_token'],
})
