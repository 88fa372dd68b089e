import { expect, test } from 'vitest'
import { seconds } from '../../../shared/core/time.ts'
import {
  createOAuthWorld,
  FLOWAGENT,
  form,
  isLive,
  issueCode,
  PLANNER,
  parsed,
  redemption,
  refused,
  tokens,
  VERIFIER,
} from '../../support/oauth.ts'

const INVALID_GRANT = refused('invalid_grant')

test('a redeemed code gives the token answer that clients of the integrator API read', async () => {
  const world = await createOAuthWorld()
  const response = await world.oauth.token(form('/oauth/token', redemption(await issueCode(world))))
  expect(response.headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' })
  expect(parsed(response)).toEqual({
    status: 200,
    body: {
      token_type: 'bearer',
      access_token: expect.stringMatching(/^fas_at_[\w-]{44}\.[\w-]{43}$/),
      expires_in: 3600,
      refresh_token: expect.stringMatching(/^fas_rt_[\w-]{44}\.[\w-]{43}$/),
      scope: 'read_events',
      account_id: 'acc_anna',
      sub: 'acc_anna',
      linking_profile: {
        provider_name: 'office365',
        provider_service: 'office365',
        profile_id: 'pro_anna',
        profile_name: 'anna@contoso.example',
      },
    },
  })
})

test('a JSON body redeems a code as a form does', async () => {
  const world = await createOAuthWorld()
  const request = form('/oauth/token', {}, { 'content-type': 'application/json' })
  const body = JSON.stringify(redemption(await issueCode(world)))
  const response = await world.oauth.token({ ...request, body: async () => body })
  expect(response.status).toBe(200)
})

test('O1 code-race: of 50 parallel redemptions of one code one succeeds, and its tokens live', async () => {
  const world = await createOAuthWorld()
  const fields = redemption(await issueCode(world))
  const answers = await Promise.all(Array.from({ length: 50 }, () => tokens(world, fields)))
  const won = answers.filter(({ status }) => status === 200)
  expect(won).toHaveLength(1)
  expect(answers.filter(({ status }) => status !== 200)).toEqual(Array(49).fill(INVALID_GRANT))
  expect(await isLive(world, won[0]?.body['access_token'] ?? '')).toBe(true)
})

test('O2 code-replay: using a code again ends everything that was issued for it', async () => {
  const world = await createOAuthWorld()
  const fields = redemption(await issueCode(world))
  const { body } = await tokens(world, fields)
  world.clock.advance(seconds(5))
  expect(await tokens(world, fields)).toEqual(INVALID_GRANT)
  expect(await isLive(world, body['access_token'] ?? '')).toBe(false)
})

test('O2 code-replay: an integrator that got hold of the code of another cannot end its tokens', async () => {
  const world = await createOAuthWorld()
  const code = await issueCode(world)
  const { body } = await tokens(world, redemption(code))
  world.clock.advance(seconds(5))
  expect(await tokens(world, redemption(code, PLANNER))).toEqual(INVALID_GRANT)
  expect(await isLive(world, body['access_token'] ?? '')).toBe(true)
})

test('a code is not good any more after 60 seconds', async () => {
  const world = await createOAuthWorld()
  const [late, inTime] = [await issueCode(world), await issueCode(world, { accountId: 'acc_bo' })]
  world.clock.advance(seconds(59))
  expect((await tokens(world, redemption(inTime))).status).toBe(200)
  world.clock.advance(seconds(1))
  expect(await tokens(world, redemption(late))).toEqual(INVALID_GRANT)
})

test.each([
  { case: 'no verifier', verifier: undefined },
  { case: 'a wrong verifier', verifier: 'b'.repeat(50) },
  { case: 'the challenge itself', verifier: 'x' },
])('O3 pkce-downgrade: $case is refused and burns the code', async ({ verifier }) => {
  const world = await createOAuthWorld()
  const { code_verifier: _, ...fields } = redemption(await issueCode(world))
  const refused = await tokens(world, { ...fields, ...(verifier && { code_verifier: verifier }) })
  expect(refused.status).toBe(400)
  expect(await tokens(world, { ...fields, code_verifier: VERIFIER })).toEqual(INVALID_GRANT)
})

test('O3 pkce-downgrade: a code without a challenge is no code for an integrator that must use PKCE', async () => {
  const world = await createOAuthWorld()
  const { code_verifier: _, ...fields } = redemption(await issueCode(world, { pkce: false }))
  expect(await tokens(world, fields)).toEqual(INVALID_GRANT)
  await world.oauth.integrators.register({ ...FLOWAGENT, pkce: 'optional' })
  expect((await tokens(world, fields)).status).toBe(200)
})

test('O3 pkce-downgrade: a verifier without a challenge is refused even where PKCE is optional', async () => {
  const world = await createOAuthWorld()
  const withVerifier = redemption(await issueCode(world, { integrator: PLANNER, pkce: false }), PLANNER)
  expect(await tokens(world, withVerifier)).toEqual(INVALID_GRANT)
  const { code_verifier: _, ...without } = redemption(
    await issueCode(world, { integrator: PLANNER, pkce: false }),
    PLANNER,
  )
  expect((await tokens(world, without)).status).toBe(200)
})

test.each([
  { case: 'no secret', secret: {} },
  { case: 'an empty secret', secret: { client_secret: '' } },
  { case: 'a wrong secret', secret: { client_secret: 'x'.repeat(43) } },
])(
  'O4 secretless-confidential: $case with a good verifier is invalid_client and leaves the code alone',
  async (given) => {
    const world = await createOAuthWorld()
    const fields = redemption(await issueCode(world))
    const { client_secret: _, ...rest } = fields
    expect(await tokens(world, { ...rest, ...given.secret })).toEqual(refused('invalid_client'))
    expect((await tokens(world, fields)).status).toBe(200)
  },
)

test('O4: an Authorization header is no way around the secret', async () => {
  const world = await createOAuthWorld()
  const basic = Buffer.from(`${FLOWAGENT.clientId}:${FLOWAGENT.secrets[0]}`).toString('base64')
  const { client_secret: _, ...fields } = redemption(await issueCode(world))
  const response = await world.oauth.token(form('/oauth/token', fields, { authorization: `Basic ${basic}` }))
  expect(parsed(response)).toEqual(refused('invalid_client'))
})

test('O5: a code is redeemed with the redirect URI it was issued for, or not at all', async () => {
  const world = await createOAuthWorld()
  const fields = redemption(await issueCode(world))
  const answer = await tokens(world, { ...fields, redirect_uri: 'https://flowagent.example/Connected' })
  expect(answer).toEqual(refused('invalid_request'))
})

test('an unknown grant type is named as such', async () => {
  const world = await createOAuthWorld()
  const fields = { ...redemption('x'), grant_type: 'password' }
  expect(await tokens(world, fields)).toEqual(refused('unsupported_grant_type'))
})
