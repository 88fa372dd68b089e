import { expect, test } from 'vitest'
import { oauthFailure } from '../../../shared/api/failure.ts'
import { asSyncError, SyncError } from '../../../shared/core/errors.ts'
import { minutes } from '../../../shared/core/time.ts'
import { oauthError } from '../../../shared/integrators/oauth-errors.ts'
import type { Table, Tables } from '../../../shared/storage/table.ts'
import {
  createOAuthWorld,
  form,
  isLive,
  issueCode,
  PLANNER,
  redemption,
  refreshing,
  request,
  tokens,
} from '../../support/oauth.ts'

/** How one commit fails; `after` lets the write happen before the answer is lost. Undefined lets it succeed. */
type Fault = { readonly error: Error; readonly after: boolean } | undefined

/** Tables whose next commits fail as told. */
function createBreakableTables(tables: Tables) {
  const faults: Fault[] = []
  const breakable = (table: Table): Table => ({
    ...table,
    async commit(partitionKey, writes) {
      const fault = faults.shift()
      if (fault && !fault.after) throw fault.error
      const etags = await table.commit(partitionKey, writes)
      if (fault) throw fault.error
      return etags
    },
  })
  return { faults, tables: { table: (name) => breakable(tables.table(name)) } satisfies Tables }
}

async function createBreakableWorld() {
  let faults: Fault[] = []
  const world = await createOAuthWorld((tables) => {
    const breakable = createBreakableTables(tables)
    faults = breakable.faults
    return breakable.tables
  })
  return { world, faults }
}

test('O8 leak: a store that throws its connection string gives a generic server_error', async () => {
  const { world, faults } = await createBreakableWorld()
  const fields = redemption(await issueCode(world))
  faults.push({ error: new Error('AccountKey=canary'), after: false })
  const error = await tokens(world, fields).catch(asSyncError)
  expect(error).toMatchObject({ code: 'INTERNAL' })
  expect(oauthFailure(error as SyncError, 'request-1')).toMatchObject({
    status: 500,
    body: JSON.stringify(oauthError('server_error')),
  })
})

test('a store that is away is a failure of ours and never an invalid grant', async () => {
  const { world, faults } = await createBreakableWorld()
  const fields = redemption(await issueCode(world))
  faults.push({ error: new SyncError('STORAGE_UNAVAILABLE', 'away'), after: false })
  await expect(tokens(world, fields)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
  expect((await tokens(world, fields)).status).toBe(200)
})

test('O6: tokens whose write got no answer are given out when they are stored', async () => {
  const { world, faults } = await createBreakableWorld()
  const fields = redemption(await issueCode(world))
  const lost = { error: new SyncError('OUTCOME_UNKNOWN', 'no answer'), after: true }
  faults.push(undefined, lost)
  const first = await tokens(world, fields)
  faults.push(lost)
  const second = await tokens(world, refreshing(first.body['refresh_token'] ?? ''))
  expect([first.status, second.status]).toEqual([200, 200])
  expect(await isLive(world, second.body['access_token'] ?? '')).toBe(true)
})

test('O6: an integrator that is revoked while it refreshes gets no tokens', async () => {
  const { world, faults } = await createBreakableWorld()
  const { body } = await tokens(world, redemption(await issueCode(world)))
  const refresh = tokens(world, refreshing(body['refresh_token'] ?? ''))
  const revoked = world.oauth.grants.revokeAccount('acc_anna')
  const [answer] = await Promise.all([refresh, revoked])
  const live = await isLive(world, answer.body['access_token'] ?? 'none')
  expect([faults, live]).toEqual([[], false])
})

test('O6 crash mid-rotation: nothing is lost when the write never happened', async () => {
  const { world, faults } = await createBreakableWorld()
  const { body } = await tokens(world, redemption(await issueCode(world)))
  faults.push({ error: new SyncError('OUTCOME_UNKNOWN', 'no answer'), after: false })
  await expect(tokens(world, refreshing(body['refresh_token'] ?? ''))).rejects.toMatchObject({
    code: 'OUTCOME_UNKNOWN',
  })
  expect((await tokens(world, refreshing(body['refresh_token'] ?? ''))).status).toBe(200)
})

test('A3: whoever guesses secrets is answered with 429, and whoever has the right one is not', async () => {
  const world = await createOAuthWorld()
  const wrong = { ...refreshing('x'), client_secret: 'y'.repeat(43) }
  const from = (address: string, fields: Record<string, string>) =>
    world.oauth.token({ ...form('/oauth/token', fields), clientAddress: address })
  for (let attempt = 0; attempt < 30; attempt += 1) expect((await from('203.0.113.7', wrong)).status).toBe(400)
  const limited = { code: 'RATE_LIMITED', retryAfterMs: minutes(1) }
  await expect(from('203.0.113.7', wrong)).rejects.toMatchObject(limited)
  expect((await from('203.0.113.8', wrong)).status).toBe(400)
  expect((await from('203.0.113.7', refreshing('x', PLANNER))).status).toBe(400)
  // Whoever guesses may sit behind the same address as the integrator.
  expect((await from('203.0.113.7', redemption(await issueCode(world)))).status).toBe(200)
  await expect(from('203.0.113.7', wrong)).rejects.toMatchObject(limited)
  world.clock.advance(minutes(1))
  expect((await from('203.0.113.7', wrong)).status).toBe(400)
})

test('O7: the token endpoint reads nothing from the query', async () => {
  const world = await createOAuthWorld()
  const fields = redemption(await issueCode(world))
  const asked = world.oauth.token(form('/oauth/token?client_id=flowagent', fields))
  await expect(asked).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
})

test('O9 scope/tenant: two integrators of one person hold two grants that know nothing of each other', async () => {
  const world = await createOAuthWorld()
  const flowagent = await tokens(world, redemption(await issueCode(world)))
  const planner = await tokens(world, redemption(await issueCode(world, { integrator: PLANNER }), PLANNER))
  await world.oauth.grants.revokeIntegrator('acc_anna', PLANNER.clientId)
  expect(await isLive(world, planner.body['access_token'] ?? '')).toBe(false)
  expect(await isLive(world, flowagent.body['access_token'] ?? '')).toBe(true)
  expect((await world.oauth.grants.ofAccount('acc_anna')).map(({ clientId }) => clientId)).toEqual(['flowagent'])
})

test.each(['', 'Basic x', 'Bearer', 'Bearer undefined', `Bearer fas_at_${'a'.repeat(44)}.${'b'.repeat(43)}`])(
  'a request with "%s" as authorization is not let in',
  async (authorization) => {
    const { oauth } = await createOAuthWorld()
    const asked = oauth.authenticate(request('/v1/account', { headers: { authorization } }))
    await expect(asked).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  },
)

test('a token in the query is not looked at', async () => {
  const world = await createOAuthWorld()
  const { body } = await tokens(world, redemption(await issueCode(world)))
  const asked = world.oauth.authenticate(request(`/v1/account?access_token=${body['access_token']}`))
  await expect(asked).rejects.toMatchObject({ code: 'UNAUTHENTICATED', facts: { presented: false } })
})
