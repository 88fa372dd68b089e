import { beforeEach, expect, test } from 'vitest'
import type { AuditRecord } from '../../../shared/audit/ports.ts'
import { systemRandom } from '../../../shared/core/random.ts'
import { type DurationMs, seconds } from '../../../shared/core/time.ts'
import type { Integrators } from '../../../shared/integrators/integrators.ts'
import { createTokenSecrets } from '../../../shared/integrators/token.ts'
import { createTokenModel } from '../../../shared/integrators/token-model.ts'
import { CONSENT, createGrantWorld } from '../../support/grants.ts'
import { FLOWAGENT } from '../../support/oauth.ts'

let world: ReturnType<typeof createGrantWorld>
let trail: AuditRecord[]
beforeEach(() => {
  world = createGrantWorld()
  trail = []
})

/** The model of a request that begins now, of the integrator that the grants are of. */
async function request() {
  const { clock, store, blind } = world
  const integrators = { authenticate: async () => ({ ...FLOWAGENT, clientId: 'planner' }) } as unknown as Integrators
  const audit = { record: async (...records: readonly AuditRecord[]) => void trail.push(...records) }
  const dependencies = {
    ...{ integrators, store, audit, secrets: createTokenSecrets(blind), clock, random: systemRandom },
    restoredAt: () => undefined,
  }
  const { model } = createTokenModel(dependencies)
  await model.getClient('planner', 'secret')
  return model
}

async function used(code: string): Promise<void> {
  const [key, row] = [...world.store.rows][0] ?? []
  if (key === undefined || row === undefined) throw new Error(`nothing has ${code}`)
  const value = { ...row.value, code: { ...row.value.code, usedAt: world.clock.now() } }
  world.store.rows.set(key, { ...row, value })
}

test('a code that was used, and gave no tokens yet, is refused and ends nothing', async () => {
  const code = await world.grants.issueCode({ ...CONSENT, challenge: 'c' })
  await used(code)
  expect(await (await request()).getAuthorizationCode(code)).toBeUndefined()
  expect([world.values().length, trail]).toEqual([1, []])
})

test.each([
  { what: 'before', wait: -1, ends: false },
  { what: 'when', wait: 0, ends: true },
  { what: 'after', wait: 1, ends: true },
])(
  'a request that began $what the code gave tokens and finds it used ends what it gave: $ends',
  async ({ wait, ends }) => {
    const code = await world.grants.issueCode({ ...CONSENT, challenge: 'c' })
    const early = await request()
    world.clock.advance(seconds(1))
    await world.tokensOf('code', code)
    await used(code)
    world.clock.advance((wait === 1 ? 1 : 0) as DurationMs)
    const model = wait < 0 ? early : await request()
    expect(await model.getAuthorizationCode(code)).toBeUndefined()
    expect(world.values()).toHaveLength(ends ? 0 : 1)
    const facts = { integrator: 'planner', reason: 'code-used-again' }
    expect(trail).toEqual(ends ? [{ act: 'revoked', actor: { kind: 'service' }, account: 'acc_1', facts }] : [])
  },
)

test('a good code says what it was asked with, and is nobody’s before the integrator is known', async () => {
  const code = await world.grants.issueCode({ ...CONSENT, challenge: 'c' })
  const model = await request()
  expect(await model.getAuthorizationCode(code)).toMatchObject({
    ...{ authorizationCode: code, redirectUri: CONSENT.redirectUri, scope: ['read_events'] },
    ...{ codeChallenge: 'c', codeChallengeMethod: 'S256' },
    client: { id: 'planner', redirectUris: FLOWAGENT.redirectUris, grants: ['authorization_code', 'refresh_token'] },
  })
  world.clock.advance(seconds(60))
  expect(await model.getAuthorizationCode(code)).toBeUndefined()
})

test('a refresh token that was used before ends the grant, and one that is over does not', async () => {
  const first = await world.connected()
  const model = await request()
  expect(await model.getRefreshToken(first.refreshToken)).toMatchObject({
    ...{ refreshToken: first.refreshToken, scope: ['read_events'] },
  })
  await world.tokensOf('refresh', first.refreshToken)
  world.clock.advance(seconds(10))
  expect(await model.getRefreshToken(first.refreshToken)).toBeUndefined()
  expect(world.values()).toEqual([])
  expect(trail).toMatchObject([{ act: 'revoked', actor: { kind: 'service' }, facts: { reason: 'token-used-again' } }])
})

test('a code of the same grant with another secret is no code, and ends nothing', async () => {
  const code = await world.grants.issueCode({ ...CONSENT, challenge: 'c' })
  const forged = `${code.slice(0, -5)}${code.at(-5) === 'A' ? 'B' : 'A'}${code.slice(-4)}`
  const model = await request()
  expect(await model.getAuthorizationCode(forged)).toBeUndefined()
  expect(await model.getAuthorizationCode(code)).toBeDefined()
})
