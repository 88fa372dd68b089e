import { beforeEach, describe, expect, test } from 'vitest'
import { SyncError } from '../../../shared/core/errors.ts'
import { days, minutes, seconds } from '../../../shared/core/time.ts'
import { CONSENT, createGrantWorld } from '../../support/grants.ts'

let world: ReturnType<typeof createGrantWorld>
beforeEach(() => {
  world = createGrantWorld()
})

describe('a consent', () => {
  test('is recorded, with what it allows', async () => {
    const { trail, grants } = world
    await grants.issueCode({ ...CONSENT, scopes: ['read_events', 'create_event'], unrestricted: true })
    expect(trail).toEqual([
      {
        ...{ act: 'consented', actor: { kind: 'person' }, account: 'acc_1' },
        facts: { integrator: 'planner', scopes: 'read_events create_event', unrestricted: true },
      },
    ])
  })

  test('is kept as a grant whose code is good for a minute, under an account that nobody can read', async () => {
    const { clock, blind, grants, values } = world
    const code = await grants.issueCode({ ...CONSENT, challenge: 'c' })
    const [grant] = values()
    const now = clock.now()
    expect(grant).toMatchObject({ ...{ clientId: 'planner', accountId: 'acc_1', access: [], unrestrictedIn: [] } })
    expect(grant?.code).toMatchObject({
      redirectUri: 'https://x.example',
      challenge: 'c',
      expiresAt: now + seconds(60),
    })
    expect([grant?.endsAt, grant?.ref.account]).toEqual([now + days(180), blind.token('grant', 'acc_1')])
    expect(grant).not.toHaveProperty('redirectUri')
    expect(code).toContain(grant?.ref.id)
  })

  test('has the calendars that the same integrator was permitted before and still is', async () => {
    const { clock, grants, values, connected } = world
    await connected()
    await grants.permit('acc_1', 'planner', ['a', 'b'])
    await connected({ clientId: 'other' })
    await grants.permit('acc_1', 'other', ['c'])
    await connected()
    expect(values().map(({ unrestrictedIn }) => unrestrictedIn)).toEqual([['a', 'b'], ['c'], ['a', 'b']])
    clock.advance(days(30))
    await connected()
    expect(values().map(({ unrestrictedIn }) => unrestrictedIn)).toEqual([[]])
  })

  test('takes the place of what has ended, and of nothing else', async () => {
    const { clock, grants, values, connected } = world
    await grants.issueCode(CONSENT)
    await connected()
    clock.advance(minutes(2))
    await grants.issueCode(CONSENT)
    expect(values()).toHaveLength(2)
    expect(values().filter(({ refresh }) => refresh !== undefined)).toHaveLength(1)
  })
})

describe('what a person has allowed', () => {
  test('is the scopes of all grants of the integrator, each once, and whether any is unrestricted', async () => {
    const { grants, connected } = world
    expect(await grants.allowed('acc_1', 'planner')).toBeUndefined()
    await connected({ scopes: ['read_events', 'create_event'] })
    expect(await grants.allowed('acc_1', 'planner')).toMatchObject({ unrestricted: false })
    await connected({ scopes: ['create_event', 'delete_event'], unrestricted: true })
    await connected({ clientId: 'other', scopes: ['list_calendars'] })
    const scopes = ['read_events', 'create_event', 'delete_event']
    expect(await grants.allowed('acc_1', 'planner')).toEqual({ scopes, unrestricted: true })
    expect(await grants.allowed('acc_2', 'planner')).toBeUndefined()
  })

  test('is nothing while only a code was given, which is wanted all the same, for a minute', async () => {
    const { clock, grants } = world
    expect(await grants.wantedBy('acc_1')).toEqual(new Set())
    await grants.issueCode(CONSENT)
    expect(await grants.ofAccount('acc_1')).toEqual([])
    expect(await grants.wantedBy('acc_1')).toEqual(new Set([CONSENT.clientId]))
    clock.advance(seconds(60))
    expect(await grants.wantedBy('acc_1')).toEqual(new Set())
  })

  test('stays when a code is redeemed just as another sign-in finds it too old, by a clock that is ahead', async () => {
    const { clock, store, grants, tokensOf, values } = world
    const code = await grants.issueCode(CONSENT)
    clock.advance(seconds(60))
    store.before = () => tokensOf('code', code)
    await grants.issueCode({ ...CONSENT, clientId: 'other' })
    expect(values().map(({ clientId, refresh }) => [clientId, refresh !== undefined])).toEqual([
      ['planner', true],
      ['other', false],
    ])
  })

  test('is nothing any more when the integrator is removed', async () => {
    const { removed, grants, connected } = world
    const { accessToken } = await connected()
    expect(await grants.authenticate(accessToken)).toMatchObject({ clientId: 'planner' })
    removed.add('planner')
    expect(await grants.authenticate(accessToken)).toBeUndefined()
    expect([await grants.wantedBy('acc_1'), await grants.ofAccount('acc_1')]).toEqual([new Set(), []])
  })

  test('in calendars is recorded, added to what was allowed, and given to every grant', async () => {
    const { trail, grants, values, connected } = world
    expect(await grants.permit('acc_1', 'planner', ['a'])).toBe(false)
    expect(trail).toEqual([])
    for (let time = 0; time < 2; time++) await connected()
    expect(await grants.permit('acc_1', 'planner', ['a', 'b'])).toBe(true)
    expect(await grants.permit('acc_1', 'planner', ['b', 'c'])).toBe(true)
    expect(values().map(({ unrestrictedIn }) => unrestrictedIn)).toEqual([
      ['a', 'b', 'c'],
      ['a', 'b', 'c'],
    ])
  })

  test('in calendars goes on top of what a refresh writes meanwhile', async () => {
    const { store, trail, grants, tokensOf, values, connected } = world
    const { refreshToken } = await connected()
    trail.splice(0)
    store.before = () => tokensOf('refresh', refreshToken)
    await grants.permit('acc_1', 'planner', ['a'])
    expect(values()).toMatchObject([{ unrestrictedIn: ['a'], refresh: { previous: {} } }])
    const facts = { integrator: 'planner', calendars: 1 }
    expect(trail).toEqual([{ act: 'permitted', actor: { kind: 'person' }, account: 'acc_1', facts }])
  })

  test('in calendars is nothing for a grant that ends meanwhile, and fails where the store does', async () => {
    const { store, grants, values, connected } = world
    await connected()
    store.before = async () => store.rows.clear()
    expect(await grants.permit('acc_1', 'planner', ['a'])).toBe(true)
    expect(values()).toEqual([])
    await connected()
    store.before = () => Promise.reject(new SyncError('STORAGE_UNAVAILABLE', 'away'))
    await expect(grants.permit('acc_1', 'planner', ['a'])).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
  })
})

