import { beforeEach, describe, expect, test } from 'vitest'
import { SyncError } from '../../../shared/core/errors.ts'
import { minutes } from '../../../shared/core/time.ts'
import { CONSENT, createGrantWorld } from '../../support/grants.ts'

let world: ReturnType<typeof createGrantWorld>
beforeEach(() => {
  world = createGrantWorld()
})

describe('issuing', () => {
  test('again what was issued already is the same answer', async () => {
    const { clock, store, grants, redemptionOf, issuing } = world
    const code = await grants.issueCode(CONSENT)
    const redemption = await redemptionOf('code', code)
    const { nextToken, issue } = issuing
    const pair = { accessToken: nextToken('access', redemption), refreshToken: nextToken('refresh', redemption) }
    const first = await issue(pair, redemption)
    expect(first).toMatchObject({ ...pair, accessExpiresAt: clock.now() + minutes(60) })
    clock.advance(minutes(1))
    // The answer got lost, and so did what was read before it.
    expect(await issue(pair, redemption)).toEqual(first)
    expect(await issue(pair, await redemptionOf('code', code))).toEqual(first)
    const other = { ...pair, refreshToken: nextToken('refresh', redemption) }
    await expect(issue(other, redemption)).rejects.toMatchObject({ code: 'ROW_CHANGED' })
    store.rows.clear()
    await expect(issue(pair, redemption)).rejects.toThrow('the grant has ended')
  })

  test('that fails in the store fails, also where it is not known whether it failed', async () => {
    const { store, grants, redemptionOf, issuing } = world
    const redemption = await redemptionOf('code', await grants.issueCode(CONSENT))
    const { nextToken, issue } = issuing
    const pair = { accessToken: nextToken('access', redemption), refreshToken: nextToken('refresh', redemption) }
    for (const code of ['STORAGE_UNAVAILABLE', 'OUTCOME_UNKNOWN'] as const) {
      store.before = () => Promise.reject(new SyncError(code, 'x'))
      await expect(issue(pair, redemption)).rejects.toMatchObject({ code })
    }
    store.before = async () => {
      store.rows.clear()
      throw new SyncError('STORAGE_UNAVAILABLE', 'x')
    }
    await expect(issue(pair, redemption)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
    await expect(issue({ ...pair, accessToken: 'nonsense' }, redemption)).rejects.toThrow('does not parse')
  })

  test('tokens of a code is left to chance, and those of a refresh token follow from it', async () => {
    const { grants, redemptionOf, connected, issuing } = world
    const fresh = await redemptionOf('code', await grants.issueCode(CONSENT))
    const { nextToken } = issuing
    expect(nextToken('access', fresh)).not.toBe(nextToken('access', fresh))
    const { refreshToken } = await connected()
    const again = await redemptionOf('refresh', refreshToken)
    expect(nextToken('access', again)).toBe(nextToken('access', again))
    expect(nextToken('refresh', again).slice(51)).not.toBe(nextToken('access', again).slice(51))
  })
})
