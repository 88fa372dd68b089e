import type { AccountsPort } from '../../accounts/ports.ts'
import { SyncError } from '../../core/errors.ts'
import type { Grants } from '../../integrators/grants.ts'
import { profileIdOf } from '../change/ids.ts'
import type { Authenticate } from '../handler.ts'
import type { ApiRequest } from '../request.ts'
import { type ApiResponse, empty } from '../response.ts'

export interface RevokeProfileDependencies {
  readonly authenticate: Authenticate
  readonly grants: Grants
  readonly accounts: Pick<AccountsPort, 'revoked'>
}

/**
 * `POST /v1/profiles/{profile_id}/revoke`: ends all that the person has granted to this integrator, as a revocation at the
 * token endpoint does. @throws SyncError `NOT_FOUND` for every other profile.
 */
export async function revokeProfile(
  { authenticate, grants, accounts }: RevokeProfileDependencies,
  request: ApiRequest,
): Promise<ApiResponse> {
  const { accountId, clientId } = await authenticate(request)
  if (request.params['profile_id'] !== profileIdOf(accountId)) throw new SyncError('NOT_FOUND', 'no such profile')
  await grants.revokeIntegrator(accountId, clientId, { kind: 'integrator', id: clientId })
  await accounts.revoked(accountId)
  return empty(202)
}
