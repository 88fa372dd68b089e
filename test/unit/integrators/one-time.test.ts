import { describe, expect, test } from 'vitest'
import { systemRandom } from '../../../shared/core/random.ts'
import { minutes, seconds } from '../../../shared/core/time.ts'
import { createBlindIndex } from '../../../shared/crypto/blind-index.ts'
import { createLinkTokens, type LinkToken } from '../../../shared/integrators/link-tokens.ts'
import { createPermissionRequests, type PermissionRequest } from '../../../shared/integrators/permission-requests.ts'
import type { OneTimeStore, Versioned } from '../../../shared/integrators/ports.ts'
import { createReconnectLinks } from '../../../shared/integrators/reconnect-links.ts'
import { createStillClock } from '../../support/crypto.ts'
import { FLOWAGENT } from '../../support/oauth.ts'

/** What is kept by `idOf`, and what was asked for. */
function createStore<Value>(idOf: (value: Value) => string) {
  const rows = new Map<string, Versioned<Value>>()
  const asked: string[] = []
  const store: OneTimeStore<Value> = {
    insert: async (value) => void rows.set(idOf(value), { value, etag: '1' }),
    async find(id) {
      asked.push(id)
      return rows.get(id)
    },
    take: async ({ value }) => rows.delete(idOf(value)),
  }
  return { store, asked }
}

const disguised = (id: string) => [
  `x${id}`,
  `${id}x`,
  `${id}\n`,
  id.slice(1),
  id.slice(0, -1),
  id.replace(/.$/, '+'),
  '',
]

describe('a link token', () => {
  const start = () => {
    const clock = createStillClock()
    const { store, asked } = createStore<LinkToken>(({ token }) => token)
    return { clock, asked, tokens: createLinkTokens({ store, clock, random: systemRandom }) }
  }

  test('is good for its integrator for five minutes, and once', async () => {
    const { tokens, clock } = start()
    const token = await tokens.issue('planner')
    expect(token).toMatch(/^fas_lt_[\w-]{43}$/)
    clock.advance(seconds(299.999))
    expect(await tokens.isGood(token, 'planner')).toBe(true)
    expect([await tokens.isGood(token, 'other'), await tokens.take(token, 'other')]).toEqual([false, false])
    expect([await tokens.take(token, 'planner'), await tokens.take(token, 'planner')]).toEqual([true, false])
    expect(await tokens.isGood(token, 'planner')).toBe(false)
    const late = await tokens.issue('planner')
    clock.advance(minutes(5))
    expect([await tokens.isGood(late, 'planner'), await tokens.take(late, 'planner')]).toEqual([false, false])
  })

  test('in another form is not even looked for', async () => {
    const { tokens, asked } = start()
    for (const text of disguised(await tokens.issue('planner')))
      expect(await tokens.isGood(text, 'planner')).toBe(false)
    expect(asked).toEqual([])
  })
})

describe('a question for a permission', () => {
  const asked = { account: 'acc_1', calendars: ['a'], clientId: 'planner', redirectUri: 'https://x.example' }
  const over = { code: 'PERMISSION_LINK_OVER' }

  test('waits behind its link for an hour, and behind no other', async () => {
    const clock = createStillClock()
    const kept = createStore<PermissionRequest>(({ id }) => id)
    const requests = createPermissionRequests({ store: kept.store, clock, random: systemRandom })
    const id = await requests.ask(asked)
    const expiresAt = clock.now() + minutes(60)
    for (const text of disguised(id)) await expect(requests.find(text)).rejects.toMatchObject(over)
    expect(kept.asked).toEqual([])
    await expect(requests.find('x'.repeat(43))).rejects.toMatchObject(over)
    clock.advance(minutes(59.99))
    expect(await requests.find(id)).toEqual({ ...asked, id, expiresAt })
    clock.advance(minutes(0.01))
    await expect(requests.find(id)).rejects.toMatchObject(over)
  })
})

describe('a link to connect again', () => {
  const said = { account: `acc_${'a'.repeat(22)}`, clientId: 'flowagent' }
  const over = { code: 'RECONNECT_LINK_OVER' }
  const start = () => {
    const state = { isKnown: true, isAllowed: true, isRegistered: true }
    const links = createReconnectLinks({
      blind: createBlindIndex(Buffer.alloc(32, 3)),
      integrators: { find: async (id) => (id === 'flowagent' && state.isRegistered ? FLOWAGENT : undefined) },
      grants: { allowed: async () => (state.isAllowed ? { scopes: [], unrestricted: false } : undefined) },
      isKnown: async (account) => account === said.account && state.isKnown,
    })
    return { state, links }
  }

  test('leads to the account and the integrator it was issued for', async () => {
    const { links } = start()
    const link = links.issue(said)
    expect(link).toMatch(/^a{22}[\w-]{43}[\w-]+$/)
    expect(await links.find(link)).toEqual({ account: said.account, integrator: FLOWAGENT })
    expect(await links.check(said)).toBe(FLOWAGENT)
  })

  test('in another form, for another account or another integrator is over', async () => {
    const { links } = start()
    const link = links.issue(said)
    const other = Buffer.from('planner').toString('base64url')
    const changed = [`b${link.slice(1)}`, `${link.slice(0, 65)}${other}`, link.replace(/^(.{30})./, '$1_'), `${link}!`]
    for (const text of [...changed, ...disguised(link)]) await expect(links.find(text)).rejects.toMatchObject(over)
  })

  test.each(['isKnown', 'isAllowed', 'isRegistered'] as const)('is over when %s no more', async (part) => {
    const { links, state } = start()
    state[part] = false
    await expect(links.find(links.issue(said))).rejects.toMatchObject(over)
    await expect(links.check(said)).rejects.toMatchObject(over)
  })
})
