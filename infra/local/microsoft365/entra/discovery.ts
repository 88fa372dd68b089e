import { Hono } from 'hono'
import { errorBody, Refusal } from './refusal.ts'
import type { EntraState } from './state.ts'
import { organisationOf } from './tenant.ts'

/** The discovery document and the keys, for clients that do not bring their own metadata, and the end of a session. */
export function createDiscovery(state: EntraState): Hono {
  const app = new Hono()

  app.get('/:tenant/v2.0/.well-known/openid-configuration', (c) => {
    const tenant = c.req.param('tenant')
    try {
      const tid = organisationOf(state.world, tenant)?.tid ?? '{tenantid}'
      return c.json(metadata(`${new URL(c.req.url).origin}/${tenant}`, tid))
    } catch (error) {
      if (error instanceof Refusal) return c.json(errorBody(error, state.world), error.reason.status)
      throw error
    }
  })

  app.get('/:tenant/discovery/v2.0/keys', (c) => c.json(state.tokens.publicKeys))

  app.get('/:tenant/oauth2/v2.0/logout', (c) => {
    state.sessions.signOut(c)
    const back = c.req.query('post_logout_redirect_uri')
    const isRegistered = state.applications.some(
      ({ redirectUris }) => back !== undefined && redirectUris.includes(back),
    )
    return back !== undefined && isRegistered ? c.redirect(back) : c.text('You are signed out.')
  })
  return app
}

const metadata = (base: string, tid: string) => ({
  issuer: `https://login.microsoftonline.com/${tid}/v2.0`,
  authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
  token_endpoint: `${base}/oauth2/v2.0/token`,
  end_session_endpoint: `${base}/oauth2/v2.0/logout`,
  jwks_uri: `${base}/discovery/v2.0/keys`,
  response_types_supported: ['code'],
  response_modes_supported: ['query'],
  subject_types_supported: ['pairwise'],
  id_token_signing_alg_values_supported: ['RS256'],
  token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic', 'private_key_jwt'],
  scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
})
