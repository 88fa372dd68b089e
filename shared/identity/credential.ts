import type { AccessToken, GetTokenOptions, TokenCredential } from '@azure/identity'
import type { ManagedIdentityApplication } from '@azure/msal-node'
import { beforeAbort } from '../core/before-abort.ts'
import { SyncError } from '../core/errors.ts'
import { epochMs } from '../core/time.ts'
import { createMsalNetwork, type Patience } from './msal-network.ts'

interface Identity {
  /** Whether the platform gives this process a managed identity: App Service says so by `IDENTITY_ENDPOINT`. */
  readonly isManaged: boolean
  /** The client id of a user-assigned identity; the system-assigned one when absent. */
  readonly clientId: string | undefined
  /** For one request, and for one token: MSAL asks again as late as it is told to. */
  readonly patience: Patience
}

/**
 * Who this process is to tables, vault, queues and Entra: in Azure the app's managed identity, on an operator's machine
 * whoever `az login` or its like has signed in. Nothing is loaded before the first token is asked for. Tokens are kept
 * until shortly before they end.
 *
 * MSAL, which signs people in as well, knows managed identities itself; so the deployed app does without
 * `@azure/identity` and the second MSAL inside of it. That library is for operators, and not in the bundle.
 */
export function createCredential({ isManaged, clientId, patience }: Identity): TokenCredential {
  let credential: Promise<TokenCredential> | undefined
  const asked = new Map<string, Promise<AccessToken | null>>()

  async function ask(scopes: string | string[], options?: GetTokenOptions): Promise<AccessToken | null> {
    const abortSignal = patience()
    try {
      credential ??= isManaged ? managedIdentity(clientId, patience) : operatorIdentity()
      const token = credential.then((identity) => identity.getToken(scopes, { ...options, abortSignal }))
      return await beforeAbort(token, abortSignal)
    } catch (cause) {
      throw unavailable(cause)
    }
  }

  return {
    /**
     * Who asks while the same is being asked waits for that answer, until its own signal. A signal of before says nothing:
     * the libraries renew a token with that of a request which is over.
     * @throws SyncError `IDENTITY_UNAVAILABLE`
     */
    getToken(scopes, options) {
      const key = [scopes].flat().join(' ')
      const answer = asked.get(key) ?? ask(scopes, options).finally(() => asked.delete(key))
      asked.set(key, answer)
      const { abortSignal } = options ?? {}
      return abortSignal === undefined || abortSignal.aborted ? answer : beforeAbort(answer, abortSignal).catch(giveUp)
    },
  }
}

const unavailable = (cause: unknown) =>
  new SyncError('IDENTITY_UNAVAILABLE', 'no token for the identity of this process', { cause })

function giveUp(error: unknown): never {
  throw error instanceof SyncError ? error : unavailable(error)
}

async function operatorIdentity(): Promise<TokenCredential> {
  const { DefaultAzureCredential } = await import('@azure/identity')
  return new DefaultAzureCredential()
}

/** @see https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference */
async function managedIdentity(clientId: string | undefined, patience: Patience): Promise<TokenCredential> {
  const { ManagedIdentityApplication } = await import('@azure/msal-node')
  const application: ManagedIdentityApplication = new ManagedIdentityApplication({
    ...(clientId !== undefined && { managedIdentityIdParams: { userAssignedClientId: clientId } }),
    system: { networkClient: createMsalNetwork(patience) },
  })
  return {
    async getToken(scopes) {
      const [scope = ''] = [scopes].flat()
      const { accessToken, expiresOn } = await application.acquireToken({ resource: scope })
      return { token: accessToken, expiresOnTimestamp: epochMs(expiresOn?.getTime() ?? 0) }
    },
  }
}
