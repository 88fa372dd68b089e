import { expect, test } from 'vitest'
import { runKeysCommand } from '../../../infra/keys.ts'
import type { AuditRecord } from '../../../shared/audit/ports.ts'
import { minutes } from '../../../shared/core/time.ts'
import { createKeyAdministration } from '../../../shared/crypto/administration.ts'
import type { KeyRing } from '../../../shared/crypto/key-ring.ts'
import type { KeyOwner } from '../../../shared/crypto/ports.ts'
import { createSchedule } from '../../../shared/storage/schedule.ts'
import { createKeyWorld, type KeyWorld } from '../../support/crypto.ts'

const owner: KeyOwner = { kind: 'account', account: 'acc_1' }
const address = { table: 'accounts', partitionKey: 'acc_1', rowKey: 'r' }
const seal = ({ envelope }: KeyRing) => envelope.seal(owner, address, 1, Buffer.from('content'))
const open = async ({ envelope }: KeyRing, sealed: Uint8Array) =>
  Buffer.from(await envelope.open(owner, address, 1, sealed)).toString()

async function start() {
  const world = createKeyWorld()
  const ring = world.instance()
  await ring.envelope.ensureAccountKey('acc_1')
  const trail: AuditRecord[] = []
  const audit = { record: async (...records: readonly AuditRecord[]) => void trail.push(...records) }
  const schedule = createSchedule(world.tables)
  const keys = createKeyAdministration({ keyRing: ring, envelope: ring.envelope, schedule, audit })
  return { world, ring, trail, audit, schedule, keys, sealed: await seal(ring) }
}

const alarms = ({ logged }: KeyWorld) => logged.filter(({ event }) => event === 'vault-key-refused')

test('K5: reading goes on while the keys of the vault are rotated, and the record moves to the new versions', async () => {
  const { world, ring, trail, keys, sealed } = await start()
  world.vault.rotate('wrapping')
  world.vault.rotate('signing')
  expect(await keys.status()).toMatchObject({ used: { wrapping: 'wrapping-key/1' }, isDone: false })
  expect(await open(world.instance(), sealed)).toBe('content')
  expect(await keys.rewrap()).toBe(true)
  expect(trail).toMatchObject([
    { act: 'keys-rewrapped', actor: { kind: 'operator' }, facts: { toWrapping: 'wrapping-key/2' } },
  ])
  expect(await keys.status()).toMatchObject({
    used: { wrapping: 'wrapping-key/2', signing: 'signing-key/2' },
    isDone: true,
  })
  for (const old of ['wrapping-key/1', 'signing-key/1']) world.vault.disabled.add(old)
  for (const one of [ring, world.instance()]) expect(await open(one, sealed)).toBe('content')
  expect(await keys.rewrap()).toBe(false)
  expect(alarms(world)).toEqual([])
})

test.each([
  { role: 'wrapping', keyId: 'wrapping-key/1' },
  { role: 'signing', keyId: 'signing-key/1' },
] as const)(
  'K5: a $role version that is disabled too early alarms and fails closed, and heals without a restart',
  async ({ role, keyId }) => {
    const { world, ring, trail, keys, sealed } = await start()
    const before = world.tables.rows('keys')
    world.vault.rotate(role)
    world.vault.disabled.add(keyId)
    expect(await open(ring, sealed)).toBe('content')
    world.clock.advance(minutes(60))
    await expect(open(ring, sealed)).rejects.toMatchObject({ code: 'VAULT_UNAVAILABLE' })
    await expect(keys.rewrap()).rejects.toMatchObject({ code: 'VAULT_UNAVAILABLE' })
    expect(alarms(world)[0]).toMatchObject({ level: 'error', keyId, status: 403 })
    expect(trail).toEqual([])
    expect(world.tables.rows('keys')).toEqual(before)

    world.vault.disabled.delete(keyId)
    expect(await open(ring, sealed)).toBe('content')
    expect(await keys.rewrap()).toBe(true)
  },
)

test('K5: instances that rewrap at once leave one good record, and the account keys as they were', async () => {
  const { world, audit, sealed } = await start()
  world.vault.rotate('wrapping')
  const rings = Array.from({ length: 8 }, () => world.instance())
  const done = await Promise.all(rings.map(({ rewrapping }) => rewrapping.rewrap(audit, 'service')))
  expect(done.filter(Boolean)).toHaveLength(1)
  for (const ring of [...rings, world.instance()]) expect(await open(ring, sealed)).toBe('content')
})

test('what cannot be accounted for is not done', async () => {
  const { world, ring } = await start()
  world.vault.rotate('wrapping')
  const before = world.tables.rows('keys')
  const audit = { record: () => Promise.reject(new Error('no trail')) }
  await expect(ring.rewrapping.rewrap(audit, 'service')).rejects.toThrow('no trail')
  expect(world.tables.rows('keys')).toEqual(before)
})

test('the command tells which versions are needed, and the accounts that have plans get new keys', async () => {
  const { world, keys, schedule, trail } = await start()
  expect(await runKeysCommand(async () => keys, ['status'])).toContain('may be disabled')
  world.vault.rotate('signing')
  expect(await runKeysCommand(async () => keys, ['status'])).toContain('needed signing-key/1, current signing-key/2')
  expect(await runKeysCommand(async () => keys, ['rewrap'])).toContain('may be disabled')
  await schedule.plan('acc_1', world.clock.now())
  await schedule.plan('acc_of_nobody', world.clock.now())
  expect(await keys.renewAll()).toBe(1)
  await keys.renew('acc_1')
  expect(world.tables.rows('keys').filter(({ partitionKey }) => partitionKey === 'acc_1')).toHaveLength(3)
  expect(trail.map(({ act }) => act)).toEqual(['keys-rewrapped', 'account-key-renewed', 'account-key-renewed'])
  await expect(keys.renew('acc_2')).rejects.toMatchObject({ code: 'KEY_MISSING' })
  const notRunning = () => Promise.reject(new Error('opened'))
  for (const wrong of [[], ['renew'], ['status', 'x']]) expect(await runKeysCommand(notRunning, wrong)).toBeUndefined()
})
