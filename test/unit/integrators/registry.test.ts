import { expect, test } from 'vitest'
import { seconds } from '../../../shared/core/time.ts'
import {
  askingFor,
  createOAuthWorld,
  FLOWAGENT,
  isLive,
  issueCode,
  PLANNER,
  redemption,
  refreshing,
  refused,
  tokens,
} from '../../support/oauth.ts'

const [OLD = ''] = FLOWAGENT.secrets

test('integrators are listed by client id', async () => {
  const { oauth } = await createOAuthWorld()
  await oauth.integrators.register({ ...FLOWAGENT, clientId: 'another', secrets: [OLD.toUpperCase()] })
  expect((await oauth.integrators.list()).map(({ clientId }) => clientId)).toEqual(['another', 'flowagent', 'planner'])
})

test('a secret is replaced with both good in between, and the newest stays', async () => {
  const { oauth } = await createOAuthWorld()
  const { integrators } = oauth
  const fresh = await integrators.addSecret('flowagent')
  expect(fresh).toMatch(/^[\w-]{43}$/)
  for (const secret of [OLD, fresh]) expect(await integrators.authenticate('flowagent', secret)).toBeDefined()
  await expect(integrators.addSecret('flowagent')).rejects.toMatchObject({ code: 'SETTINGS_INVALID' })
  await integrators.endOldSecret('flowagent')
  expect(await integrators.authenticate('flowagent', OLD)).toBeUndefined()
  expect((await integrators.authenticate('flowagent', fresh))?.secrets).toEqual([fresh])
  await expect(integrators.endOldSecret('flowagent')).rejects.toMatchObject({ code: 'SETTINGS_INVALID' })
})

test('of two operators who add a secret at the same time, one is told that it did not work', async () => {
  const { oauth } = await createOAuthWorld()
  const added = await Promise.allSettled([1, 2].map(() => oauth.integrators.addSecret('flowagent')))
  expect(added.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  expect((await oauth.integrators.find('flowagent'))?.secrets).toHaveLength(2)
})

test('a removed integrator gets no tokens at once, and its access tokens end within 60 seconds', async () => {
  const world = await createOAuthWorld()
  const { body } = await tokens(world, redemption(await issueCode(world)))
  const pending = redemption(await issueCode(world))
  const access = body['access_token'] ?? ''
  expect(await isLive(world, access)).toBe(true)
  await world.oauth.integrators.remove('flowagent')
  expect(await tokens(world, refreshing(body['refresh_token'] ?? ''))).toEqual(refused('invalid_client'))
  expect(await tokens(world, pending)).toEqual(refused('invalid_client'))
  await expect(world.oauth.authorize(askingFor())).rejects.toMatchObject({ code: 'INTEGRATOR_UNKNOWN' })
  world.clock.advance(seconds(60))
  expect(await isLive(world, access)).toBe(false)
  expect(await world.oauth.grants.wantedBy('acc_anna')).toEqual(new Set())
})

test('another integrator of the same person does not notice a removal', async () => {
  const world = await createOAuthWorld()
  await tokens(world, redemption(await issueCode(world)))
  const { body } = await tokens(world, redemption(await issueCode(world, { integrator: PLANNER }), PLANNER))
  await world.oauth.integrators.remove('flowagent')
  world.clock.advance(seconds(60))
  expect(await isLive(world, body['access_token'] ?? '')).toBe(true)
  expect((await world.oauth.grants.ofAccount('acc_anna')).map(({ clientId }) => clientId)).toEqual(['planner'])
})

test('the client id of a removed integrator is never given again, and it is not listed', async () => {
  const { oauth } = await createOAuthWorld()
  await oauth.integrators.remove('flowagent')
  await expect(oauth.integrators.register(FLOWAGENT)).rejects.toMatchObject({ code: 'SETTINGS_INVALID' })
  await expect(oauth.integrators.remove('flowagent')).rejects.toMatchObject({ code: 'SETTINGS_INVALID' })
  expect((await oauth.integrators.list()).map(({ clientId }) => clientId)).toEqual(['planner'])
})

test('grants of a removed integrator leave when the person connects another one', async () => {
  const world = await createOAuthWorld()
  await tokens(world, redemption(await issueCode(world)))
  const grants = () => world.tables.rows('oauth').filter(({ rowKey }) => rowKey.startsWith('grant-')).length
  const before = grants()
  await world.oauth.integrators.remove('flowagent')
  world.clock.advance(seconds(60))
  await issueCode(world, { integrator: PLANNER })
  expect(grants()).toBe(before)
})

test('no two integrators have the same secret, because it may be all that a request says', async () => {
  const { oauth } = await createOAuthWorld()
  const another = { ...FLOWAGENT, clientId: 'another' }
  await expect(oauth.integrators.register(another)).rejects.toMatchObject({ code: 'SETTINGS_INVALID' })
  expect((await oauth.integrators.bySecret(OLD))?.clientId).toBe('flowagent')
})

test('a secret leads to its integrator as long as it is active, and to nobody afterwards', async () => {
  const { oauth } = await createOAuthWorld()
  const { integrators } = oauth
  const fresh = await integrators.addSecret('flowagent')
  expect((await integrators.bySecret(fresh))?.clientId).toBe('flowagent')
  await integrators.endOldSecret('flowagent')
  expect(await integrators.bySecret(OLD)).toBeUndefined()
  await integrators.remove('flowagent')
  expect(await integrators.bySecret(fresh)).toBeUndefined()
})
