import { createHash, timingSafeEqual } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import type { Clock } from '../../../shared/core/time.ts'
import { createIdentityTokens, FEDERATION_AUDIENCE, type IdentityTokens, type ManagedIdentity } from './tokens.ts'

/** What tokens can be had for; without a slash at the end. */
const RESOURCES = [
  'https://storage.azure.com',
  'https://servicebus.azure.net',
  'https://vault.azure.net',
  'https://monitor.azure.com',
  FEDERATION_AUDIENCE,
]

const API_VERSION = '2019-08-01'

interface IdentityOptions {
  /** Proves to the endpoint that the asking process is the app: `IDENTITY_HEADER`. */
  readonly header: string
  /** Those that are assigned to the app. None of them is the system-assigned one. */
  readonly identities: readonly ManagedIdentity[]
  readonly clock: Clock
  /** Waited for before each answer. */
  readonly pause?: () => Promise<void>
}

export interface IdentityEndpoint {
  /** For `IDENTITY_ENDPOINT`. */
  readonly url: string
  readonly tokens: IdentityTokens
  /** The resource of each token that was given out. */
  readonly issued: readonly string[]
  close(): Promise<void>
}

/**
 * Starts the token endpoint that App Service gives to an app with managed identities.
 * @see https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference
 */
export async function startIdentity({ header, identities, clock, pause }: IdentityOptions): Promise<IdentityEndpoint> {
  const tokens = createIdentityTokens(clock)
  const issued: string[] = []
  const app = new Hono()
  app.get('/msi/token', async (c) => {
    await pause?.()
    if (!isSame(c.req.header('x-identity-header'), header)) return refuse(c, 401, 'The X-IDENTITY-HEADER is not right.')
    const { resource, client_id: clientId, 'api-version': version } = c.req.query()
    if (version !== API_VERSION) return refuse(c, 400, 'The api-version is not supported.')
    if (resource === undefined) return refuse(c, 400, 'The resource is missing.')
    const identity = identities.find((one) => one.clientId === clientId)
    if (identity === undefined) return refuse(c, 400, 'No managed identity was found for the specified client id.')
    if (!RESOURCES.includes(resource.replace(/\/$/, '')))
      return refuse(c, 400, `AADSTS500011: The resource principal named ${resource} was not found in the tenant.`)
    const { token, expiresAt } = tokens.issue(identity, resource)
    issued.push(resource)
    const expires_on = String(Math.floor(expiresAt / 1000))
    return c.json({ access_token: token, expires_on, resource, token_type: 'Bearer', client_id: identity.clientId })
  })
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' })
  await new Promise<void>((resolve, reject) => server.once('listening', resolve).once('error', reject))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/msi/token`,
    tokens,
    issued,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

const refuse = (c: Context, statusCode: 400 | 401, message: string) => c.json({ statusCode, message }, statusCode)

function isSame(given: string | undefined, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given ?? ''), digest(expected))
}
