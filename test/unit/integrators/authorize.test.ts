import { expect, test } from 'vitest'
import { minutes } from '../../../shared/core/time.ts'
import { oauthError } from '../../../shared/integrators/oauth-errors.ts'
import {
  agreeing,
  askingFor,
  consentForm,
  createOAuthWorld,
  FLOWAGENT,
  form,
  OTHER_BROWSER,
  PLANNER,
  request,
} from '../../support/oauth.ts'

test('the consent page names the integrator and says in plain words what it asks for', async () => {
  const world = await createOAuthWorld()
  const { status, body, headers } = await world.oauth.authorize(askingFor({ scope: 'read_events delete_event' }))
  expect(status).toBe(200)
  expect(body).toContain('FlowAgent')
  expect(body).toContain('See your events')
  expect(body).toContain('See your name, e-mail address and time zone')
  expect(body).toContain('Delete the events it manages in your calendars')
  expect(body).not.toMatch(/<script|style=/)
  expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
  expect(headers['set-cookie']).toMatch(
    /^__Host-fas-browser-[\w-]{22}=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; .*Secure$/,
  )
})

test('who may add events may send invitations, and is said to', async () => {
  const world = await createOAuthWorld()
  const shown = async (scope: string) => (await world.oauth.authorize(askingFor({ scope }))).body
  const INVITES = 'and invite people to them in your name'
  expect(await shown('create_event')).toContain(`Add and change the events it manages in your calendars, ${INVITES}`)
  expect(await shown('read_events delete_event')).not.toContain(INVITES)
})

test('what an integrator sends is shown as text and never as markup', async () => {
  const world = await createOAuthWorld()
  await world.oauth.integrators.register({ ...FLOWAGENT, name: '<img src=x onerror=alert(1)>' })
  const { body } = await world.oauth.authorize(askingFor({ state: '"><script>alert(1)</script>' }))
  expect(body).not.toMatch(/<img|<script/)
})

test.each([
  ['a path traversal', 'https://flowagent.example/connected/../evil'],
  ['another case', 'https://flowagent.example/Connected'],
  ['another host case', 'https://FlowAgent.example/connected'],
  ['a port', 'https://flowagent.example:443/connected'],
  ['a suffix', 'https://flowagent.example/connected/'],
  ['a longer host', 'https://flowagent.example.evil.example/connected'],
  ['user info', 'https://flowagent.example@evil.example/connected'],
  ['plain http', 'http://flowagent.example/connected'],
  ['a fragment', 'https://flowagent.example/connected#'],
  ['a query', 'https://flowagent.example/connected?next=https://evil.example'],
  ['the redirect URI of another integrator', PLANNER.redirectUris[0]],
  ['nothing', ''],
])('O5 redirect-tricks: %s in place of the redirect URI ends on a page and never redirects', async (_, redirectUri) => {
  const world = await createOAuthWorld()
  const asking = world.oauth.authorize(askingFor({ redirect_uri: redirectUri ?? '' }))
  await expect(asking).rejects.toMatchObject({ code: 'REDIRECT_URI_UNKNOWN' })
})

test('an unknown client ends on a page and never redirects', async () => {
  const world = await createOAuthWorld()
  const asking = world.oauth.authorize(askingFor({ client_id: 'nobody' }))
  await expect(asking).rejects.toMatchObject({ code: 'INTEGRATOR_UNKNOWN' })
})

test.each([
  ['O3: no challenge', { code_challenge: '', code_challenge_method: '' }, 'invalid_request'],
  ['O3: the plain method', { code_challenge_method: 'plain' }, 'invalid_request'],
  ['O3: a challenge without a method', { code_challenge_method: '' }, 'invalid_request'],
  ['O3: a malformed challenge', { code_challenge: 'short' }, 'invalid_request'],
  ['an unknown scope', { scope: 'read_events everything' }, 'invalid_scope'],
  ['a scope it was not registered for', { scope: 'create_calendar' }, 'invalid_scope'],
  ['no scope', { scope: '' }, 'invalid_scope'],
  ['another response type', { response_type: 'token' }, 'unsupported_response_type'],
])('%s goes back to the integrator as an error with its state', async (_, changed, error) => {
  const world = await createOAuthWorld()
  const { status, headers } = await world.oauth.authorize(askingFor(changed))
  expect(status).toBe(303)
  const { origin, pathname, searchParams } = new URL(headers['location'] ?? '')
  expect(`${origin}${pathname}`).toBe('https://flowagent.example/connected')
  expect(Object.fromEntries(searchParams)).toEqual({
    ...oauthError(error),
    state: 'xyz',
    iss: 'https://sync.example',
  })
})

