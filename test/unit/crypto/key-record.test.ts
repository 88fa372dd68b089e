import { expect, test } from 'vitest'
import type { AuditRecord } from '../../../shared/audit/ports.ts'
import { SyncError } from '../../../shared/core/errors.ts'
import { createKeyAdministration } from '../../../shared/crypto/administration.ts'
import type { Vault } from '../../../shared/crypto/ports.ts'
import type { Properties } from '../../../shared/storage/table.ts'
import { createKeyWorld, type KeyWorld } from '../../support/crypto.ts'
import { beforeCommit } from '../../support/failing-tables.ts'

async function start() {
  const world = createKeyWorld()
  await world.instance().blindIndex()
  const trail: AuditRecord[] = []
  const audit = { record: async (...records: readonly AuditRecord[]) => void trail.push(...records) }
  return { world, trail, audit }
}

const replaceRecord = (world: KeyWorld, change: Properties): void => {
  const record = world.tables.rows('keys').find(({ rowKey }) => rowKey === 'keys')
  const properties = { ...record?.properties, ...change }
  world.tables.overwrite('keys', { partitionKey: 'records', rowKey: 'keys', properties })
}

const events = ({ logged }: KeyWorld) => logged.map(({ event }) => event)

test('a first instance asks the vault to sign, and each later one reads one row', async () => {
  const { world } = await start()
  expect(world.counters).toMatchObject({ gets: 2, commits: 1 })
  await world.instance().blindIndex()
  expect(world.counters).toMatchObject({ gets: 3, commits: 1 })
})

test('a record that is lost is named, and the vault is asked for nothing', async () => {
  const { world } = await start()
  await world.tables.table('keys').commit('records', [{ kind: 'delete', rowKey: 'keys' }])
  const before = { ...world.vault.operations }
  const lost = { code: 'KEY_MISSING', facts: { record: 'keys' } }
  await expect(world.instance().blindIndex()).rejects.toMatchObject(lost)
  expect(world.vault.operations).toEqual(before)
})

test('where first keys are refused none are made, and who expects some is told that there are none', async () => {
  const world = createKeyWorld()
  const none = { code: 'KEY_MISSING', facts: { record: 'keys' } }
  await expect(world.instance({ firstKeys: 'refused' }).blindIndex()).rejects.toMatchObject(none)
  await expect(world.instance({ firstKeys: 'refused' }).blindIndex()).rejects.toThrow('there is no key record')
  expect(world.counters).toMatchObject({ commits: 0 })
  await world.instance().blindIndex()
  await world.instance({ firstKeys: 'refused' }).blindIndex()
})

test('K3: what the vault has signed is still looked into', async () => {
  const { world } = await start()
  const lenient: Vault = { ...world.vault, verify: async () => true }
  const refused = { code: 'KEY_RECORD_FORGED', facts: { record: 'keys' } }
  for (const change of [
    { keyId: new Uint8Array(15) },
    { sealed: new Uint8Array(3219) },
    { keyId: new Uint8Array(16) },
  ]) {
    const { world } = await start()
    replaceRecord(world, change)
    const vault = { ...world.vault, verify: lenient.verify }
    await expect(world.instance({ vault }).blindIndex()).rejects.toMatchObject(refused)
  }
})

test('a bundle key is overwritten after use', async () => {
  const { world, audit } = await start()
  const unwrapped: Uint8Array[] = []
  const vault: Vault = {
    ...world.vault,
    async unwrap(keyId, wrapped) {
      const secret = await world.vault.unwrap(keyId, wrapped)
      unwrapped.push(secret)
      return secret
    },
  }
  const ring = world.instance({ vault })
  await ring.blindIndex()
  world.vault.rotate('wrapping')
  await ring.rewrapping.rewrap(audit, 'service')
  expect(unwrapped).toHaveLength(2)
  for (const secret of unwrapped) expect(secret.every((byte) => byte === 0)).toBe(true)
})

