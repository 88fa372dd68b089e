import { constants, publicEncrypt, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { systemRandom } from '../../../shared/core/random.ts'
import { SILENT } from '../../../shared/core/telemetry.ts'
import { minutes } from '../../../shared/core/time.ts'
import { createAccountKeys } from '../../../shared/crypto/account-keys.ts'
import { shardOf } from '../../../shared/crypto/key-id.ts'
import type { KeyRing } from '../../../shared/crypto/key-ring.ts'
import type { KeyOwner, Vault } from '../../../shared/crypto/ports.ts'
import type { VaultKeys } from '../../../shared/crypto/vault-keys.ts'
import type { Properties } from '../../../shared/storage/table.ts'
import { createKeyWorld, type KeyWorld } from '../../support/crypto.ts'

const address = { table: 'accounts', partitionKey: 'p', rowKey: 'r' }
const owner = (account: string): KeyOwner => ({ kind: 'account', account })
const seal = ({ envelope }: KeyRing, account: string) =>
  envelope.seal(owner(account), address, 1, Buffer.from('content'))
const open = async ({ envelope }: KeyRing, account: string, sealed: Uint8Array) =>
  Buffer.from(await envelope.open(owner(account), address, 1, sealed)).toString()

function sameShardAs(account: string): string {
  const names = Array.from({ length: 1000 }, (_, index) => `thief-${index}`)
  return names.find((name) => shardOf(name) === shardOf(account)) ?? ''
}

const recordOf = ({ tables }: KeyWorld): Properties =>
  tables.rows('keys').find(({ rowKey }) => rowKey === 'keys')?.properties ?? {}

const replaceRecord = (world: KeyWorld, change: Properties): void =>
  world.tables.overwrite('keys', {
    ...{ partitionKey: 'records', rowKey: 'keys' },
    properties: { ...recordOf(world), ...change },
  })

test('K3: a bundle key that an attacker wrapped with the public key is refused', async () => {
  const world = createKeyWorld()
  await world.instance().envelope.ensureAccountKey('account')
  const oaep = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }
  const wrapped = publicEncrypt({ key: world.vault.wrappingPublicKey, ...oaep }, randomBytes(32))
  replaceRecord(world, { wrapped })
  const before = world.vault.operations.unwrap
  await expect(seal(world.instance(), 'account')).rejects.toMatchObject({ code: 'KEY_RECORD_FORGED' })
  expect(world.vault.operations.unwrap).toBe(before)
})

test.each([
  { field: 'keyId', value: new Uint8Array(16) },
  { field: 'keyId', value: new Uint8Array(15) },
  { field: 'wrappingKeyId', value: 'wrapping-key/2' },
  { field: 'signingKeyId', value: 'signing-key/2' },
  { field: 'signingKeyId', value: 'wrapping-key/1' },
  { field: 'signature', value: new Uint8Array(256) },
  { field: 'signature', value: new Uint8Array(0) },
  { field: 'recordVersion', value: 2 },
  { field: 'wrapped', value: 'text' },
  { field: 'sealed', value: new Uint8Array(0) },
  { field: 'sealed', value: new Uint8Array(3219) },
])('K3: a key record with another $field ($value) is refused', async ({ field, value }) => {
  const world = createKeyWorld()
  await world.instance().envelope.ensureAccountKey('account')
  replaceRecord(world, { [field]: value })
  await expect(seal(world.instance(), 'account')).rejects.toMatchObject({ code: 'KEY_RECORD_FORGED' })
})

test('K3: a bundle that an attacker sealed and wrapped, with the public keys and no signature of the vault, is refused', async () => {
  const [world, other] = [createKeyWorld(), createKeyWorld()]
  for (const one of [world, other]) await one.instance().envelope.ensureAccountKey('account')
  const { signature: _, ...forged } = recordOf(other)
  replaceRecord(world, forged)
  await expect(seal(world.instance(), 'account')).rejects.toMatchObject({ code: 'KEY_RECORD_FORGED' })
})

