import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import * as z from 'zod'
import { type Clock, type EpochMs, hours, later } from '../../../shared/core/time.ts'

/** The directory that managed identities of this machine are in. */
const TENANT_ID = '0d5f9a3e-7a44-4a53-9a3c-0b1c8a1f6f01'
/** What an application's federated credential names as the issuer of a managed identity's tokens. */
export const FEDERATION_ISSUER = `https://login.microsoftonline.com/${TENANT_ID}/v2.0`
export const FEDERATION_AUDIENCE = 'api://AzureADTokenExchange'
const ISSUER = `https://sts.windows.net/${TENANT_ID}/`

/** A user-assigned managed identity. */
export interface ManagedIdentity {
  readonly clientId: string
  /** The object id of its service principal, the subject of its tokens. */
  readonly principalId: string
}

const Claims = z.object({ aud: z.string(), iss: z.literal(ISSUER), oid: z.string(), nbf: z.number(), exp: z.number() })

export interface IdentityTokens {
  issue(identity: ManagedIdentity, resource: string): { readonly token: string; readonly expiresAt: EpochMs }
  /** Whether the token was issued here to `principals` for this resource, and is not over. */
  accepts(resource: string, principals: readonly string[]): (token: string) => boolean
  /** PEM of the key that signatures can be checked with. */
  readonly publicKey: string
}

/** Signs access tokens of managed identities with a key of its own, made at start. They live a day, as in Azure. */
export function createIdentityTokens(clock: Clock): IdentityTokens {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const publicKey = createPublicKey(privateKey)
  const header = encode({ typ: 'JWT', alg: 'RS256', kid: 'local' })

  function claimsOf(token: string): z.infer<typeof Claims> | undefined {
    const [head = '', body = '', signature = ''] = token.split('.')
    const isOurs = verify('sha256', Buffer.from(`${head}.${body}`), publicKey, Buffer.from(signature, 'base64url'))
    return isOurs ? Claims.safeParse(JSON.parse(Buffer.from(body, 'base64url').toString())).data : undefined
  }

  return {
    issue({ clientId, principalId }, resource) {
      const now = clock.now()
      const expiresAt = later(now, hours(24))
      const times = { iat: toSeconds(now), nbf: toSeconds(now), exp: toSeconds(expiresAt) }
      const who = { appid: clientId, oid: principalId, sub: principalId, tid: TENANT_ID }
      const iss = resource === FEDERATION_AUDIENCE ? FEDERATION_ISSUER : ISSUER
      const content = `${header}.${encode({ aud: resource, iss, ...who, ...times })}`
      const signature = sign('sha256', Buffer.from(content), privateKey).toString('base64url')
      return { token: `${content}.${signature}`, expiresAt }
    },
    accepts: (resource, principals) => (token) => {
      const claims = claimsOf(token)
      if (claims === undefined || !principals.includes(claims.oid)) return false
      const now = toSeconds(clock.now())
      return withoutSlash(claims.aud) === withoutSlash(resource) && claims.nbf <= now && now < claims.exp
    },
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  }
}

const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString('base64url')
const toSeconds = (at: EpochMs): number => Math.floor(at / 1000)
const withoutSlash = (url: string): string => url.replace(/\/$/, '')
