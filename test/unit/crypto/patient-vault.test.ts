import { expect, test } from 'vitest'
import { SyncError } from '../../../shared/core/errors.ts'
import type { Random } from '../../../shared/core/random.ts'
import { seconds } from '../../../shared/core/time.ts'
import { aroundVault } from '../../../shared/crypto/around-vault.ts'
import { patientVault } from '../../../shared/crypto/patient-vault.ts'
import { createStillClock } from '../../support/crypto.ts'
import { createMemoryVault } from '../../support/memory-vault.ts'

/** Bytes that make the longest, or the shortest, of the waits there can be. */
const always = (byte: number): Random => ({ bytes: (count) => new Uint8Array(count).fill(byte) })

function start(random: Random, retryAfterMs?: number) {
  const clock = createStillClock()
  const memory = createMemoryVault({ modulusLength: 1024 })
  let failing = true
  let asked = 0
  const failure = () =>
    new SyncError('VAULT_UNAVAILABLE', 'away', { ...(retryAfterMs !== undefined && { retryAfterMs }) })
  const counted = aroundVault(memory, (_, send) => {
    asked += 1
    return failing ? Promise.reject(failure()) : send()
  })
  const vault = patientVault(counted, { clock, random })
  const tries = async (send: () => Promise<unknown> = () => vault.current()) => {
    const before = asked
    await send().catch(() => undefined)
    return asked - before
  }
  return { vault, clock, tries, heal: () => (failing = false), isAway: (away: boolean) => (failing = away) }
}

/** How long the vault is left alone after each of eight failures, in seconds. */
async function waits(random: Random, retryAfterMs?: number): Promise<number[]> {
  const { clock, tries } = start(random, retryAfterMs)
  await tries()
  const seen: number[] = []
  for (let failure = 0; failure < 8; failure++) {
    let waited = 0
    for (; (await tries()) === 0; waited += 100) clock.advance(seconds(0.1))
    seen.push(waited / 1000)
  }
  return seen
}

test('K4: the wait after a failure doubles from five seconds to a minute, less up to half of it by chance', async () => {
  expect(await waits(always(255))).toEqual([5, 10, 20, 40, 60, 60, 60, 60])
  expect(await waits(always(0))).toEqual([2.5, 5, 10, 20, 30, 30, 30, 30])
})

test('K4: a vault that asks for more time gets it, up to a minute', async () => {
  expect((await waits(always(0), 20_000)).slice(0, 5)).toEqual([20, 20, 20, 20, 30])
  expect((await waits(always(0), 600_000))[0]).toBe(60)
})

test('K4: meanwhile it fails at once, and tells how long it will', async () => {
  const { vault, clock } = start(always(255))
  await expect(vault.current()).rejects.toThrow('away')
  clock.advance(seconds(2))
  await expect(vault.current()).rejects.toMatchObject({ code: 'VAULT_UNAVAILABLE', retryAfterMs: 3000 })
})

test('K4: a success ends the waiting, and the next failure starts with the short wait again', async () => {
  const { vault, clock, tries, isAway } = start(always(255))
  await tries()
  clock.advance(seconds(5))
  await tries()
  clock.advance(seconds(10))
  isAway(false)
  await expect(vault.current()).resolves.toBeDefined()
  isAway(true)
  expect(await tries()).toBe(1)
  clock.advance(seconds(5))
  expect(await tries()).toBe(1)
})

test('K4: each operation, and each version of a key, is left alone for itself', async () => {
  const { vault, tries } = start(always(255))
  const bytes = new Uint8Array(8)
  const operations: (() => Promise<unknown>)[] = [
    () => vault.wrap(bytes),
    () => vault.unwrap('wrapping-key/1', bytes),
    () => vault.unwrap('wrapping-key/2', bytes),
    () => vault.sign(bytes),
    () => vault.verify('signing-key/1', bytes, bytes),
    () => vault.verify('signing-key/2', bytes, bytes),
    () => vault.current(),
  ]
  for (const operation of operations) expect([await tries(operation), await tries(operation)]).toEqual([1, 0])
})

test('K4: what is not the vault being away is passed on and remembered by nobody', async () => {
  const clock = createStillClock()
  const refusing = { ...createMemoryVault({ modulusLength: 1024 }) }
  let asked = 0
  refusing.current = () => {
    asked += 1
    return Promise.reject(new SyncError('KEY_RECORD_FORGED', 'foreign'))
  }
  const vault = patientVault(refusing, { clock, random: always(0) })
  for (let round = 0; round < 2; round++) await expect(vault.current()).rejects.toThrow('foreign')
  expect(asked).toBe(2)
})

test('a vault that is well answers through it', async () => {
  const { vault, heal } = start(always(0))
  heal()
  const { keyId, wrapped } = await vault.wrap(Buffer.alloc(32, 1))
  expect(Buffer.from(await vault.unwrap(keyId, wrapped))).toEqual(Buffer.alloc(32, 1))
  const { keyId: signer, signature } = await vault.sign(Buffer.from('x'))
  expect(await vault.verify(signer, Buffer.from('x'), signature)).toBe(true)
  expect(await vault.verify(signer, Buffer.from('y'), signature)).toBe(false)
})
