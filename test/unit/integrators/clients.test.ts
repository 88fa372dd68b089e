import { expect, test } from 'vitest'
import { days, minutes } from '../../../shared/core/time.ts'
import {
  createOAuthWorld,
  FLOWAGENT,
  form,
  isLive,
  issueCode,
  type OAuthWorld,
  parsed,
  redemption,
  refused,
  request,
  VERIFIER,
} from '../../support/oauth.ts'

const CREDENTIALS = { client_id: FLOWAGENT.clientId, client_secret: FLOWAGENT.secrets[0] ?? '' }

type Send = (path: string, body: Record<string, unknown>) => ReturnType<typeof form>

const asJson: Send = (path, body) =>
  request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer undefined' },
    body: JSON.stringify(body),
  })

const asForm: Send = (path, body) =>
  form(path, body as Record<string, string>, { authorization: 'Bearer an-old-access-token' })

/** What existing clients send, as far as it is more than the fields of RFC 6749. */
const CLIENTS = [
  { client: 'the Node client', send: asJson, redeem: { refresh_token: 'the one it was configured with' }, refresh: {} },
  { client: 'the Python client', send: asJson, redeem: { state: '', provider_name: '' }, refresh: { state: '' } },
  { client: 'the Ruby client', send: asForm, redeem: {}, refresh: { redirect_uri: '', scope: '' } },
]

async function redeemed(world: OAuthWorld, send: Send, stray: object) {
  const body = { ...redemption(await issueCode(world)), ...stray }
  return parsed(await world.oauth.token(send('/oauth/token', body)))
}

test.each(CLIENTS)(
  '$client redeems, refreshes for half a year less a day, and takes over what it is given',
  async ({ send, redeem, refresh }) => {
    const world = await createOAuthWorld()
    let held = (await redeemed(world, send, redeem)).body
    for (let day = 0; day < 179; day += 1) {
      world.clock.advance(days(1))
      const body = { ...CREDENTIALS, grant_type: 'refresh_token', refresh_token: held['refresh_token'], ...refresh }
      const answer = parsed(await world.oauth.token(send('/oauth/token', body)))
      expect(answer).toMatchObject({
        status: 200,
        body: { token_type: 'bearer', expires_in: 3600, refresh_token: expect.any(String), sub: 'acc_anna' },
      })
      held = answer.body
    }
    expect(await isLive(world, held['access_token'] ?? '')).toBe(true)
  },
)

test('O6: two workers of one client that refresh with the same token at the same time both go on', async () => {
  const world = await createOAuthWorld()
  let { body: held } = await redeemed(world, asJson, {})
  for (let round = 0; round < 5; round += 1) {
    world.clock.advance(minutes(50))
    const body = { ...CREDENTIALS, grant_type: 'refresh_token', refresh_token: held['refresh_token'] }
    const answers = await Promise.all([1, 2].map(() => world.oauth.token(asJson('/oauth/token', body))))
    const [one, two] = answers.map(parsed)
    expect([one?.status, one]).toEqual([200, two])
    held = one?.body ?? {}
  }
})

test.each([
  { form: 'token, an access token', fields: (t: Tokens) => ({ token: t.access }) },
  { form: 'token, a refresh token', fields: (t: Tokens) => ({ token: t.refresh }) },
  {
    form: 'token with a hint that is wrong',
    fields: (t: Tokens) => ({ token: t.refresh, token_type_hint: 'access_token' }),
  },
  { form: 'refresh_token', fields: (t: Tokens) => ({ refresh_token: t.refresh }) },
  { form: 'sub', fields: () => ({ sub: 'acc_anna' }) },
  { form: 'sub and empty tokens', fields: () => ({ sub: 'acc_anna', token: '', refresh_token: '' }) },
  { form: 'a token and an empty sub', fields: (t: Tokens) => ({ token: t.access, sub: '' }) },
  { form: 'request_pii_erasure', fields: (t: Tokens) => ({ token: t.access, request_pii_erasure: true }) },
  {
    form: 'stray fields',
    fields: (t: Tokens) => ({ token: t.access, grant_type: 'x', code: 'y', count: 1, no: null }),
  },
])('revocation with $form ends the consent, as JSON and as a form', async ({ fields }) => {
  for (const send of [asJson, asForm]) {
    const world = await createOAuthWorld()
    const { body } = await redeemed(world, asJson, {})
    const held = { access: body['access_token'] ?? '', refresh: body['refresh_token'] ?? '' }
    const answer = await world.oauth.revoke(send('/oauth/token/revoke', { ...CREDENTIALS, ...fields(held) }))
    expect([answer.status, answer.body]).toEqual([200, ''])
    expect([await isLive(world, held.access), world.revoked]).toEqual([false, ['acc_anna']])
  }
})

interface Tokens {
  readonly access: string
  readonly refresh: string
}

test('a client that revokes an account, and sends the refresh token it holds of another, ends the account', async () => {
  const world = await createOAuthWorld()
  const { body: anna } = await redeemed(world, asJson, {})
  const bo = parsed(
    await world.oauth.token(asJson('/oauth/token', redemption(await issueCode(world, { accountId: 'acc_bo' })))),
  )
  const fields = { ...CREDENTIALS, sub: 'acc_bo', refresh_token: anna['refresh_token'] }
  expect((await world.oauth.revoke(asJson('/oauth/token/revoke', fields))).status).toBe(200)
  expect(await isLive(world, anna['access_token'] ?? '')).toBe(true)
  expect(await isLive(world, bo.body['access_token'] ?? '')).toBe(false)
})

test.each([
  ['nothing', {}, 'invalid_request'],
  ['only empty fields', { token: '', sub: '' }, 'invalid_request'],
  ['an empty secret', { token: 'x', client_secret: '' }, 'invalid_client'],
])('revocation with %s is refused', async (_, fields, error) => {
  const world = await createOAuthWorld()
  for (const send of [asJson, asForm]) {
    const answer = await world.oauth.revoke(send('/oauth/token/revoke', { ...CREDENTIALS, ...fields }))
    expect(parsed(answer)).toEqual(refused(error))
  }
})

test('a code_verifier that is sent without need, but empty, is not sent', async () => {
  const world = await createOAuthWorld()
  await world.oauth.integrators.register({ ...FLOWAGENT, pkce: 'optional' })
  const body = { ...redemption(await issueCode(world, { pkce: false })), code_verifier: '' }
  expect((await world.oauth.token(asForm('/oauth/token', body))).status).toBe(200)
  const other = { ...redemption(await issueCode(world, { pkce: false })), code_verifier: VERIFIER }
  expect(parsed(await world.oauth.token(asForm('/oauth/token', other)))).toEqual(refused('invalid_grant'))
})
