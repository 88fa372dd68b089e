import { createHash } from 'node:crypto'
import { type Context, Hono } from 'hono'
import type { FakeState } from './flowagent-api.ts'

const CLIENT = { client_id: 'flowagent', client_secret: 'not-a-secret' }
const REFRESH_TOKEN = 'refresh-1'

/** The code flow with PKCE: a code works once, for its own verifier and redirect address only. */
export function oauthRoutes(state: FakeState): Hono {
  const challenges = new Map<string, string>() // by code
  return new Hono()
    .get('/oauth/authorize', (context) => {
      const query = context.req.query()
      if (!isAuthorizeRequest(query, state.redirectUri)) return context.text('bad request', 400)
      const back = new URL(state.redirectUri)
      back.searchParams.set('state', query['state'] ?? '')
      if (state.decision === 'approve') {
        const code = `code-${challenges.size + 1}`
        challenges.set(code, query['code_challenge'] ?? '')
        back.searchParams.set('code', code)
      } else back.searchParams.set('error', state.decision)
      return context.redirect(back.href)
    })
    .post('/oauth/token', async (context) => {
      const body = await context.req.json<Record<string, string>>()
      if (!isClient(body)) return context.json({ error: 'invalid_client' }, 400)
      const isRefresh = body['grant_type'] === 'refresh_token'
      const isGranted = isRefresh ? mayRefresh(state, body) : mayRedeem(state, challenges, body)
      return isGranted ? tokens(context, state) : context.json({ error: 'invalid_grant' }, 400)
    })
    .post('/oauth/token/revoke', async (context) => {
      if (state.isDown) return context.json({ error: 'down' }, 503)
      const body = await context.req.json<Record<string, string>>()
      if (!isClient(body)) return context.json({ error: 'invalid_client' }, 400)
      state.revoked.push(body['token'] ?? '')
      state.isWithdrawn = true
      return context.body(null, 200)
    })
}

const isAuthorizeRequest = (query: Record<string, string>, redirectUri: string): boolean =>
  query['client_id'] === CLIENT.client_id &&
  query['redirect_uri'] === redirectUri &&
  query['response_type'] === 'code' &&
  query['code_challenge_method'] === 'S256' &&
  Boolean(query['state'] && query['code_challenge'])

const isClient = (body: Record<string, string>): boolean =>
  body['client_id'] === CLIENT.client_id && body['client_secret'] === CLIENT.client_secret

const mayRefresh = (state: FakeState, body: Record<string, string>): boolean =>
  !state.isWithdrawn && body['refresh_token'] === REFRESH_TOKEN

function mayRedeem(state: FakeState, challenges: Map<string, string>, body: Record<string, string>): boolean {
  const code = body['code'] ?? ''
  const challenge = challenges.get(code)
  challenges.delete(code)
  const proof = createHash('sha256')
    .update(body['code_verifier'] ?? '')
    .digest('base64url')
  if (body['redirect_uri'] !== state.redirectUri || challenge !== proof) return false
  state.isWithdrawn = false
  return true
}

function tokens(context: Context, state: FakeState): Response {
  context.header('Cache-Control', 'no-store')
  return context.json({
    token_type: 'bearer',
    access_token: `access-${state.tokenNumber}`,
    refresh_token: REFRESH_TOKEN,
    expires_in: 3600,
    scope: 'read_events',
    sub: 'acc_1',
  })
}
