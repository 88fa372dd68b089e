import { Hono } from 'hono'
import { createAdminConsent } from './admin-consent.ts'
import { createAuthorize } from './authorize.ts'
import { createEntraControl } from './control.ts'
import { createDiscovery } from './discovery.ts'
import { createEntraState, type EntraOptions } from './state.ts'
import { createTokenEndpoint } from './token-endpoint.ts'
import type { AccessTokens } from './tokens.ts'

/**
 * A stand-in for Entra ID: sign-in, consent and installation pages, the token endpoint, and control endpoints under
 * `/_control`. Sign-ins, codes and refresh tokens live in memory; consents live in the world.
 */
export function createEntra(options: EntraOptions): { app: Hono; tokens: AccessTokens } {
  const state = createEntraState(options)
  const app = new Hono()
  for (const part of [createAuthorize, createAdminConsent, createTokenEndpoint, createDiscovery, createEntraControl]) {
    app.route('/', part(state))
  }
  return { app, tokens: state.tokens }
}