describe('a token', () => {
  test('of access is good for an hour, and no other is', async () => {
    const { clock, grants, connected } = world
    const { accessToken, refreshToken } = await connected()
    for (const other of [refreshToken, `${accessToken.slice(0, -1)}_`, '']) {
      expect(await grants.authenticate(other)).toBeUndefined()
    }
    clock.advance(minutes(59))
    expect(await grants.authenticate(accessToken)).toBeDefined()
    clock.advance(minutes(1))
    expect(await grants.authenticate(accessToken)).toBeUndefined()
  })

  test.each(['access', 'refresh', 'previous'] as const)(
    'of the kind %s ends its grant, which is recorded',
    async (kind) => {
      const { trail, grants, tokensOf, values, connected } = world
      const first = await connected()
      const then = await tokensOf('refresh', first.refreshToken)
      const token = { access: then.accessToken, refresh: then.refreshToken, previous: first.refreshToken }[kind]
      trail.splice(0)
      for (const wrong of [`${token.slice(0, -1)}_`, 'x'])
        expect(await grants.revokeToken('planner', wrong)).toBeUndefined()
      expect(await grants.revokeToken('other', token)).toBeUndefined()
      expect([values().length, trail.length]).toEqual([1, 0])
      expect(await grants.revokeToken('planner', token)).toBe('acc_1')
      const facts = { integrator: 'planner', reason: undefined }
      const by = { kind: 'integrator', id: 'planner' }
      expect(trail).toEqual([{ act: 'revoked', actor: by, account: 'acc_1', facts }])
      expect(values()).toEqual([])
    },
  )

  test('of refresh ends no grant that has none', async () => {
    const { grants, values } = world
    const code = await grants.issueCode(CONSENT)
    expect(await grants.revokeToken('planner', code.replace('fas_ac_', 'fas_rt_'))).toBeUndefined()
    expect(values()).toHaveLength(1)
  })
})

describe('an account', () => {
  test('is let go of by one integrator or by all, and each is recorded once', async () => {
    const { trail, grants, values, connected } = world
    for (const clientId of ['planner', 'planner', 'other']) await connected({ clientId })
    trail.splice(0)
    expect(await grants.revokeIntegrator('acc_1', 'planner', { kind: 'person' })).toBe(true)
    expect(trail).toMatchObject([{ act: 'revoked', actor: { kind: 'person' }, facts: { integrator: 'planner' } }])
    expect(values()).toMatchObject([{ clientId: 'other' }])
    trail.splice(0)
    expect(await grants.revokeIntegrator('acc_1', 'planner', { kind: 'person' })).toBe(false)
    expect(trail).toEqual([])
    await connected()
    trail.splice(0)
    expect(await grants.revokeIntegrator('acc_1', 'planner')).toBe(true)
    expect([values().length, trail]).toEqual([1, []])
    expect(await grants.revokeAccount('acc_1')).toBe(true)
    expect([values(), trail]).toEqual([[], []])
    expect(await grants.revokeAccount('acc_1')).toBe(false)
  })
})
