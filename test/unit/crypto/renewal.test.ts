import { beforeEach, expect, test } from 'vitest'
import { SyncError } from '../../../shared/core/errors.ts'
import { systemRandom } from '../../../shared/core/random.ts'
import { SILENT } from '../../../shared/core/telemetry.ts'
import { minutes, seconds } from '../../../shared/core/time.ts'
import { createAccountKeys } from '../../../shared/crypto/account-keys.ts'
import type { KeyRing } from '../../../shared/crypto/key-ring.ts'
import type { KeyOwner } from '../../../shared/crypto/ports.ts'
import type { VaultKeys } from '../../../shared/crypto/vault-keys.ts'
import type { StoredRow, Table } from '../../../shared/storage/table.ts'
import { createKeyWorld, type KeyWorld } from '../../support/crypto.ts'

const owner: KeyOwner = { kind: 'account', account: 'acc_1' }
const address = { table: 'accounts', partitionKey: 'acc_1', rowKey: 'r' }
const plaintext = Buffer.from('content')

let world: KeyWorld
let ring: KeyRing

beforeEach(async () => {
  world = createKeyWorld()
  ring = world.instance()
  await ring.envelope.ensureAccountKey('acc_1')
})

const keyRows = (): StoredRow[] => world.tables.rows('keys').filter(({ partitionKey }) => partitionKey === 'acc_1')
const generationOf = (sealed: Uint8Array): number => Buffer.from(sealed).readUInt32BE(5)
const opened = async (sealed: Uint8Array) => Buffer.from(await ring.envelope.open(owner, address, 1, sealed)).toString()

test('after a renewal the newest key seals, the older one opens, and the state tells both', async () => {
  const { envelope } = ring
  const madeAt = world.clock.now()
  expect(await envelope.accountKeyState('acc_1')).toEqual({ madeAt, generation: 1, generations: 1 })
  const old = await envelope.seal(owner, address, 1, plaintext)
  world.clock.advance(minutes(3))
  await envelope.renewAccountKey('acc_1')
  await envelope.renewAccountKey('acc_1')
  const state = { madeAt: world.clock.now(), generation: 3, generations: 3 }
  for (const one of [ring, world.instance()]) expect(await one.envelope.accountKeyState('acc_1')).toEqual(state)
  expect(generationOf(await envelope.seal(owner, address, 1, plaintext))).toBe(3)
  expect(await opened(old)).toBe('content')
})

test('a row is sealed again when its key is not the newest, and only then', async () => {
  const { envelope } = ring
  const old = await envelope.seal(owner, address, 1, plaintext)
  expect(await envelope.reseal(owner, address, 1, old)).toBeUndefined()
  await envelope.renewAccountKey('acc_1')
  const fresh = (await envelope.reseal(owner, address, 1, old)) ?? new Uint8Array()
  expect(generationOf(fresh)).toBe(2)
  expect(await opened(fresh)).toBe('content')
})

test('of old generations those before the named one go, and what they sealed with them', async () => {
  const { envelope } = ring
  const sealed = [await envelope.seal(owner, address, 1, plaintext)]
  for (let time = 0; time < 2; time++) {
    await envelope.renewAccountKey('acc_1')
    sealed.push(await envelope.seal(owner, address, 1, plaintext))
  }
  await envelope.dropAccountKeysBefore('acc_1', 2)
  expect(keyRows().map(({ rowKey }) => rowKey)).toEqual(['key-00000002', 'key-00000003'])
  await expect(opened(sealed[0] ?? plaintext)).rejects.toMatchObject({ code: 'ROW_CORRUPT' })
  for (const one of sealed.slice(1)) expect(await opened(one)).toBe('content')
})

test('an account without a key is not renewed', async () => {
  await expect(ring.envelope.renewAccountKey('acc_2')).rejects.toMatchObject({ code: 'KEY_MISSING' })
})

