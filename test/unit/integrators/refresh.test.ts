import { expect, test } from 'vitest'
import { days, minutes, seconds } from '../../../shared/core/time.ts'
import {
  createOAuthWorld,
  form,
  isLive,
  issueCode,
  type OAuthWorld,
  PLANNER,
  parsed,
  redemption,
  refreshing,
  refused,
  tokens,
} from '../../support/oauth.ts'

const INVALID_GRANT = refused('invalid_grant')

async function connected(world: OAuthWorld, accountId = 'acc_anna') {
  const { body } = await tokens(world, redemption(await issueCode(world, { accountId })))
  return { access: body['access_token'] ?? '', refresh: body['refresh_token'] ?? '' }
}

test('a refresh answers with a new access token and a refresh token, without the profile', async () => {
  const world = await createOAuthWorld()
  const first = await connected(world)
  world.clock.advance(minutes(30))
  const { status, body } = await tokens(world, refreshing(first.refresh))
  expect(status).toBe(200)
  expect(Object.keys(body).sort()).toEqual(
    ['access_token', 'expires_in', 'refresh_token', 'scope', 'sub', 'token_type'].sort(),
  )
  expect(body).toMatchObject({ expires_in: 3600, scope: 'read_events', sub: 'acc_anna' })
  expect(await isLive(world, body['access_token'] ?? '')).toBe(true)
  expect(await isLive(world, first.access)).toBe(true)
  world.clock.advance(minutes(30))
  expect(await isLive(world, first.access)).toBe(false)
})

test('O6 refresh-reuse: an old refresh token ends the whole grant', async () => {
  const world = await createOAuthWorld()
  const { refresh } = await connected(world)
  const { body } = await tokens(world, refreshing(refresh))
  world.clock.advance(seconds(10))
  expect(await tokens(world, refreshing(refresh))).toEqual(INVALID_GRANT)
  expect(await isLive(world, body['access_token'] ?? '')).toBe(false)
  expect(await tokens(world, refreshing(body['refresh_token'] ?? ''))).toEqual(INVALID_GRANT)
})

test('O6: an answer that was lost is given again within 10 seconds, the same one', async () => {
  const world = await createOAuthWorld()
  const { refresh } = await connected(world)
  const first = await tokens(world, refreshing(refresh))
  world.clock.advance(seconds(9))
  const again = await tokens(world, refreshing(refresh))
  expect(again.body).toEqual({ ...first.body, expires_in: 3591 })
})

test('O6: a repeated refresh token ends the grant once its successor has been used', async () => {
  const world = await createOAuthWorld()
  const { refresh } = await connected(world)
  const first = await tokens(world, refreshing(refresh))
  await tokens(world, refreshing(first.body['refresh_token'] ?? ''))
  expect(await tokens(world, refreshing(refresh))).toEqual(INVALID_GRANT)
  expect(await isLive(world, first.body['access_token'] ?? '')).toBe(false)
})

test('O6: 50 parallel refreshes get one and the same token set', async () => {
  const world = await createOAuthWorld()
  const { refresh } = await connected(world)
  const answers = await Promise.all(Array.from({ length: 50 }, () => tokens(world, refreshing(refresh))))
  expect(new Set(answers.map(({ status, body }) => `${status} ${JSON.stringify(body)}`)).size).toBe(1)
  expect(await isLive(world, answers[0]?.body['access_token'] ?? '')).toBe(true)
})

test('O6: an integrator cannot use or end the refresh token of another', async () => {
  const world = await createOAuthWorld()
  const { refresh } = await connected(world)
  expect(await tokens(world, refreshing(refresh, PLANNER))).toEqual(INVALID_GRANT)
  expect((await tokens(world, refreshing(refresh))).status).toBe(200)
})

test('a grant that nobody refreshed for 30 days is over', async () => {
  const world = await createOAuthWorld()
  const { refresh } = await connected(world)
  world.clock.advance(days(30))
  expect(await tokens(world, refreshing(refresh))).toEqual(INVALID_GRANT)
})

test('a grant is over after 180 days however often it was refreshed', async () => {
  const world = await createOAuthWorld()
  let { refresh } = await connected(world)
  for (let month = 0; month < 8; month += 1) {
    world.clock.advance(days(22))
    const { body } = await tokens(world, refreshing(refresh))
    refresh = body['refresh_token'] ?? ''
  }
  world.clock.advance(days(4))
  expect(await tokens(world, refreshing(refresh))).toEqual(INVALID_GRANT)
})

test('an access token is no refresh token, and a refresh token lets no request in', async () => {
  const world = await createOAuthWorld()
  const { access, refresh } = await connected(world)
  expect(await tokens(world, refreshing(access))).toEqual(INVALID_GRANT)
  expect(await isLive(world, refresh)).toBe(false)
})

test.each(['token', 'refresh_token', 'sub'])('revoking by %s ends the grant at once', async (field) => {
  const world = await createOAuthWorld()
  const { access, refresh } = await connected(world)
  const { grant_type: _, refresh_token: __, ...client } = refreshing(refresh)
  const value = { token: access, refresh_token: refresh, sub: 'acc_anna' }[field] ?? ''
  expect(await world.oauth.revoke(form('/oauth/token/revoke', { ...client, [field]: value }))).toMatchObject({
    status: 200,
    body: '',
  })
  expect(await isLive(world, access)).toBe(false)
  expect(await tokens(world, refreshing(refresh))).toEqual(INVALID_GRANT)
})

test('O9: revoking by sub or token touches no grant of another integrator or account', async () => {
  const world = await createOAuthWorld()
  const [anna, bo] = [await connected(world), await connected(world, 'acc_bo')]
  const planner = { client_id: PLANNER.clientId, client_secret: PLANNER.secrets[0] ?? '' }
  await world.oauth.revoke(form('/oauth/token/revoke', { ...planner, sub: 'acc_anna' }))
  await world.oauth.revoke(form('/oauth/token/revoke', { ...planner, token: anna.access }))
  const { grant_type: _, refresh_token: __, ...flowagent } = refreshing('')
  await world.oauth.revoke(form('/oauth/token/revoke', { ...flowagent, sub: 'acc_bo' }))
  expect(await isLive(world, anna.access)).toBe(true)
  expect(await isLive(world, bo.access)).toBe(false)
})

test('revoking an unknown token is a success, and revoking without a secret is not', async () => {
  const world = await createOAuthWorld()
  const { grant_type: _, ...known } = refreshing('nonsense')
  expect((await world.oauth.revoke(form('/oauth/token/revoke', known))).status).toBe(200)
  const answer = await world.oauth.revoke(form('/oauth/token/revoke', { client_id: 'flowagent', token: 'x' }))
  expect(parsed(answer)).toEqual(refused('invalid_client'))
})
