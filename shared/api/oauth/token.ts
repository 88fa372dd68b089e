import type * as z from 'zod'
import type { AccountsPort } from '../../accounts/ports.ts'
import type { Trail } from '../../audit/audit.ts'
import { SyncError } from '../../core/errors.ts'
import { elapsed } from '../../core/time.ts'
import type { Grants } from '../../integrators/grants.ts'
import type { IssuedTokens } from '../../integrators/issuing.ts'
import { oauthError } from '../../integrators/oauth-errors.ts'
import { exchangeTokens } from '../../integrators/token-exchange.ts'
import type { TokenModelDependencies } from '../../integrators/token-model.ts'
import { type Attempts, createAttempts } from '../attempts.ts'
import { type ApiRequest, bodyParams, type Params } from '../request.ts'
import { type ApiResponse, empty, json } from '../response.ts'
import type { TokenAnswer } from './wire.ts'

const BODY_LIMIT = 8 * 1024
/** Of a client id, as far as attempts are counted by it: longer ones are nobody's. */
const LONGEST_ID = 64

export interface TokenDependencies extends TokenModelDependencies {
  readonly grants: Grants
  readonly accounts: Pick<AccountsPort, 'revoked'>
  readonly audit: Pick<Trail, 'record' | 'failed'>
}

/** The token endpoint (RFC 6749 section 3.2) and the revocation endpoint (RFC 7009), as integrators' servers call them. */
export function createTokenEndpoints(dependencies: TokenDependencies) {
  const { integrators, grants, accounts, audit, clock } = dependencies
  const attempts = createAttempts(clock)
  return { token, revoke }

  async function token(request: ApiRequest): Promise<ApiResponse> {
    const params = await paramsOf(request)
    const attempt = guarded(attempts, audit, request, params)
    const answer = await exchangeTokens(dependencies, params)
    if ('error' in answer) return attempt(answer.error)
    return json(200, tokenBody(answer.tokens, answer.first))
  }

  /** Unknown tokens are as revoked as can be: 200 (RFC 7009 section 2.2). */
  async function revoke(request: ApiRequest): Promise<ApiResponse> {
    const params = await paramsOf(request)
    const attempt = guarded(attempts, audit, request, params)
    const integrator = await integrators.authenticate(params.get('client_id') ?? '', params.get('client_secret'))
    if (integrator === undefined) return attempt('invalid_client')
    const [token, sub, refreshToken] = ['token', 'sub', 'refresh_token'].map((name) => params.get(name))
    if (token !== undefined) await endToken(integrator.clientId, token)
    else if (sub !== undefined) await endAccount(integrator.clientId, sub)
    // Last, because a client that is asked to revoke something else sends the one it holds as well.
    else if (refreshToken !== undefined) await endToken(integrator.clientId, refreshToken)
    else return attempt('invalid_request')
    return empty(200)
  }

  async function endToken(clientId: string, token: string): Promise<void> {
    const account = await grants.revokeToken(clientId, token)
    if (account !== undefined) await accounts.revoked(account)
  }

  async function endAccount(clientId: string, account: string): Promise<void> {
    const by = { kind: 'integrator', id: clientId } as const
    if (await grants.revokeIntegrator(account, clientId, by)) await accounts.revoked(account)
  }

  /** Member names are those that clients of the integrator API read; `sub` equals `account_id`. */
  function tokenBody({ accessToken, refreshToken, accessExpiresAt, grant }: IssuedTokens, first: boolean) {
    const profile = { provider_name: 'office365', provider_service: 'office365' } as const
    return {
      token_type: 'bearer' as const,
      access_token: accessToken,
      expires_in: Math.floor(elapsed(clock.now(), accessExpiresAt) / 1000),
      refresh_token: refreshToken,
      scope: grant.scopes.join(' '),
      sub: grant.accountId,
      ...(first && {
        account_id: grant.accountId,
        linking_profile: { ...profile, profile_id: grant.profile.id, profile_name: grant.profile.name },
      }),
    } satisfies z.infer<typeof TokenAnswer>
  }
}

/**
 * The body only: what stands in an address ends up in logs. The Authorization header is never looked at, because clients
 * send things like `Bearer undefined`. An empty field counts as not sent (RFC 6749 section 3.2).
 */
async function paramsOf(request: ApiRequest): Promise<Params> {
  if (request.url.search !== '') throw new SyncError('REQUEST_INVALID', 'parameters in the query')
  return new Map([...(await bodyParams(request, BODY_LIMIT))].filter(([, value]) => value !== ''))
}

/**
 * Counts wrong client credentials by client and address; the right ones are taken however many wrong ones come from there.
 * @returns what answers an error. @throws SyncError `RATE_LIMITED` from it.
 */
function guarded(
  attempts: Attempts,
  audit: Pick<Trail, 'failed'>,
  request: ApiRequest,
  params: Params,
): (error: string) => Promise<ApiResponse> {
  const key = `${(params.get('client_id') ?? '').slice(0, LONGEST_ID)} ${request.clientAddress ?? ''}`
  return async (error) => {
    if (error === 'invalid_client' || error === 'invalid_grant') await audit.failed(error)
    if (error === 'invalid_client') {
      attempts.check(key)
      attempts.failed(key)
    }
    return json(400, oauthError(error))
  }
}
