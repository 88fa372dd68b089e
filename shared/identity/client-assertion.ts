import type { TokenCredential } from '@azure/identity'
import { SyncError } from '../core/errors.ts'

/** What a federated credential of an application in Entra is made for. */
const AUDIENCE = 'api://AzureADTokenExchange/.default'

/**
 * Proof of who we are to Entra without a secret: a token of the process's identity, which the application's federated
 * credential names. The credential keeps it until shortly before it ends.
 * @see https://learn.microsoft.com/entra/workload-id/workload-identity-federation-config-app-trust-managed-identity
 * @throws SyncError `IDENTITY_UNAVAILABLE`
 */
export const clientAssertion = (credential: TokenCredential) => async (): Promise<string> => {
  const token = await credential.getToken(AUDIENCE)
  if (token === null) throw new SyncError('IDENTITY_UNAVAILABLE', 'no token to prove the application with')
  return token.token
}
