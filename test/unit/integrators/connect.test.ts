import { expect, test } from 'vitest'
import { SyncError } from '../../../shared/core/errors.ts'
import { days, minutes, seconds } from '../../../shared/core/time.ts'
import {
  back,
  createOAuthWorld,
  FLOWAGENT,
  OTHER_BROWSER,
  parsed,
  redemption,
  request,
  returning,
  tokens,
} from '../../support/oauth.ts'

test('a person who signs in comes back to the integrator with a code that becomes tokens', async () => {
  const world = await createOAuthWorld()
  const { status, headers } = await world.oauth.callback((await returning(world)).request)
  const location = new URL(headers['location'] ?? '')
  expect([status, `${location.origin}${location.pathname}`]).toEqual([303, FLOWAGENT.redirectUris[0]])
  expect(location.searchParams.get('state')).toBe('xyz')
  expect(location.searchParams.get('iss')).toBe('https://sync.example')
  const { body } = await tokens(world, redemption(location.searchParams.get('code') ?? ''))
  expect(body).toMatchObject({ scope: 'read_events', linking_profile: { profile_name: 'anna@contoso.example' } })
  expect(world.connected).toHaveLength(1)
})

test.each([
  ['no cookie', ''],
  ['the cookie of another browser', OTHER_BROWSER],
])('C1 state-csrf: %s redeems nothing, and the right browser can still finish', async (_, cookie) => {
  const world = await createOAuthWorld()
  const { state, request: good } = await returning(world)
  const forged = world.oauth.callback(back({ state, code: 'microsoft-code' }, cookie))
  await expect(forged).rejects.toMatchObject({ code: 'SIGN_IN_OTHER_BROWSER' })
  expect(world.entra.redeemed).toBe(0)
  expect((await world.oauth.callback(good)).status).toBe(303)
})

test('C1 state-csrf: a state is good once, also for two requests at the same time', async () => {
  const world = await createOAuthWorld()
  const { request: answer } = await returning(world)
  const results = await Promise.allSettled([world.oauth.callback(answer), world.oauth.callback(answer)])
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  await expect(world.oauth.callback(answer)).rejects.toMatchObject({ code: 'SIGN_IN_ALREADY_USED' })
  expect(world.entra.redeemed).toBe(1)
})

test('C1 state-csrf: a made-up state redeems nothing', async () => {
  const world = await createOAuthWorld()
  const { cookie } = await returning(world)
  const forged = world.oauth.callback(back({ state: 's'.repeat(43), code: 'x' }, cookie))
  await expect(forged).rejects.toMatchObject({ code: 'SIGN_IN_ALREADY_USED' })
  expect(world.entra.redeemed).toBe(0)
})

test('C1 state-csrf: an answer after ten minutes redeems nothing and leads back to a new start', async () => {
  const world = await createOAuthWorld()
  const { request: answer } = await returning(world)
  world.clock.advance(minutes(10))
  const { status, body } = await world.oauth.callback(answer)
  expect([status, world.entra.redeemed]).toEqual([400, 0])
  expect(body).toContain('This took too long')
  expect(body).toContain('/oauth/authorize?response_type=code&amp;client_id=flowagent')
})

test('O7: an answer with two codes is refused before its state is used', async () => {
  const world = await createOAuthWorld()
  const { state, cookie, request: good } = await returning(world)
  const twice = request(`/oauth/callback?state=${state}&code=a&code=b`, { headers: { cookie } })
  await expect(world.oauth.callback(twice)).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
  expect((await world.oauth.callback(good)).status).toBe(303)
})