test('K3: a record of another environment of the same vault is refused', async () => {
  const world = createKeyWorld()
  const staging: KeyOwner = { kind: 'service' }
  await expect(
    world.instance({ environment: 'staging' }).envelope.seal(staging, address, 1, Buffer.from('x')),
  ).resolves.toBeDefined()
  await expect(world.instance({ environment: 'production' }).blindIndex()).rejects.toMatchObject({
    code: 'KEY_RECORD_FORGED',
  })
})

test('K3: an account key of another environment under the same shard key is refused', async () => {
  const { clock, tables } = createKeyWorld()
  const shardKey = { id: randomBytes(16), secret: randomBytes(32) }
  const vaultKeys: VaultKeys = { useShard: async (_, work) => work(shardKey), root: async () => shardKey }
  const dependencies = { table: tables.table('keys'), vaultKeys, clock, telemetry: SILENT, random: systemRandom }
  await createAccountKeys({ environment: 'staging', ...dependencies }).ensure('account')
  const production = createAccountKeys({ environment: 'production', ...dependencies })
  await expect(production.useNewest('account', () => 'used')).rejects.toMatchObject({ code: 'KEY_RECORD_FORGED' })
})

test('K3: an account key moved to another account of its shard, or damaged, is refused', async () => {
  const world = createKeyWorld()
  await world.instance().envelope.ensureAccountKey('account')
  const row = world.tables.rows('keys').find(({ partitionKey }) => partitionKey === 'account')
  const { rowKey = '', properties = {} } = row ?? {}
  const thief = sameShardAs('account')
  world.tables.overwrite('keys', { partitionKey: thief, rowKey, properties })
  await expect(seal(world.instance(), thief)).rejects.toMatchObject({ code: 'KEY_RECORD_FORGED' })
  for (const change of [
    { sealed: randomBytes(131) },
    { id: randomBytes(16) },
    { id: randomBytes(3) },
    { id: 'text' },
    { madeAt: 1 },
    { madeAt: 'text' },
  ]) {
    world.tables.overwrite('keys', { partitionKey: 'account', rowKey, properties: { ...properties, ...change } })
    await expect(seal(world.instance(), 'account')).rejects.toMatchObject({ code: 'KEY_RECORD_FORGED' })
  }
})

test('instances that make the same keys at once end with the same keys', async () => {
  const world = createKeyWorld()
  const rings = Array.from({ length: 8 }, () => world.instance())
  await Promise.all(rings.map(({ envelope }) => envelope.ensureAccountKey('account')))
  const indexes = await Promise.all(rings.map((ring) => ring.blindIndex()))
  const sealed = await Promise.all(rings.map((ring) => seal(ring, 'account')))
  for (const ring of [...rings, world.instance()]) {
    for (const one of sealed) expect(await open(ring, 'account', one)).toBe('content')
  }
  expect(new Set(indexes.map((index) => index.token('event', 'id'))).size).toBe(1)
})

test('instances that make the same key records at once end with the same keys', async () => {
  const world = createKeyWorld()
  const rings = Array.from({ length: 8 }, () => world.instance())
  const indexes = await Promise.all(rings.map((ring) => ring.blindIndex()))
  expect(new Set(indexes.map((index) => index.token('event', 'id'))).size).toBe(1)
  const service: KeyOwner = { kind: 'service' }
  const sealed = await Promise.all(rings.map(({ envelope }) => envelope.seal(service, address, 1, Buffer.from('x'))))
  for (const one of sealed)
    await expect(world.instance().envelope.open(service, address, 1, one)).resolves.toBeDefined()
})

test('K4: while the vault is away known keys work until their time is up, then nothing does', async () => {
  const world = createKeyWorld()
  const ring = world.instance()
  await ring.envelope.ensureAccountKey('account')
  const sealed = await seal(ring, 'account')
  world.vault.away = true
  world.clock.advance(minutes(59))
  expect(await open(ring, 'account', sealed)).toBe('content')
  world.clock.advance(minutes(1))
  await expect(open(ring, 'account', sealed)).rejects.toMatchObject({ code: 'VAULT_UNAVAILABLE' })
  await expect(seal(ring, 'account')).rejects.toMatchObject({ code: 'VAULT_UNAVAILABLE' })
  world.vault.away = false
  expect(await open(ring, 'account', sealed)).toBe('content')
})

