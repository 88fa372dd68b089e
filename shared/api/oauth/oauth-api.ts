import { createConnect } from '../../accounts/connect.ts'
import type { AccountsPort, Entra, SignInStore } from '../../accounts/ports.ts'
import type { Log } from '../../core/log.ts'
import type { Random } from '../../core/random.ts'
import type { Clock } from '../../core/time.ts'
import type { BlindIndex } from '../../crypto/ports.ts'
import type { Grant } from '../../integrators/grant.ts'
import { createGrants, type Grants } from '../../integrators/grants.ts'
import { createIntegrators, type Integrators } from '../../integrators/integrators.ts'
import type { GrantStore, IntegratorStore } from '../../integrators/ports.ts'
import { createTokenSecrets } from '../../integrators/token.ts'
import { authenticate } from '../bearer.ts'
import type { ApiRequest } from '../request.ts'
import { type ApiResponse, json } from '../response.ts'
import { createAuthorize } from './authorize.ts'
import { createBrowserCookie } from './browser.ts'
import { createCallback } from './callback.ts'
import { createConsentTokens } from './consent-token.ts'
import { serverMetadata } from './metadata.ts'
import { createTokenEndpoints } from './token.ts'

type Endpoint = (request: ApiRequest) => Promise<ApiResponse>

/** Our OAuth server, from the consent page to the token that a request of an integrator carries. */
export interface OAuthApi {
  readonly integrators: Integrators
  readonly grants: Grants
  readonly authorize: Endpoint
  readonly callback: Endpoint
  readonly token: Endpoint
  readonly revoke: Endpoint
  readonly metadata: Endpoint
  /** @throws SyncError `UNAUTHENTICATED` when the request carries no good access token. */
  authenticate(request: ApiRequest): Promise<Grant>
}

export interface OAuthDependencies {
  /** Without a slash at the end; also the issuer (RFC 8414). */
  readonly publicUrl: string
  readonly entra: Entra
  readonly accounts: AccountsPort
  readonly stores: { integrators: IntegratorStore; grants: GrantStore; signIns: SignInStore }
  readonly blind: BlindIndex
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

export function createOAuthApi(dependencies: OAuthDependencies): OAuthApi {
  const { publicUrl, entra, accounts, stores, blind, clock, random, log } = dependencies
  const secure = publicUrl.startsWith('https:')
  const secrets = createTokenSecrets(blind)
  const integrators = createIntegrators({ store: stores.integrators, allowLoopback: !secure })
  const issuing = { store: stores.grants, secrets, clock, random }
  const grants = createGrants({ ...issuing, blind })
  const connect = createConnect({ entra, accounts, grants, signIns: stores.signIns, blind, clock, random })
  const cookie = createBrowserCookie(secure, random)
  const consent = createConsentTokens(blind, clock)
  return {
    integrators,
    grants,
    authorize: createAuthorize({ publicUrl, integrators, connect, cookie, consent }),
    callback: createCallback({ publicUrl, integrators, connect, cookie, log }),
    ...createTokenEndpoints({ ...issuing, integrators, grants, accounts }),
    metadata: async () => json(200, serverMetadata(publicUrl)),
    authenticate: (request) => authenticate(request, grants),
  }
}
