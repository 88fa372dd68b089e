import type { Context } from 'hono'
import { errorBody, type Refusal } from './refusal.ts'
import type { EntraState } from './state.ts'

/** Where the browser goes back to, and the `state` it takes along. */
export interface ReturnAddress {
  readonly redirectUri: string
  readonly state: string | undefined
}

/** Sends the browser back to the application with these parameters. */
export function sendBack(c: Context, { redirectUri, state }: ReturnAddress, parameters: Record<string, string>) {
  const url = new URL(redirectUri)
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  if (state !== undefined) url.searchParams.set('state', state)
  c.header('Cache-Control', 'no-store')
  return c.redirect(url.href, 303)
}

/** The parameters of a refusal as Entra puts them into a redirect. */
export function refusalParameters({ world }: EntraState, refusal: Refusal): Record<string, string> {
  const { error: atToken, error_description, error_uri } = errorBody(refusal, world)
  const error = REDIRECT_ERRORS[refusal.code] ?? (atToken === 'invalid_grant' ? 'interaction_required' : atToken)
  const subcode = refusal.code === 65004 ? { error_subcode: 'cancel' } : undefined
  return { error, error_description, error_uri, ...subcode }
}

/** What a redirect calls a refusal where the token endpoint has another word for it. */
const REDIRECT_ERRORS: Partial<Record<Refusal['code'], string>> = { 65001: 'consent_required' }
