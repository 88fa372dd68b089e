import type { Trail } from '../../audit/audit.ts'
import { SyncError } from '../../core/errors.ts'
import type { Grants } from '../../integrators/grants.ts'
import type { Integrators } from '../../integrators/integrators.ts'
import { FREE_BUSY_SCOPES } from '../../integrators/scopes.ts'
import { hasScope, requireScope } from '../bearer.ts'
import type { Authenticate } from '../handler.ts'
import type { ApiRequest } from '../request.ts'

/** An integrator that asks, and the accounts of which it may see when they are busy. */
export interface Asker {
  readonly clientId: string
  /** The account of the token that it asks with; absent with a secret. */
  readonly own?: string | undefined
  /** Whether the person behind the account has granted it. An account that does not exist is one that has not. */
  maySee(account: string): Promise<boolean>
}

export interface AskerDependencies {
  readonly authenticate: Authenticate
  readonly integrators: Integrators
  readonly grants: Grants
  readonly audit: Pick<Trail, 'failed'>
  /** Counts a request with an API key. @throws SyncError `RATE_LIMITED`. */
  readonly countKey: (clientId: string, request: ApiRequest) => Promise<void>
}

/**
 * Who asks: the bearer of a person's access token, or of one of the integrator's own secrets.
 * @throws SyncError `UNAUTHENTICATED`; `SCOPE_MISSING` when the token's own grant does not let it see anything.
 */
export async function findAsker(dependencies: AskerDependencies, request: ApiRequest): Promise<Asker> {
  const { authenticate, grants } = dependencies
  const clientId = await clientOfKey(dependencies, request)
  if (clientId !== undefined) await dependencies.countKey(clientId, request)
  const own = clientId === undefined ? await authenticate(request) : undefined
  if (own !== undefined) requireScope(own, ...FREE_BUSY_SCOPES)
  const asker = clientId ?? own?.clientId ?? ''
  return {
    clientId: asker,
    own: own?.accountId,
    async maySee(account) {
      if (!/^acc_[\w-]{22}$/.test(account)) return false
      if (own?.accountId === account) return true
      const granted = await grants.ofAccount(account)
      return granted.some((grant) => grant.clientId === asker && hasScope(grant, ...FREE_BUSY_SCOPES))
    },
  }
}

/** Access tokens begin with a mark of ours; everything else of the right form may be a secret. */
const SECRET = /^Bearer +(?!fas_)([\x21-\x7e]{43,256})$/i

async function clientOfKey(
  { integrators, audit }: AskerDependencies,
  request: ApiRequest,
): Promise<string | undefined> {
  const [, secret] = SECRET.exec(request.headers.get('authorization') ?? '') ?? []
  if (secret === undefined) return undefined
  const integrator = await integrators.bySecret(secret)
  if (integrator !== undefined) return integrator.clientId
  await audit.failed('UNAUTHENTICATED')
  throw new SyncError('UNAUTHENTICATED', 'no integrator has this secret', { facts: { presented: true } })
}
