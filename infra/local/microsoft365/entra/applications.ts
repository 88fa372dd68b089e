import { constants, createHash, timingSafeEqual, verify } from 'node:crypto'
import * as z from 'zod'
import type { EpochMs } from '../../../../shared/core/time.ts'
import { Refusal } from './refusal.ts'

/** An application registered in its developer's directory and usable in every organisation. */
export interface Application {
  readonly clientId: string
  /** Without one the application proves itself by assertions. */
  readonly clientSecret?: string
  /** Addresses a sign-in may return to; compared character by character. */
  readonly redirectUris: readonly string[]
  readonly name: string
  readonly publisher: string
  /** Whether ID tokens tell of directory roles and groups. */
  readonly groupMembershipClaims?: 'All'
  /** Values of the app roles it defines; each organisation's administrator assigns them to people. */
  readonly appRoles?: readonly string[]
  /** What `.default` stands for. */
  readonly permissions?: readonly string[]
  /** PEM of the key that signs client assertions. Without it an assertion's structure, audience and time are checked. */
  readonly assertionKey?: string
  readonly federatedCredential?: FederatedCredential
}

/**
 * Another issuer's tokens of this one subject prove the application.
 * @see https://learn.microsoft.com/graph/api/resources/federatedidentitycredential
 */
export interface FederatedCredential {
  readonly issuer: string
  readonly subject: string
  readonly audience: string
  /** PEM of the issuer's public key. */
  readonly publicKey: string
}

const ClientCredentials = z.object({
  client_id: z.string().optional(),
  client_secret: z.string().optional(),
  client_assertion: z.string().optional(),
  client_assertion_type: z.literal('urn:ietf:params:oauth:client-assertion-type:jwt-bearer').optional(),
})

/** The registration behind a client id. @throws Refusal 700016 when there is none. */
export function applicationOf(applications: readonly Application[], clientId: string | undefined): Application {
  const found = applications.find((application) => application.clientId === clientId)
  if (found === undefined) throw new Refusal(700016)
  return found
}

/**
 * Proves which application asks, by client secret (form or Basic, RFC 6749 section 2.3.1) or by client assertion
 * (RFC 7523 section 2.2). @throws Refusal with an `invalid_client` or `unauthorized_client` reason.
 */
export function authenticateClient(
  applications: readonly Application[],
  form: unknown,
  authorization: string | undefined,
  now: EpochMs,
): Application {
  const parsed = ClientCredentials.safeParse(form)
  if (!parsed.success) throw new Refusal(900144)
  const basic = basicCredentials(authorization)
  const application = applicationOf(applications, parsed.data.client_id ?? basic?.clientId)
  const secret = parsed.data.client_secret ?? basic?.secret
  if (secret !== undefined) checkSecret(application, secret)
  else if (parsed.data.client_assertion !== undefined) checkAssertion(application, parsed.data.client_assertion, now)
  else throw new Refusal(7000218)
  return application
}

function basicCredentials(authorization: string | undefined): { clientId: string; secret: string } | undefined {
  const encoded = authorization?.match(/^Basic (\S+)$/i)?.[1]
  if (encoded === undefined) return undefined
  const [clientId = '', ...rest] = Buffer.from(encoded, 'base64').toString().split(':')
  return { clientId: decodeURIComponent(clientId), secret: decodeURIComponent(rest.join(':')) }
}

function checkSecret(application: Application, secret: string): void {
  if (application.clientSecret === undefined) throw new Refusal(7000215)
  const digest = (text: string) => createHash('sha256').update(text).digest()
  if (!timingSafeEqual(digest(secret), digest(application.clientSecret))) throw new Refusal(7000215)
}

const AssertionHeader = z.object({ alg: z.enum(['RS256', 'PS256']) })
const AssertionClaims = z.object({
  aud: z.string(),
  exp: z.number(),
  nbf: z.number().optional(),
  sub: z.string(),
  iss: z.string(),
})

function checkAssertion(application: Application, assertion: string, now: EpochMs): void {
  const [header = '', claims = '', signature = ''] = assertion.split('.')
  const alg = AssertionHeader.safeParse(decodePart(header))
  const told = AssertionClaims.safeParse(decodePart(claims))
  if (!alg.success || !told.success || signature === '') throw new Refusal(700027)
  if (told.data.exp * 1000 <= now || (told.data.nbf ?? 0) * 1000 > now + CLOCK_SKEW_MS) throw new Refusal(700024)
  const { federatedCredential: federated } = application
  if (federated === undefined && !isForEntra(told.data.aud)) throw new Refusal(700030)
  if (federated !== undefined) checkFederated(federated, told.data)
  const key = federated?.publicKey ?? application.assertionKey
  if (key === undefined) return
  if (federated === undefined && told.data.sub !== application.clientId) throw new Refusal(700030)
  // RFC 7518 section 3.5 sets the salt's length to that of the hash.
  const options = alg.data.alg === 'PS256' ? { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } : key
  const isSigned = verify('sha256', Buffer.from(`${header}.${claims}`), options, Buffer.from(signature, 'base64url'))
  if (!isSigned) throw new Refusal(700027)
}

/** @throws Refusal for the first of the three that is not as registered, compared character by character. */
function checkFederated(expected: FederatedCredential, { iss, sub, aud }: z.infer<typeof AssertionClaims>): void {
  if (iss !== expected.issuer) throw new Refusal(700211)
  if (aud !== expected.audience) throw new Refusal(700212)
  if (sub !== expected.subject) throw new Refusal(700213)
}

const CLOCK_SKEW_MS = 300_000

/** A certificate's assertion names the token endpoint, a federated one the exchange. */
const isForEntra = (audience: string): boolean =>
  audience === 'api://AzureADTokenExchange' || /\/(oauth2\/v2\.0\/token|v2\.0)$/.test(audience)

/** @returns undefined for a part that is no JSON, which no schema accepts. */
function decodePart(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString())
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