test('a failure of a storage while the record is made is told as it is', async () => {
  const world = createKeyWorld()
  const tables = beforeCommit(world.tables, () => {
    throw new SyncError('STORAGE_UNAVAILABLE', 'no storage')
  })
  await expect(world.instance({ tables }).blindIndex()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
})

test.each([
  { status: 403, alarms: 1 },
  { status: 404, alarms: 1 },
  { status: 503, alarms: 0 },
])('K5: a vault that answers $status to unwrapping raises $alarms alarms', async ({ status, alarms }) => {
  const { world } = await start()
  const failing = new SyncError('VAULT_UNAVAILABLE', 'x', { facts: { status, operation: 'unwrap' } })
  const vault: Vault = { ...world.vault, unwrap: () => Promise.reject(failing) }
  await expect(world.instance({ vault }).blindIndex()).rejects.toBe(failing)
  const alarm = { level: 'error', event: 'vault-key-refused', status, operation: 'unwrap', keyId: 'wrapping-key/1' }
  expect(world.logged).toEqual(alarms === 1 ? [alarm] : [])
})

test('K5: a failure that is not the vault being away raises no alarm, whatever its facts say', async () => {
  const { world } = await start()
  const failing = new SyncError('KEY_RECORD_FORGED', 'x', { facts: { status: 403 } })
  const vault: Vault = { ...world.vault, verify: () => Promise.reject(failing) }
  await expect(world.instance({ vault }).blindIndex()).rejects.toBe(failing)
  expect(world.logged).toEqual([])
})

test('K5: where no record was ever made nothing is wrapped again, and no version is needed', async () => {
  const world = createKeyWorld()
  const { rewrapping } = world.instance()
  const current = { wrapping: 'wrapping-key/1', signing: 'signing-key/1' }
  expect(await rewrapping.status()).toEqual({ used: undefined, current, isDone: false })
  expect(await rewrapping.rewrap({ record: () => Promise.reject(new Error('not asked')) }, 'service')).toBe(false)
  expect(world.tables.rows('keys')).toEqual([])
})

test.each(['wrapping', 'signing'] as const)(
  'K5: a new version of the %s key alone is something to do',
  async (role) => {
    const { world, audit, trail } = await start()
    const { rewrapping } = world.instance()
    expect((await rewrapping.status()).isDone).toBe(true)
    expect(await rewrapping.rewrap(audit, 'service')).toBe(false)
    expect([trail, events(world)]).toEqual([[], []])
    const version = world.vault.rotate(role)
    expect((await rewrapping.status()).isDone).toBe(false)
    expect(await rewrapping.rewrap(audit, 'service')).toBe(true)
    const current = { wrapping: 'wrapping-key/1', signing: 'signing-key/1', [role]: version }
    expect(world.logged).toEqual([{ level: 'info', event: 'keys-rewrapped', ...current }])
    const facts = { fromWrapping: 'wrapping-key/1', toWrapping: current.wrapping, toSigning: current.signing }
    expect(trail).toEqual([{ act: 'keys-rewrapped', actor: { kind: 'service' }, facts }])
    expect(await rewrapping.status()).toMatchObject({ used: current, isDone: true })
  },
)

test('K5: who wraps a record again that somebody else has changed meanwhile leaves theirs', async () => {
  const { world, audit } = await start()
  world.vault.rotate('wrapping')
  let isFirst = true
  const tables = beforeCommit(world.tables, () => {
    if (isFirst) replaceRecord(world, {})
    isFirst = false
  })
  expect(await world.instance({ tables }).rewrapping.rewrap(audit, 'service')).toBe(false)
  expect(await world.instance({ tables }).rewrapping.rewrap(audit, 'service')).toBe(true)
})

test('renewing all goes on after an account that is gone or was renewed meanwhile, and ends with any other failure', async () => {
  const { trail, audit, world } = await start()
  const ring = world.instance()
  const failures = new Map(
    (['KEY_MISSING', 'ROW_CHANGED', 'ROW_EXISTS'] as const).map((code) => [code as string, new SyncError(code, 'x')]),
  )
  const envelope = {
    ...ring.envelope,
    accountKeyState: async () => ({ madeAt: world.clock.now(), generation: 1, generations: 1 }),
    renewAccountKey: async (account: string) => {
      const failure = failures.get(account)
      if (failure !== undefined) throw failure
    },
  }
  const accounts = async function* () {
    yield* ['acc_1', ...failures.keys(), 'acc_1', 'acc_2']
  }
  const keys = createKeyAdministration({ keyRing: ring, envelope, schedule: { accounts }, audit })
  expect(await keys.renewAll()).toBe(2)
  expect(trail[0]).toEqual({ act: 'account-key-renewed', actor: { kind: 'operator' }, account: 'acc_1' })
  failures.set('acc_2', new SyncError('STORAGE_UNAVAILABLE', 'x'))
  await expect(keys.renewAll()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
})