test('O3: an integrator whose registration says so may come without a challenge, but not with half of one', async () => {
  const world = await createOAuthWorld()
  const planner = { client_id: PLANNER.clientId, redirect_uri: PLANNER.redirectUris[0] ?? '' }
  const without = { ...planner, code_challenge: '', code_challenge_method: '' }
  expect((await world.oauth.authorize(askingFor(without))).status).toBe(200)
  expect((await world.oauth.authorize(askingFor({ ...without, code_challenge_method: 'S256' }))).status).toBe(303)
})

test.each(['state=a&state=b', 'scope[]=read_events', 'client_id=planner'])(
  'O7 HPP: a repeated or array parameter (%s) is refused',
  async (more) => {
    const world = await createOAuthWorld()
    const { url } = askingFor()
    const asking = world.oauth.authorize(request(`${url.pathname}${url.search}&${more}`))
    await expect(asking).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
  },
)

test('agreeing leads to Microsoft with 303, and cancelling back to the integrator', async () => {
  const world = await createOAuthWorld()
  const agreed = await world.oauth.authorize(await agreeing(world))
  expect([agreed.status, agreed.headers['location']]).toEqual([
    303,
    `https://login.example/authorize?state=${world.entra.tickets[0]?.state}`,
  ])
  const cancelled = await world.oauth.authorize(await agreeing(world, {}, { decision: 'cancel' }))
  expect(cancelled.headers['location']).toMatch(/error=access_denied&.*state=xyz&iss=/)
})

test.each([
  ['another browser', {}, { cookie: OTHER_BROWSER }, 'SIGN_IN_OTHER_BROWSER'],
  ['no cookie', {}, { cookie: '' }, 'SIGN_IN_OTHER_BROWSER'],
  ['a forged token', { token: 'x'.repeat(43) }, {}, 'SIGN_IN_OTHER_BROWSER'],
  ['no token', { token: '' }, {}, 'SIGN_IN_OTHER_BROWSER'],
  ['another scope than was shown', { scope: 'create_event' }, {}, 'SIGN_IN_OTHER_BROWSER'],
  ['a later time than it was shown', { shown_at: '9999999999999' }, {}, 'SIGN_IN_OTHER_BROWSER'],
])('C1 state-csrf: agreeing with %s leads nowhere', async (_, changed, headers, code) => {
  const world = await createOAuthWorld()
  const post = await agreeing(world, headers, changed)
  await expect(world.oauth.authorize(post)).rejects.toMatchObject({ code })
  expect(world.entra.tickets).toEqual([])
})

test('C1: a consent page that was open for ten minutes is out of date', async () => {
  const world = await createOAuthWorld()
  const post = await agreeing(world)
  world.clock.advance(minutes(10))
  await expect(world.oauth.authorize(post)).rejects.toMatchObject({ code: 'SIGN_IN_EXPIRED' })
})

test('O7: the answer to the consent page may carry nothing in the query', async () => {
  const world = await createOAuthWorld()
  const { fields, cookie } = await consentForm(world)
  const post = form('/oauth/authorize?scope=create_event', fields, { cookie })
  await expect(world.oauth.authorize(post)).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
})

test.each([
  ['plain http', { redirectUris: ['http://flowagent.example/back'] }],
  ['a fragment', { redirectUris: ['https://flowagent.example/back#'] }],
  ['user info', { redirectUris: ['https://me@flowagent.example/back'] }],
  ['loopback, where we ourselves are served over TLS', { redirectUris: ['http://localhost:3000/back'] }],
  ['a short secret', { secrets: ['short'] }],
  ['three secrets', { secrets: Array(3).fill(FLOWAGENT.secrets[0]) }],
])('an integrator is not registered with %s', async (_, changed) => {
  const { oauth } = await createOAuthWorld()
  await expect(oauth.integrators.register({ ...FLOWAGENT, ...changed })).rejects.toMatchObject({
    code: 'SETTINGS_INVALID',
  })
})

test('both of two secrets are good while an integrator changes from one to the other', async () => {
  const { oauth } = await createOAuthWorld()
  const secrets = ['n'.repeat(43), ...FLOWAGENT.secrets]
  await oauth.integrators.register({ ...FLOWAGENT, secrets })
  for (const secret of secrets) expect(await oauth.integrators.authenticate('flowagent', secret)).toBeDefined()
})
