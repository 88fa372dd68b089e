import { Hono } from 'hono'
import type { World } from '../world.ts'
import { createAdminConsent } from './admin-consent.ts'
import type { Application } from './applications.ts'
import { createAuthorize } from './authorize.ts'
import { createEntraControl } from './control.ts'
import { createDiscovery } from './discovery.ts'
import { createEntraState } from './state.ts'
import { createTokenEndpoint } from './token-endpoint.ts'
import type { AccessTokens } from './tokens.ts'

/**
 * A stand-in for Entra ID: sign-in, consent and installation pages, the token endpoint, and control endpoints under
 * `/_control`. Sign-ins, codes and refresh tokens live in memory; consents live in the world.
 */
export function createEntra({ world, applications }: { world: World; applications: readonly Application[] }): {
  app: Hono
  tokens: AccessTokens
} {
  const state = createEntraState(world, applications)
  const app = new Hono()
  for (const part of [createAuthorize, createAdminConsent, createTokenEndpoint, createDiscovery, createEntraControl]) {
    app.route('/', part(state))
  }
  return { app, tokens: state.tokens }
}
