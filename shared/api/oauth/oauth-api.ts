import { createConnect } from '../../accounts/connect.ts'
import type { AccountsPort, Entra } from '../../accounts/ports.ts'
import { createQuestions } from '../../accounts/questions.ts'
import type { Trail } from '../../audit/audit.ts'
import { isFailure } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import type { Random } from '../../core/random.ts'
import type { Clock, EpochMs } from '../../core/time.ts'
import type { BlindIndex } from '../../crypto/ports.ts'
import { REQUEST_FIELDS } from '../../integrators/authorization-request.ts'
import type { Grant } from '../../integrators/grant.ts'
import { createGrants, type Grants } from '../../integrators/grants.ts'
import { createIntegrators, type Integrators } from '../../integrators/integrators.ts'
import { createLinkTokens } from '../../integrators/link-tokens.ts'
import { createPermissionRequests } from '../../integrators/permission-requests.ts'
import type { GrantStore, IntegratorStore, OneTimeStores } from '../../integrators/ports.ts'
import { createReconnectLinks, type Reconnection } from '../../integrators/reconnect-links.ts'
import { createIsRegistered } from '../../integrators/registered.ts'
import { createTokenSecrets } from '../../integrators/token.ts'
import type { Admission } from '../../organisations/ports.ts'
import { authenticate } from '../bearer.ts'
import { createExpectedAccounts } from '../expected-account.ts'
import type { ApiRequest } from '../request.ts'
import { type ApiResponse, json } from '../response.ts'
import type { Starts } from '../starts.ts'
import { createAnswer } from './answer.ts'
import { createAuthorize } from './authorize.ts'
import { createBrowserCookie } from './browser.ts'
import { createCallback } from './callback.ts'
import { createConsentTokens } from './consent-token.ts'
import { serverMetadata } from './metadata.ts'
import { createPermissionsApi } from './permissions.ts'
import { createPermit } from './permit.ts'
import { createReconnect, reconnectPath } from './reconnect.ts'
import { createTokenEndpoints } from './token.ts'

type Endpoint = (request: ApiRequest) => Promise<ApiResponse>

/** Our OAuth server, from the consent page to the token that a request of an integrator carries. */
export interface OAuthApi {
  readonly integrators: Integrators
  readonly grants: Grants
  readonly authorize: Endpoint
  readonly callback: Endpoint
  /** `GET` and `POST /oauth/answer`: a question to a person who has signed in. */
  readonly answer: Endpoint
  /** `GET` and `POST /oauth/permissions`: the page behind the link that `permissions` gives. */
  readonly permit: Endpoint
  /** `GET` and `POST /oauth/reconnect`: the page behind the address that `reconnectUrl` gives. */
  readonly reconnect: Endpoint
  /** Where an integrator sends a person whose account needs to be connected again. */
  reconnectUrl(reconnection: Reconnection): string
  /** `POST /v1/permissions` */
  readonly permissions: Endpoint
  /** `POST /v1/link_tokens` */
  readonly linkToken: Endpoint
  readonly token: Endpoint
  readonly revoke: Endpoint
  readonly metadata: Endpoint
  /** @throws SyncError `UNAUTHENTICATED` when the request carries no good access token; `RATE_LIMITED`. */
  authenticate(request: ApiRequest): Promise<Grant>
  /** The account that a request is probably about, before it is known whether its token is good. */
  expectedAccount(request: ApiRequest): string | undefined
}

export interface OAuthDependencies {
  /** Without a slash at the end; also the issuer (RFC 8414). */
  readonly publicUrl: string
  readonly entra: Entra
  readonly accounts: AccountsPort
  readonly admission: Admission
  readonly audit: Pick<Trail, 'record' | 'failed'>
  readonly stores: OneTimeStores & { readonly integrators: IntegratorStore; readonly grants: GrantStore }
  /** Counts a request that carries a good access token. @throws SyncError `RATE_LIMITED`. */
  readonly count: (grant: Grant, request: ApiRequest) => Promise<void>
  /** When the tables were last restored from a backup. */
  readonly restoredAt: () => EpochMs | undefined
  readonly starts: Starts
  readonly blind: BlindIndex
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

export function createOAuthApi(dependencies: OAuthDependencies): OAuthApi {
  const { publicUrl, entra, accounts, admission, audit, stores, count, restoredAt, starts, blind, clock, random, log } =
    dependencies
  const secure = publicUrl.startsWith('https:')
  const secrets = createTokenSecrets(blind)
  const integrators = createIntegrators({ store: stores.integrators, audit, allowLoopback: !secure, clock, random })
  const issuing = { store: stores.grants, audit, secrets, restoredAt, clock, random }
  const grants = createGrants({ ...issuing, blind, isRegistered: createIsRegistered(integrators, clock) })
  const { signIns } = stores
  const questions = createQuestions({ accounts, grants, signIns, blind, clock, random })
  const reconnectLinks = createReconnectLinks({ blind, integrators, grants, isKnown: accounts.isKnown })
  const connect = createConnect({
    ...{ entra, accounts, admission, audit, grants, signIns, questions, reconnectLinks, blind, clock, random },
  })
  const linkTokens = createLinkTokens({ store: stores.linkTokens, clock, random })
  const permissionRequests = createPermissionRequests({ store: stores.permissionRequests, clock, random })
  const cookie = createBrowserCookie(secure, random)
  const pages = { publicUrl, integrators, connect, cookie }
  const expected = createExpectedAccounts()
  const known = async (request: ApiRequest) => {
    try {
      const grant = await authenticate(request, grants)
      await count(grant, request)
      expected.note(request, grant.accountId)
      return grant
    } catch (error) {
      // Whoever is refused again and again costs no more than one look at the grant.
      expected.note(request, undefined)
      if (isFailure(error, 'UNAUTHENTICATED')) await audit.failed(error.code)
      throw error
    }
  }
  return {
    integrators,
    grants,
    authorize: starts.counted(
      createAuthorize({ ...pages, linkTokens, consent: createConsentTokens(blind, clock, REQUEST_FIELDS) }),
    ),
    callback: createCallback({ ...pages, reconnectLinks, log }),
    answer: createAnswer({ ...pages, questions }),
    permit: starts.counted(
      createPermit({ ...pages, permissionRequests, consent: createConsentTokens(blind, clock, ['request']) }),
    ),
    reconnect: starts.counted(
      createReconnect({ ...pages, reconnectLinks, consent: createConsentTokens(blind, clock, ['link']) }),
    ),
    reconnectUrl: (reconnection) => `${publicUrl}${reconnectPath(reconnectLinks.issue(reconnection))}`,
    ...createTokenEndpoints({ ...issuing, integrators, grants, accounts }),
    ...createPermissionsApi({
      ...{ publicUrl, integrators, accounts, permissionRequests, linkTokens },
      authenticate: known,
    }),
    metadata: async () => json(200, serverMetadata(publicUrl)),
    authenticate: known,
    expectedAccount: expected.of,
  }
}
