import { createHash } from 'node:crypto'
import { type Context, Hono } from 'hono'
import * as z from 'zod'
import { takeNext } from '../graph/chance.ts'
import { isPerson, type Person } from '../world.ts'
import { type Application, authenticateClient } from './applications.ts'
import { needsConsent, scopesOf } from './consent.ts'
import type { TokenFault } from './faults.ts'
import type { RefreshGrant } from './grants.ts'
import { errorBody, Refusal } from './refusal.ts'
import type { EntraState } from './state.ts'
import { homeOf, tenantIncludes } from './tenant.ts'

const CodeForm = z.object({
  grant_type: z.literal('authorization_code'),
  code: z.string(),
  redirect_uri: z.string(),
  code_verifier: z.string().optional(),
  client_info: z.string().optional(),
  scope: z.string().optional(),
})
const RefreshForm = z.object({
  grant_type: z.literal('refresh_token'),
  refresh_token: z.string(),
  client_info: z.string().optional(),
  scope: z.string().optional(),
})
const GrantForm = z.discriminatedUnion('grant_type', [CodeForm, RefreshForm])
type GrantForm = z.infer<typeof GrantForm>

interface Redeemed extends RefreshGrant {
  nonce?: string | undefined
}

/**
 * `POST /{tenant}/oauth2/v2.0/token`: codes and refresh tokens become access tokens.
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow#redeem-a-code-for-an-access-token
 */
export function createTokenEndpoint(state: EntraState): Hono {
  const app = new Hono()
  app.post('/:tenant/oauth2/v2.0/token', async (c) => {
    const form = await c.req.parseBody()
    const fault = nextFault(state, form)
    if (fault !== undefined && 'status' in fault) return outage(c, fault)
    if (fault !== undefined) return refuse(c, state, new Refusal(fault.code, fault.suberror))
    try {
      const authorization = c.req.header('authorization')
      const application = authenticateClient(state.applications, form, authorization, state.world.clock.now())
      c.header('Cache-Control', 'no-store')
      return c.json(grantTokens(state, application, readForm(form), c.req.param('tenant')))
    } catch (error) {
      if (error instanceof Refusal) return refuse(c, state, error)
      throw error
    }
  })
  return app
}

/** Whom a request is about can be told before it is checked, so that an ordered failure meets one person only. */
function nextFault({ world, grants, faults }: EntraState, form: Record<string, unknown>): TokenFault | undefined {
  const about = grants.personOf(String(form['refresh_token'] ?? form['code'] ?? ''))
  return takeNext(faults, faults.token, ({ person }) => isPerson(world, person, about))
}

function outage(c: Context, fault: Extract<TokenFault, { status: number }>) {
  if (fault.retryAfter !== undefined) c.header('Retry-After', fault.retryAfter)
  return c.html('<html><body><h1>Our services are not available right now</h1></body></html>', fault.status)
}

function refuse(c: Context, { world }: EntraState, refusal: Refusal) {
  c.header('Cache-Control', 'no-store')
  return c.json(errorBody(refusal, world, c.req.query('client-request-id')), refusal.reason.status)
}

function readForm(form: unknown): GrantForm {
  const parsed = GrantForm.safeParse(form)
  if (parsed.success) return parsed.data
  const isKnownGrant = parsed.error.issues.every((issue) => issue.path[0] !== 'grant_type')
  throw new Refusal(isKnownGrant ? 900144 : 70003)
}

function grantTokens(state: EntraState, application: Application, form: GrantForm, tenant: string) {
  const redeemed =
    form.grant_type === 'authorization_code'
      ? redeemCode(state, form)
      : state.grants.findRefreshToken(form.refresh_token)
  if (redeemed.clientId !== application.clientId) throw new Refusal(70000)
  const person = personOf(state, redeemed, tenant)
  const scopes = form.scope === undefined ? redeemed.scopes : scopesOf(form.scope, application)
  checkConsent(state, application, person, scopes)
  return {
    ...accessAnswer(state, person, application, scopes),
    ...identityAnswer(state, person, application, redeemed),
    ...(form.client_info === '1' ? { client_info: clientInfo(person) } : {}),
  }
}

function redeemCode({ grants }: EntraState, form: z.infer<typeof CodeForm>): Redeemed {
  const signIn = grants.redeemCode(form.code)
  if (signIn.redirectUri !== form.redirect_uri) throw new Refusal(500112)
  const challenge = form.code_verifier === undefined ? undefined : s256(form.code_verifier)
  if (challenge !== signIn.codeChallenge) throw new Refusal(501481)
  return signIn
}

/** RFC 7636 section 4.2. */
const s256 = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url')

function personOf({ world }: EntraState, { oid }: RefreshGrant, tenant: string): Person {
  const person = world.personById(oid)
  if (person === undefined) throw new Refusal(50034)
  if (!person.isEnabled) throw new Refusal(50057)
  if (!tenantIncludes(world, tenant, person)) throw new Refusal(50020)
  return person
}

function checkConsent(
  { world }: EntraState,
  { clientId }: Application,
  person: Person,
  scopes: readonly string[],
): void {
  if (needsConsent(clientId, scopes, person, homeOf(world, person))) throw new Refusal(65001)
}

function accessAnswer({ tokens }: EntraState, person: Person, { clientId }: Application, scopes: readonly string[]) {
  const granted = scopes.filter((name) => name !== 'offline_access')
  const { token, expiresIn } = tokens.access(person, granted, clientId)
  return {
    token_type: 'Bearer',
    scope: granted.join(' '),
    expires_in: expiresIn,
    ext_expires_in: expiresIn,
    access_token: token,
  }
}

function identityAnswer(
  { tokens, grants }: EntraState,
  person: Person,
  application: Application,
  { scopes, nonce }: Redeemed,
) {
  const { clientId } = application
  const lasts = scopes.includes('offline_access')
  return {
    ...(lasts ? { refresh_token: grants.newRefreshToken({ oid: person.oid, clientId, scopes }) } : {}),
    ...(scopes.includes('openid') ? { id_token: tokens.id(person, application, nonce) } : {}),
  }
}

/** Where MSAL takes its home account id from: `uid.utid`. */
const clientInfo = ({ oid, tid }: Person): string =>
  Buffer.from(JSON.stringify({ uid: oid, utid: tid })).toString('base64url')