test('a failure of the vault is not remembered, for the blind index neither', async () => {
  const world = createKeyWorld()
  const ring = world.instance()
  world.vault.away = true
  await expect(ring.blindIndex()).rejects.toMatchObject({ code: 'VAULT_UNAVAILABLE' })
  await expect(ring.envelope.ensureAccountKey('account')).rejects.toMatchObject({ code: 'VAULT_UNAVAILABLE' })
  world.vault.away = false
  await ring.envelope.ensureAccountKey('account')
  await expect(ring.blindIndex()).resolves.toBeDefined()
})

test('callers that need the same key at once share one load', async () => {
  const world = createKeyWorld()
  await world.instance().envelope.ensureAccountKey('account')
  const ring = world.instance()
  world.counters.pages = 0
  await Promise.all(Array.from({ length: 100 }, () => seal(ring, 'account')))
  expect(world.counters.pages).toBe(1)
  expect(world.vault.operations.unwrap).toBe(1)
})

test('the blind index asks neither vault nor tables once it is there', async () => {
  const world = createKeyWorld()
  const ring = world.instance()
  await ring.blindIndex()
  world.vault.away = true
  const before = { ...world.counters }
  world.clock.advance(minutes(600))
  const index = await ring.blindIndex()
  index.mac('client-state', 'account', 'calendar')
  expect(world.counters).toEqual(before)
})

test('a key record that is lost is reported and not made again', async () => {
  const world = createKeyWorld()
  const ring = world.instance()
  await ring.envelope.ensureAccountKey('account')
  await world.tables.table('keys').commit('records', [{ kind: 'delete', rowKey: 'keys' }])
  await expect(world.instance().blindIndex()).rejects.toMatchObject({ code: 'KEY_MISSING' })
  await expect(seal(world.instance(), 'account')).rejects.toMatchObject({ code: 'KEY_MISSING' })
  expect(recordOf(world)).toEqual({})
})

test('K7: an erased account is sealed and opened no more, by other instances once their key is 60 seconds old', async () => {
  const world = createKeyWorld()
  const [ring, other] = [world.instance(), world.instance()]
  await ring.envelope.ensureAccountKey('account')
  const sealed = await seal(other, 'account')
  await ring.envelope.eraseAccountKey('account')
  await ring.envelope.eraseAccountKey('account')
  await expect(open(ring, 'account', sealed)).rejects.toMatchObject({ code: 'KEY_MISSING' })
  world.clock.advance(minutes(1))
  await expect(open(other, 'account', sealed)).rejects.toMatchObject({ code: 'KEY_MISSING' })
  expect(world.tables.rows('keys').filter(({ partitionKey }) => partitionKey === 'account')).toEqual([])
})

test('G9: after a new connection the new key is found at once, and what the old one sealed stays closed', async () => {
  const world = createKeyWorld()
  const [ring, other] = [world.instance(), world.instance()]
  await ring.envelope.ensureAccountKey('account')
  const before = await seal(other, 'account')
  await ring.envelope.eraseAccountKey('account')
  await ring.envelope.ensureAccountKey('account')
  expect(await open(other, 'account', await seal(ring, 'account'))).toBe('content')
  expect(await open(ring, 'account', await seal(other, 'account'))).toBe('content')
  await expect(open(other, 'account', before)).rejects.toMatchObject({ code: 'ROW_CORRUPT' })
})

test('an account that has a key keeps it', async () => {
  const world = createKeyWorld()
  const ring = world.instance()
  await ring.envelope.ensureAccountKey('account')
  const sealed = await seal(ring, 'account')
  await Promise.all([world.instance(), ring].map(({ envelope }) => envelope.ensureAccountKey('account')))
  expect(await open(world.instance(), 'account', sealed)).toBe('content')
})

test('an unwrapped secret of another length than ours is refused', async () => {
  const world = createKeyWorld()
  await world.instance().envelope.ensureAccountKey('account')
  const short: Vault = { ...world.vault, unwrap: async () => new Uint8Array(16) }
  await expect(seal(world.instance({ vault: short }), 'account')).rejects.toMatchObject({ code: 'KEY_RECORD_FORGED' })
})
