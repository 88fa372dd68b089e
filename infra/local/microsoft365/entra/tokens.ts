import { createHash, generateKeyPairSync, sign, verify } from 'node:crypto'
import * as z from 'zod'
import { randomFraction, randomId } from '../../../../shared/core/random.ts'
import { type DurationMs, type EpochMs, epochMs, later, minutes, seconds } from '../../../../shared/core/time.ts'
import type { Person, World } from '../world.ts'
import type { Application } from './applications.ts'
import { appRoleClaims, membershipClaims } from './claims.ts'

/** Who may do what: the content of an access token. */
export interface Access {
  readonly oid: string
  readonly tid: string
  readonly appId: string
  readonly scopes: readonly string[]
  readonly expiresAt: EpochMs
}

/** The application id that the Outlook page and the control endpoints act as. */
const OUTLOOK_APP_ID = '00000002-0000-0ff1-ce00-000000000000'

export interface AccessTokens {
  /** @returns undefined for a token that this stand-in did not sign. An expired one is told: look at `expiresAt`. */
  verify(accessToken: string): Access | undefined
  /** An access token without any sign-in, for the Outlook page and for tests. */
  issue(person: Person, scopes: readonly string[], appId?: string): string
}

export interface Tokens extends AccessTokens {
  /** An access token that lives a little over an hour, like Entra's. */
  access(person: Person, scopes: readonly string[], appId: string): { token: string; expiresIn: number }
  id(person: Person, application: Application, nonce: string | undefined): string
  /** The public key that the tokens can be checked with, as RFC 7517 writes it. */
  readonly publicKeys: { keys: Record<string, unknown>[] }
}

const AccessClaims = z.object({
  aud: z.literal('https://graph.microsoft.com'),
  oid: z.string(),
  tid: z.string(),
  appid: z.string(),
  scp: z.string(),
  exp: z.number(),
})

/** Signs and checks tokens with a key of its own, made at start. */
export function createTokens({ clock, random }: World): Tokens {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const kid = randomId(random)
  const header = encode({ typ: 'JWT', alg: 'RS256', kid })

  function signed(claims: Record<string, unknown>): string {
    const content = `${header}.${encode(claims)}`
    return `${content}.${sign('sha256', Buffer.from(content), privateKey).toString('base64url')}`
  }

  function common(person: Person, lifetime: DurationMs) {
    const now = clock.now()
    const times = { iat: toSeconds(now), nbf: toSeconds(now), exp: toSeconds(later(now, lifetime)) }
    return { ...times, oid: person.oid, tid: person.tid, ver: '2.0', uti: randomId(random) }
  }

  function access(person: Person, scopes: readonly string[], appId: string) {
    const lifetime = seconds(3600 + Math.floor(randomFraction(random) * 600))
    const claims = { aud: 'https://graph.microsoft.com', iss: `https://sts.windows.net/${person.tid}/`, appid: appId }
    const token = signed({
      ...common(person, lifetime),
      ...claims,
      scp: scopes.join(' '),
      upn: person.userPrincipalName,
    })
    return { token, expiresIn: lifetime / 1000 }
  }

  return {
    access,
    issue: (person, scopes, appId = OUTLOOK_APP_ID) => access(person, scopes, appId).token,
    id(person, application, nonce) {
      const { clientId: appId } = application
      return signed({
        ...common(person, minutes(75)),
        iss: `https://login.microsoftonline.com/${person.tid}/v2.0`,
        aud: appId,
        // Pairwise: each application knows the person by another one.
        sub: createHash('sha256').update(`${person.oid} ${appId}`).digest('base64url'),
        name: person.displayName,
        preferred_username: person.userPrincipalName,
        ...membershipClaims(person, application),
        ...appRoleClaims(person, application),
        ...(nonce === undefined ? {} : { nonce }),
      })
    },
    verify(accessToken) {
      const [head = '', body = '', signature = ''] = accessToken.split('.')
      if (head !== header) return undefined
      const isOurs = verify('sha256', Buffer.from(`${head}.${body}`), publicKey, Buffer.from(signature, 'base64url'))
      const claims = isOurs
        ? AccessClaims.safeParse(JSON.parse(Buffer.from(body, 'base64url').toString())).data
        : undefined
      if (claims === undefined) return undefined
      const expiresAt = epochMs(claims.exp * 1000)
      return { oid: claims.oid, tid: claims.tid, appId: claims.appid, scopes: claims.scp.split(' '), expiresAt }
    },
    publicKeys: { keys: [{ ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' }] },
  }
}

const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString('base64url')
const toSeconds = (at: EpochMs): number => Math.floor(at / 1000)