test('K3: a key in the row of another generation, or with an unfit part, is refused and its row named', async () => {
  const [row] = keyRows()
  const { properties = {} } = row ?? {}
  const put = (rowKey: string, change: object) => {
    world.tables.clear('keys')
    for (const record of records) world.tables.overwrite('keys', record)
    world.tables.overwrite('keys', { partitionKey: 'acc_1', rowKey, properties: { ...properties, ...change } })
  }
  const records = world.tables.rows('keys').filter(({ partitionKey }) => partitionKey === 'records')
  const refused = (rowKey: string) => ({ code: 'KEY_RECORD_FORGED', facts: { rowKey } })
  const use = () => world.instance().envelope.seal(owner, address, 1, plaintext)
  put('key-00000002', {})
  await expect(use()).rejects.toMatchObject(refused('key-00000002'))
  for (const change of [{ sealed: 'text' }, { id: 5 }, { madeAt: String(properties['madeAt']) }, { madeAt: true }]) {
    put('key-00000001', change)
    await expect(use()).rejects.toMatchObject(refused('key-00000001'))
  }
  put('key-00000001', {})
  await expect(use()).resolves.toBeDefined()
})

/** Account keys over a table that the test stands in front of; the shard's key is made up. */
function keysOver(wrap: (table: Table) => Partial<Table>) {
  const { clock, tables } = createKeyWorld()
  const shardKey = { id: systemRandom.bytes(16), secret: systemRandom.bytes(32) }
  const vaultKeys: VaultKeys = { useShard: async (_, work) => work(shardKey), root: async () => shardKey }
  const counted: object[] = []
  const telemetry = { ...SILENT, count: (name: string, labels?: object) => void counted.push({ name, ...labels }) }
  const table = tables.table('keys')
  const dependencies = { environment: 'test', vaultKeys, clock, telemetry, random: systemRandom }
  const keys = createAccountKeys({ ...dependencies, table: { ...table, ...wrap(table) } })
  return { keys, straight: createAccountKeys({ ...dependencies, table }), clock, tables, counted }
}

const away = () => new SyncError('STORAGE_UNAVAILABLE', 'no storage')

test('a storage that is away is no missing key, for whoever makes one and for whoever uses one', async () => {
  let asked = 0
  const { keys, tables } = keysOver(() => ({
    // biome-ignore lint/correctness/useYield: it fails before the first page
    async *range() {
      asked += 1
      throw away()
    },
  }))
  await expect(keys.ensure('acc_1')).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
  expect(tables.rows('keys')).toEqual([])
  asked = 0
  await expect(keys.useNewest('acc_1', () => 'used')).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
  expect(asked).toBe(1)
})

test('who joined a load that began before the account had a key looks again', async () => {
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  const { keys, straight } = keysOver((table) => ({
    async *range(...asked: Parameters<Table['range']>) {
      const pages = []
      for await (const page of table.range(...asked)) pages.push(page)
      await held
      yield* pages
    },
  }))
  const early = keys.useNewest('acc_1', () => 'used')
  await new Promise(setImmediate)
  await straight.ensure('acc_1')
  const joined = keys.useNewest('acc_1', () => 'used')
  release()
  expect(await Promise.all([early, joined])).toEqual(['used', 'used'])
})

test('an erasure that a renewal comes between erases the renewed key too', async () => {
  let renewal: (() => Promise<void>) | undefined
  const { keys, straight, tables } = keysOver((table) => ({
    async commit(partition, writes) {
      const between = renewal
      renewal = undefined
      await between?.()
      return table.commit(partition, writes)
    },
  }))
  await keys.ensure('acc_1')
  renewal = () => straight.renew('acc_1')
  await keys.erase('acc_1')
  expect(tables.rows('keys')).toEqual([])
})

test('a deletion that fails for another reason than a change is not taken for done', async () => {
  let isAway = false
  const { keys, tables } = keysOver((table) => ({
    commit: (partition, writes) => (isAway ? Promise.reject(away()) : table.commit(partition, writes)),
  }))
  await keys.ensure('acc_1')
  isAway = true
  await expect(keys.erase('acc_1')).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
  await expect(keys.dropBefore('acc_1', 9)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
  expect(tables.rows('keys')).toHaveLength(1)
})

test('keys that are dropped from memory are overwritten, and looks into it are counted', async () => {
  const { keys, clock, counted } = keysOver(() => ({}))
  await keys.ensure('acc_1')
  const secret = await keys.useNewest('acc_1', ({ secret }) => secret)
  expect(secret.some((byte) => byte !== 0)).toBe(true)
  clock.advance(seconds(60))
  await keys.useNewest('acc_1', () => undefined)
  expect(secret.every((byte) => byte === 0)).toBe(true)
  expect(counted).toContainEqual({ name: 'cache.lookups', cache: 'account-keys', outcome: 'hit' })
  expect(counted).toContainEqual({ name: 'cache.lookups', cache: 'account-keys', outcome: 'miss' })
})
