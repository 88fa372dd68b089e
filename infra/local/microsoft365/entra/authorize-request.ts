import * as z from 'zod'
import { type Application, applicationOf } from './applications.ts'
import { scopesOf } from './consent.ts'
import { Refusal } from './refusal.ts'
import type { ReturnAddress } from './reply.ts'
import type { EntraState } from './state.ts'
import { organisationOf } from './tenant.ts'

const Query = z.object({
  client_id: z.string().optional(),
  redirect_uri: z.string().optional(),
  response_type: z.string().optional(),
  response_mode: z.string().default('query'),
  scope: z.string().optional(),
  state: z.string().optional(),
  nonce: z.string().optional(),
  prompt: z.string().optional(),
  login_hint: z.string().optional(),
  code_challenge: z.string().optional(),
  code_challenge_method: z.string().optional(),
})

/** An application's wish that somebody signs in, with an address that answers may be sent to. */
export interface AuthorizeRequest {
  readonly tenant: string
  readonly application: Application
  readonly scopes: readonly string[]
  readonly back: ReturnAddress
  readonly prompt: string | undefined
  readonly loginHint: string | undefined
  readonly nonce: string | undefined
  readonly codeChallenge: string | undefined
  readonly query: z.infer<typeof Query>
}

/** Reads a sign-in request. @throws Refusal when the tenant, the application, its address or the scopes are unknown. */
export function openAuthorizeRequest(
  { world, applications }: EntraState,
  tenant: string,
  parameters: unknown,
): AuthorizeRequest {
  const query = Query.parse(parameters)
  organisationOf(world, tenant)
  const application = applicationOf(applications, query.client_id)
  const redirectUri = query.redirect_uri ?? ''
  if (!application.redirectUris.includes(redirectUri)) throw new Refusal(50011)
  return {
    tenant,
    application,
    scopes: scopesOf(query.scope, application),
    back: { redirectUri, state: query.state },
    prompt: query.prompt,
    loginHint: query.login_hint,
    nonce: query.nonce,
    codeChallenge: query.code_challenge,
    query,
  }
}

const PROMPTS = [undefined, 'none', 'login', 'select_account', 'consent']

/** @throws Refusal 900144 for what this stand-in does not do; the application is told, at its own address. */
export function checkAuthorizeRequest({ query }: AuthorizeRequest): void {
  const isOk =
    query.response_type === 'code' &&
    query.response_mode === 'query' &&
    PROMPTS.includes(query.prompt) &&
    (query.code_challenge === undefined || query.code_challenge_method === 'S256')
  if (!isOk) throw new Refusal(900144)
}
