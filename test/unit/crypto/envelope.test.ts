import { beforeAll, expect, test } from 'vitest'
import { systemRandom } from '../../../shared/core/random.ts'
import { epochMs } from '../../../shared/core/time.ts'
import type { AccountKeys } from '../../../shared/crypto/account-keys.ts'
import { BOX_OVERHEAD, openBox, type SecretKey, sealBox } from '../../../shared/crypto/box.ts'
import { createEnvelope } from '../../../shared/crypto/envelope.ts'
import type { KeyRing } from '../../../shared/crypto/key-ring.ts'
import type { KeyOwner, RowAddress } from '../../../shared/crypto/ports.ts'
import type { VaultKeys } from '../../../shared/crypto/vault-keys.ts'
import { createKeyWorld } from '../../support/crypto.ts'

const account: KeyOwner = { kind: 'account', account: 'account-1' }
const service: KeyOwner = { kind: 'service' }
const address: RowAddress = { table: 'accounts', partitionKey: 'account-1', rowKey: 'head' }
const plaintext = Buffer.from('the subject of a meeting')

const world = createKeyWorld()
let ring: KeyRing
beforeAll(async () => {
  ring = world.instance()
  await ring.envelope.ensureAccountKey('account-1')
  await ring.envelope.ensureAccountKey('account-2')
})

const seal = (owner: KeyOwner = account, place = address, version = 1) =>
  ring.envelope.seal(owner, place, version, plaintext)

test.each([account, service])('a sealed row of the $kind opens at its place and tells nothing', async (owner) => {
  const sealed = await seal(owner)
  expect(Buffer.from(await ring.envelope.open(owner, address, 1, sealed))).toEqual(plaintext)
  expect(sealed.length).toBe(plaintext.length + BOX_OVERHEAD)
  expect(Buffer.from(sealed).includes('meeting')).toBe(false)
})

test('another instance opens what this one sealed', async () => {
  const opened = await world.instance().envelope.open(account, address, 1, await seal())
  expect(Buffer.from(opened)).toEqual(plaintext)
})

test.each([account, service])('K1: a change of any bit of a row of the $kind is noticed', async (owner) => {
  const sealed = await seal(owner)
  for (let bit = 0; bit < sealed.length * 8; bit += 1) {
    const damaged = Uint8Array.from(sealed)
    damaged[bit >> 3] = (sealed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    await expect(ring.envelope.open(owner, address, 1, damaged)).rejects.toMatchObject({ code: 'ROW_CORRUPT' })
  }
})

test('K1: a row cut short anywhere, or made longer, is noticed', async () => {
  const sealed = await seal()
  for (let length = 0; length < sealed.length; length += 1) {
    const opened = ring.envelope.open(account, address, 1, sealed.subarray(0, length))
    await expect(opened).rejects.toMatchObject({ code: 'ROW_CORRUPT' })
  }
  const longer = Buffer.concat([sealed, Buffer.alloc(1)])
  await expect(ring.envelope.open(account, address, 1, longer)).rejects.toMatchObject({ code: 'ROW_CORRUPT' })
})

const moves: { to: string; owner?: KeyOwner; place?: Partial<RowAddress>; version?: number }[] = [
  { to: 'table', place: { table: 'schedule' } },
  { to: 'partition', place: { partitionKey: 'account-2' } },
  { to: 'row key', place: { rowKey: 'other' } },
  { to: 'schema version', version: 2 },
  { to: 'account', owner: { kind: 'account', account: 'account-2' } },
  { to: 'owner', owner: service },
  { to: 'split of its keys', place: { partitionKey: 'account-1h', rowKey: 'ead' } },
]

test.each(moves)('K2: a row put under another $to does not open', async ({ owner = account, place, version = 1 }) => {
  const opened = ring.envelope.open(owner, { ...address, ...place }, version, await seal())
  await expect(opened).rejects.toMatchObject({ code: 'ROW_CORRUPT' })
})

test('K2: a row of the service does not open in another partition of the same shard', async () => {
  const partitionKey = 'client'
  const sealed = await seal(service, { ...address, partitionKey })
  for (let index = 0; index < 200; index += 1) {
    const moved = ring.envelope.open(service, { ...address, partitionKey: `${partitionKey}${index}` }, 1, sealed)
    await expect(moved).rejects.toMatchObject({ code: 'ROW_CORRUPT' })
  }
})

test('K2: rows and keys copied into another environment do not open', async () => {
  const other = world.instance({ environment: 'production' })
  const opened = other.envelope.open(account, address, 1, await seal())
  await expect(opened).rejects.toMatchObject({ code: 'KEY_RECORD_FORGED' })
})

test('K2: a row does not open in another environment that has the same keys', async () => {
  const key: SecretKey = { id: Buffer.alloc(16, 7), secret: Buffer.alloc(32, 9) }
  const accountKeys: AccountKeys = {
    useNewest: async (_, work) => work(key),
    use: async (_account, _keyId, work) => work(key),
    state: async () => ({ madeAt: epochMs(0), generation: 1, generations: 1 }),
    ensure: async () => undefined,
    renew: async () => undefined,
    dropBefore: async () => undefined,
    erase: async () => undefined,
  }
  const vaultKeys: VaultKeys = { useShard: async (_, work) => work(key), root: async () => key }
  const envelopeOf = (environment: string) =>
    createEnvelope({ environment, accountKeys, vaultKeys, random: systemRandom })
  const sealed = await envelopeOf('staging').seal(account, address, 1, plaintext)
  await expect(envelopeOf('staging').open(account, address, 1, sealed)).resolves.toBeDefined()
  const opened = envelopeOf('production').open(account, address, 1, sealed)
  await expect(opened).rejects.toMatchObject({ code: 'ROW_CORRUPT' })
})

test('an account without a key seals and opens nothing', async () => {
  const stranger: KeyOwner = { kind: 'account', account: 'nobody' }
  await expect(seal(stranger)).rejects.toMatchObject({ code: 'KEY_MISSING' })
  const opened = ring.envelope.open(stranger, address, 1, await seal())
  await expect(opened).rejects.toMatchObject({ code: 'KEY_MISSING' })
})

test('a box opens only under the key that committed to it', () => {
  const key = (secret: number): SecretKey => ({ id: Buffer.alloc(16, 7), secret: Buffer.alloc(32, secret) })
  const box = sealBox(key(1), systemRandom.bytes(32), Buffer.from('context'), plaintext)
  expect(Buffer.from(openBox(key(1), Buffer.from('context'), box))).toEqual(plaintext)
  expect(() => openBox(key(2), Buffer.from('context'), box)).toThrow(/commitment/)
})
