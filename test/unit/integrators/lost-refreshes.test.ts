import { describe, expect, test } from 'vitest'
import { days, type EpochMs, epochMs, hours, later, seconds } from '../../../shared/core/time.ts'
import { type Grant, refreshedAt } from '../../../shared/integrators/grant.ts'
import { withLostRefreshes } from '../../../shared/integrators/lost-refreshes.ts'
import type { Token, TokenSecrets } from '../../../shared/integrators/token.ts'
import {
  createOAuthWorld,
  form,
  isLive,
  issueCode,
  type OAuthWorld,
  PLANNER,
  redemption,
  refreshing,
  refused,
  tokens,
} from '../../support/oauth.ts'

async function refreshed(world: OAuthWorld, refresh: string, times: number): Promise<string[]> {
  const all = [refresh]
  for (let time = 0; time < times; time++) {
    world.clock.advance(hours(1))
    all.push((await tokens(world, refreshing(all.at(-1) ?? ''))).body['refresh_token'] ?? '')
  }
  return all
}

/** A grant that was refreshed `before` times when it was backed up, `after` times since, and then restored. */
async function restored(world: OAuthWorld, { before = 2, after = 3, restoredAt = undefined as EpochMs | undefined }) {
  const { body } = await tokens(world, redemption(await issueCode(world)))
  const first = await refreshed(world, body['refresh_token'] ?? '', before)
  const putBack = world.tables.backup('oauth')
  const then = await refreshed(world, first.at(-1) ?? '', after)
  world.clock.advance(hours(1))
  putBack()
  world.restored.at = restoredAt ?? world.clock.now()
  return { first, then }
}

test.each([1, 3, 24 * 7])(
  'K7: a refresh token that was issued after the backup is good, %i refreshes later',
  async (after) => {
    const world = await createOAuthWorld()
    const { then } = await restored(world, { after })
    const { status, body } = await tokens(world, refreshing(then.at(-1) ?? ''))
    expect(status).toBe(200)
    expect(await isLive(world, body['access_token'] ?? '')).toBe(true)
    world.clock.advance(hours(1))
    expect((await tokens(world, refreshing(body['refresh_token'] ?? ''))).status).toBe(200)
  },
)

test('K7: so is the one that the backup knows, and an answer that was lost is given again', async () => {
  const world = await createOAuthWorld()
  const { then } = await restored(world, {})
  const answers = await Promise.all([1, 2, 3].map(() => tokens(world, refreshing(then.at(-1) ?? ''))))
  expect(new Set(answers.map(({ body }) => body['refresh_token'])).size).toBe(1)
  const other = await createOAuthWorld()
  const { first } = await restored(other, {})
  expect((await tokens(other, refreshing(first.at(-1) ?? ''))).status).toBe(200)
})

test('O6: of two that hold tokens of one grant after a restore, the second ends it', async () => {
  const world = await createOAuthWorld()
  const { then } = await restored(world, {})
  const stolen = await tokens(world, refreshing(then.at(-2) ?? ''))
  expect(stolen.status).toBe(200)
  world.clock.advance(hours(1))
  expect((await tokens(world, refreshing(stolen.body['refresh_token'] ?? ''))).status).toBe(200)
  world.clock.advance(hours(1))
  expect(await tokens(world, refreshing(then.at(-1) ?? ''))).toEqual(refused('invalid_grant'))
  expect(await tokens(world, refreshing(stolen.body['refresh_token'] ?? ''))).toEqual(refused('invalid_grant'))
})

test.each([
  { what: 'is older than the backup', token: 'before' },
  { what: 'somebody has made up', token: 'foreign' },
])('O6: one that $what ends the grant', async ({ token }) => {
  const world = await createOAuthWorld()
  const { first, then } = await restored(world, {})
  const foreign = `${(then.at(-1) ?? '').slice(0, -43)}${'x'.repeat(43)}`
  const presented = token === 'before' ? (first[0] ?? '') : foreign
  expect(await tokens(world, refreshing(presented))).toEqual(refused('invalid_grant'))
  expect(await tokens(world, refreshing(then.at(-1) ?? ''))).toEqual(refused('invalid_grant'))
})

test('O6: a grant that was refreshed after the restore knows its tokens', async () => {
  const world = await createOAuthWorld()
  const { then } = await restored(world, { restoredAt: epochMs(world.clock.now()) })
  expect(await tokens(world, refreshing(then.at(-1) ?? ''))).toEqual(refused('invalid_grant'))
})

test('a token of another integrator is nobody’s, and ends nothing', async () => {
  const world = await createOAuthWorld()
  const { then } = await restored(world, {})
  expect(await tokens(world, refreshing(then.at(-1) ?? '', PLANNER))).toEqual(refused('invalid_grant'))
  expect((await tokens(world, refreshing(then.at(-1) ?? ''))).status).toBe(200)
})

test('whoever idles longer than a refresh token lives has to consent again, also after a restore', async () => {
  const world = await createOAuthWorld()
  const { then } = await restored(world, {})
  world.clock.advance(days(30))
  expect(await tokens(world, refreshing(then.at(-1) ?? ''))).toEqual(refused('invalid_grant'))
})

test('a grant is revoked with a token that was issued after the backup', async () => {
  const world = await createOAuthWorld()
  const { then } = await restored(world, {})
  const { refresh_token: token = '', grant_type: _, ...client } = refreshing(then.at(-1) ?? '')
  await world.oauth.revoke(form('/oauth/revoke', { ...client, token }))
  expect(world.revoked).toHaveLength(1)
  expect(await tokens(world, refreshing(then.at(-1) ?? ''))).toEqual(refused('invalid_grant'))
})

describe('a token that follows the stored one', () => {
  const ref = { account: 'acc_1', id: 'grant' }
  const secrets: TokenSecrets = {
    hash: (_kind, { secret }) => `hash of ${secret}`,
    successor: (_kind, _ref, hash) => `after ${hash.length}`,
  }
  const refresh = { hash: '0', idleUntil: later(epochMs(0), days(400)) }
  const grant = { refresh } as Grant
  const next: Token = { ref, secret: 'after 1' }
  const found = (restored: EpochMs | undefined, one = grant) =>
    withLostRefreshes({ secrets, restoredAt: () => restored }, one, next)
  const issued = refreshedAt(refresh)

  test('is the live one where a restore came after the stored one was issued', () => {
    const live = { refresh: { hash: 'hash of after 1', idleUntil: refresh.idleUntil } }
    expect(found(later(issued, seconds(1)))).toEqual(live)
  })

  test('is not where it came before or with it, or there was none, or there is nothing to follow', () => {
    expect(found(issued)).toBe(grant)
    expect(found(epochMs(issued - 1))).toBe(grant)
    expect(found(undefined)).toBe(grant)
    const without = { ...grant, refresh: undefined }
    expect(found(later(issued, seconds(1)), without)).toBe(without)
  })

  test.each([
    [1_000, true],
    [1_001, false],
  ])('after %i refreshes that were lost: %s', (lost, isLive) => {
    const counting: TokenSecrets = {
      hash: (_kind, { secret }) => secret,
      successor: (_kind, _ref, hash) => `${Number(hash) + 1}`,
    }
    const restoredAt = () => later(issued, seconds(1))
    const after = withLostRefreshes({ secrets: counting, restoredAt }, grant, { ref, secret: `${lost}` })
    expect(after.refresh?.hash).toBe(isLive ? `${lost}` : '0')
  })
})