test.each([
  ['access_denied', 'AADSTS65004: User declined to consent', 403, 'Not connected'],
  ['access_denied', 'AADSTS90094: The grant requires admin permission', 403, 'Your organisation has to approve'],
  ['consent_required', '', 403, 'Your organisation has to approve'],
  ['temporarily_unavailable', '', 503, 'Microsoft does not answer'],
  ['<script>', '<script>alert(1)</script>', 502, 'Microsoft did not let you in'],
])(
  'Microsoft answering %s %s ends on a page that explains and leads back',
  async (error, description, status, title) => {
    const world = await createOAuthWorld()
    const { request: answer } = await returning(world, { error, error_description: description, code: 'ignored' })
    const response = await world.oauth.callback(answer)
    expect(response.status).toBe(status)
    expect(response.body).toContain(title)
    expect(response.body).toContain('Back to FlowAgent')
    expect(response.body).toMatch(
      /href="https:\/\/flowagent\.example\/connected\?error=\w+&amp;error_description=[\w%+.]+&amp;state=xyz/,
    )
    expect(response.body).not.toContain('script>')
    expect([world.entra.redeemed, world.connected]).toEqual([0, []])
  },
)

test.each(['SIGN_IN_MISMATCH', 'MICROSOFT_UNREACHABLE', 'MICROSOFT_CREDENTIAL_REFUSED'] as const)(
  'C2 mix-up: after %s nothing is stored and no code is made',
  async (code) => {
    const world = await createOAuthWorld()
    world.entra.answer = () => Promise.reject(new SyncError(code, 'canary-reason'))
    const { status, body } = await world.oauth.callback((await returning(world)).request)
    expect(status).toBeGreaterThanOrEqual(400)
    expect(body).not.toContain('canary-reason')
    expect(world.connected).toEqual([])
    expect(world.logged.join()).toContain(code)
  },
)

test('K9 canary-scan: neither tokens nor names nor states are readable in the stored rows', async () => {
  const world = await createOAuthWorld()
  const { state } = await returning(world)
  const { headers } = await world.oauth.callback((await returning(world)).request)
  const code = new URL(headers['location'] ?? '').searchParams.get('code') ?? ''
  const { body } = await tokens(world, redemption(code))
  const stored = world.tables
    .rows('oauth')
    .map((row) => dump(row))
    .join('\n')
  const secrets = [code, body['access_token'], body['refresh_token']].map((token) => token?.split('.')[1])
  for (const canary of [...secrets, state, 'FlowAgent', 'flowagent', 'anna@contoso.example', 'xyz', 'acc_']) {
    expect(stored).not.toContain(canary)
  }
})

test.each([
  ['as soon as they are over', seconds(1)],
  ['by a timer that was away for weeks', days(34)],
])('K9: sign-ins that nobody finished are deleted %s, and others are not', async (_, late) => {
  const world = await createOAuthWorld()
  await returning(world)
  const before = world.tables.rows('oauth').length
  world.clock.advance(seconds(599))
  await world.oneTime.forgetOld()
  expect(world.tables.rows('oauth')).toHaveLength(before)
  world.clock.advance(late)
  await returning(world)
  await world.oneTime.forgetOld()
  expect(world.tables.rows('oauth')).toHaveLength(before)
})

test('codes that nobody redeemed leave when the person connects again', async () => {
  const world = await createOAuthWorld()
  await world.oauth.callback((await returning(world)).request)
  const before = world.tables.rows('oauth').length
  world.clock.advance(minutes(1))
  await world.oauth.callback((await returning(world)).request)
  expect(world.tables.rows('oauth')).toHaveLength(before)
})

test('the metadata document names the endpoints and what they take', async () => {
  const { oauth } = await createOAuthWorld()
  const { body } = parsed(await oauth.metadata(request('/.well-known/oauth-authorization-server')))
  expect(body).toMatchObject({
    issuer: 'https://sync.example',
    token_endpoint: 'https://sync.example/oauth/token',
    code_challenge_methods_supported: ['S256'],
  })
})

/** A row with its bytes as text, so that a search finds what is readable in them. */
const dump = ({ partitionKey, rowKey, properties }: { partitionKey: string; rowKey: string; properties: object }) =>
  [partitionKey, rowKey, ...Object.values(properties)]
    .map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value)))
    .join(' ')
