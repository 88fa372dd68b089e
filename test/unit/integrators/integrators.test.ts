import { beforeEach, expect, test } from 'vitest'
import type { AuditRecord } from '../../../shared/audit/ports.ts'
import { SyncError } from '../../../shared/core/errors.ts'
import { systemRandom } from '../../../shared/core/random.ts'
import type { Integrator } from '../../../shared/integrators/integrator.ts'
import { createIntegrators, type Integrators } from '../../../shared/integrators/integrators.ts'
import type { IntegratorStore, Versioned } from '../../../shared/integrators/ports.ts'
import { createStillClock } from '../../support/crypto.ts'
import { FLOWAGENT } from '../../support/oauth.ts'

const [A, B, C] = ['a', 'b', 'c'].map((letter) => letter.repeat(43)) as [string, string, string]

function createStore(): IntegratorStore {
  let writes = 0
  const rows = new Map<string, Versioned<Integrator>>()
  return {
    find: async (clientId) => rows.get(clientId),
    all: async () => [...rows.values()].map(({ value }) => value),
    clientOf: async (secret) => [...rows.values()].find(({ value }) => value.secrets.includes(secret))?.value.clientId,
    async save(value, known) {
      if (rows.get(value.clientId)?.etag !== known?.etag) throw new SyncError('ROW_CHANGED', 'changed')
      rows.set(value.clientId, { value, etag: `${++writes}` })
    },
  }
}

const clock = createStillClock()
let trail: AuditRecord[]
let integrators: Integrators
let store: IntegratorStore

beforeEach(() => {
  trail = []
  const audit = { record: async (...records: readonly AuditRecord[]) => void trail.push(...records) }
  store = createStore()
  integrators = createIntegrators({ store, audit, allowLoopback: false, clock, random: systemRandom })
})

const register = (clientId: string, ...secrets: string[]) => integrators.register({ ...FLOWAGENT, clientId, secrets })
const acts = () => trail.map(({ act, actor, facts }) => `${actor.kind} ${act} ${String(facts?.['integrator'])}`)
const refused = { code: 'SETTINGS_INVALID' }

test('are listed by client id, whatever the order they came in', async () => {
  for (const clientId of ['b', 'd', 'a', 'c', 'e']) await register(clientId, clientId.repeat(43))
  await integrators.remove('c')
  expect((await integrators.list()).map(({ clientId }) => clientId)).toEqual(['a', 'b', 'd', 'e'])
})

test('an empty secret, or none, is nobody’s, however few secrets there are', async () => {
  await register('one', A)
  for (const clientId of ['one', 'nobody', ''])
    for (const secret of ['', undefined]) expect(await integrators.authenticate(clientId, secret)).toBeUndefined()
  expect(await integrators.authenticate('one', A)).toMatchObject({ clientId: 'one' })
  expect(await integrators.authenticate('one', B)).toBeUndefined()
})

test('both of two secrets are good, by themselves and with the client id', async () => {
  await register('one', A, B)
  for (const secret of [A, B]) {
    expect(await integrators.authenticate('one', secret)).toMatchObject({ clientId: 'one' })
    expect(await integrators.bySecret(secret)).toMatchObject({ clientId: 'one' })
  }
  expect(await integrators.bySecret(C)).toBeUndefined()
})

test('a registration may be written again with its own secrets, and not with one of another integrator’s', async () => {
  await register('one', A)
  await register('one', A, B)
  await expect(register('two', C, A)).rejects.toMatchObject(refused)
  await expect(register('two', A, C)).rejects.toMatchObject(refused)
  expect(await integrators.find('two')).toBeUndefined()
  expect(acts()).toEqual(['operator integrator-registered one', 'operator integrator-registered one'])
})

test('a second secret is added once, the older one ends once, and both are recorded', async () => {
  await register('one', A)
  await expect(integrators.endOldSecret('one')).rejects.toMatchObject(refused)
  const added = await integrators.addSecret('one')
  await expect(integrators.addSecret('one')).rejects.toMatchObject(refused)
  await integrators.endOldSecret('one')
  expect((await integrators.find('one'))?.secrets).toEqual([added])
  const rotated = 'operator integrator-secret-rotated one'
  expect(acts().slice(1)).toEqual([rotated, rotated])
})

test('new secrets may take the place of all', async () => {
  await register('one', A, B)
  const only = await integrators.replaceSecrets('one')
  expect((await integrators.find('one'))?.secrets).toEqual([only])
  expect(acts().at(-1)).toBe('operator integrator-secret-rotated one')
})

test('a secret that was stored is told, also when nobody has heard that it was; one that was not is not', async () => {
  await register('one', A)
  const { save } = store
  const unknown = new SyncError('OUTCOME_UNKNOWN', 'simulated')
  store.save = async (...args) => {
    await save(...args)
    throw unknown
  }
  const added = await integrators.addSecret('one')
  expect((await integrators.find('one'))?.secrets).toEqual([A, added])
  store.save = () => Promise.reject(unknown)
  await expect(integrators.replaceSecrets('one')).rejects.toBe(unknown)
  store.save = async (...args) => {
    await save(...args)
    throw new SyncError('STORAGE_UNAVAILABLE', 'simulated')
  }
  await expect(integrators.replaceSecrets('one')).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
})

test('what is removed is nobody, keeps its client id, and cannot be changed', async () => {
  await register('one', A)
  await integrators.remove('one')
  expect(acts().at(-1)).toBe('operator integrator-removed one')
  expect((await store.find('one'))?.value).toMatchObject({ secrets: [], removedAt: clock.now() })
  expect([
    await integrators.find('one'),
    await integrators.authenticate('one', A),
    await integrators.bySecret(A),
  ]).toEqual([undefined, undefined, undefined])
  await expect(register('one', B)).rejects.toMatchObject(refused)
  for (const change of [
    integrators.remove,
    integrators.addSecret,
    integrators.replaceSecrets,
    integrators.endOldSecret,
  ])
    for (const clientId of ['one', 'nobody']) await expect(change(clientId)).rejects.toMatchObject(refused)
})
