import { expect, test } from 'vitest'
import { minutes } from '../../../shared/core/time.ts'
import { createSecretCache } from '../../../shared/crypto/secret-cache.ts'
import { createStillClock } from '../../support/crypto.ts'

interface Secret {
  key: string
  wiped: boolean
}

function setUp(limit = 2) {
  const clock = createStillClock()
  const made: Secret[] = []
  const looks: boolean[] = []
  const cache = createSecretCache<Secret>({
    clock,
    limit,
    ttl: minutes(5),
    async load(key) {
      if (key === 'bad') throw new Error('not loaded')
      const secret = { key, wiped: false }
      made.push(secret)
      return secret
    },
    wipe(secret) {
      secret.wiped = true
    },
    looked: (isHere) => looks.push(isHere),
  })
  const wiped = () => made.filter((secret) => secret.wiped).map(({ key }) => key)
  const use = (key: string) => cache.use(key, (secret) => secret.wiped)
  return { clock, made, cache, wiped, use, looks }
}

test('the least recently used secret is wiped when there are too many', async () => {
  const { made, wiped, use } = setUp()
  for (const key of ['a', 'b', 'a', 'c']) await use(key)
  expect(wiped()).toEqual(['b'])
  await use('a')
  expect(made.map(({ key }) => key)).toEqual(['a', 'b', 'c'])
})

test('a secret is wiped and loaded again once its time is up', async () => {
  const { clock, made, wiped, use } = setUp()
  await use('a')
  clock.advance(minutes(4))
  await use('a')
  expect(made).toHaveLength(1)
  clock.advance(minutes(1))
  expect(await use('a')).toBe(false)
  expect(made).toHaveLength(2)
  expect(wiped()).toEqual(['a'])
})

test('a secret that nobody asks for any more is wiped when another comes after its time', async () => {
  const { clock, wiped, use } = setUp(100)
  await use('a')
  clock.advance(minutes(5))
  await use('b')
  expect(wiped()).toEqual(['a'])
})

test('a failed load fails those who wait and is tried again by the next', async () => {
  const { use } = setUp()
  await expect(Promise.all([use('bad'), use('bad')])).rejects.toThrow('not loaded')
  await expect(use('bad')).rejects.toThrow('not loaded')
})

test('a load that runs while its secret is dropped is not kept', async () => {
  const { cache, made, use } = setUp()
  const running = use('a')
  cache.drop('a')
  await running
  await use('a')
  expect(made).toHaveLength(2)
})

test('a secret that is wiped before its waiter runs is loaded again instead of being used', async () => {
  const { use } = setUp(1)
  const seen = await Promise.all(['a', 'b', 'c', 'a', 'b', 'c'].map((key) => use(key)))
  expect(seen).toEqual([false, false, false, false, false, false])
})

test('each look for a secret tells whether it was here', async () => {
  const { looks, use } = setUp()
  for (const key of ['a', 'a', 'b']) await use(key)
  expect(looks).toEqual([false, true, false])
})

test('a secret that was made here is used without a load, takes the place of one, and is wiped like one', async () => {
  const { cache, clock, made, use } = setUp()
  const own = { key: 'a', wiped: false }
  const running = use('a')
  cache.put('a', own)
  await running
  expect(await cache.use('a', ({ key }) => key)).toBe('a')
  expect(await cache.use('a', (secret) => secret === own)).toBe(true)
  expect(made).toHaveLength(1)
  clock.advance(minutes(5))
  await use('b')
  expect(own.wiped).toBe(true)
})

test('a load that is over does not end the one that was begun after a drop', async () => {
  const releases: (() => void)[] = []
  let loads = 0
  const cache = createSecretCache<object>({
    ...{ clock: createStillClock(), limit: 2, ttl: minutes(5), wipe: () => undefined },
    load: () => {
      loads += 1
      return new Promise((resolve) => releases.push(() => resolve({})))
    },
  })
  const uses = [cache.use('a', () => undefined)]
  cache.drop('a')
  uses.push(cache.use('a', () => undefined))
  releases[0]?.()
  await uses[0]
  uses.push(cache.use('a', () => undefined))
  expect(loads).toBe(2)
  releases[1]?.()
  await Promise.all(uses)
})
