import { expect, test } from 'vitest'
import { days, minutes } from '../../../shared/core/time.ts'
import { type LookAfterDependencies, lookAfterOrganisations } from '../../../shared/organisations/look-after.ts'
import { type Organisation, UNRESTRICTED } from '../../../shared/organisations/organisation.ts'
import { createOrganisations } from '../../../shared/organisations/organisations.ts'
import { createOrganisationStore } from '../../../shared/storage/organisations/organisation-rows.ts'
import { createSealedRows } from '../../../shared/storage/sealed-rows.ts'
import { createCountedTables, createTableCounters, tableRequests } from '../../support/counted-tables.ts'
import { createKeyWorld } from '../../support/crypto.ts'

const TENANT = '5f2d8c1e-0000-4000-8000-000000000001'

const accountAt = (at: number) => `acc_${String(at).padStart(22, '0')}`

/** An organisation with accounts, every fourth of which is in another domain. Erasing one takes it off the list. */
async function startOrganisation(members: number) {
  const { clock, tables, instance } = createKeyWorld()
  const keys = instance()
  const counters = createTableCounters()
  const counted = createCountedTables(tables, counters)
  const store = createOrganisationStore(counted, createSealedRows(keys), await keys.blindIndex(), () => undefined)
  const audit = { record: async () => undefined }
  const ledger = { uninstall: async () => undefined }
  const organisations = createOrganisations({ store, ledger, audit, clock })
  await organisations.install(TENANT, 'acc_administrator')
  const addMember = (at: number) =>
    store.addMember(TENANT, {
      account: accountAt(at),
      domain: at % 4 === 0 ? 'other.example' : 'contoso.example',
      groups: [],
      joinedAt: clock.now(),
    })
  for (let at = 0; at < members; at++) await addMember(at)
  const [revoked, erased, unknown]: [string[], string[], Set<string>] = [[], [], new Set()]
  const dependencies: LookAfterDependencies = {
    ...{ store, ledger, audit, clock, log: () => undefined },
    grants: {
      wantedBy: async (account) => new Set(revoked.includes(account) ? [] : ['flowagent']),
      revokeAccount: async (account) => revoked.push(account) > 0,
    },
    accounts: { revoked: async () => undefined },
    erasure: {
      async begin(account) {
        if (unknown.has(account)) return false
        erased.push(account)
        await store.removeMember(store.idOf(TENANT), account)
        return true
      },
    },
  }
  const tick = (changes: Partial<LookAfterDependencies> = {}) => lookAfterOrganisations({ ...dependencies, ...changes })
  const state = async () => (await organisations.find(TENANT))?.state
  return {
    clock,
    tables,
    store,
    counters,
    organisations,
    dependencies,
    addMember,
    revoked,
    erased,
    unknown,
    tick,
    state,
  }
}

const total = ({ counters }: Awaited<ReturnType<typeof startOrganisation>>) => tableRequests(counters)

test('going through an organisation costs two requests for a thousand accounts', async () => {
  const started = await startOrganisation(3000)
  await started.organisations.restrict(TENANT, { domains: ['contoso.example', 'other.example'], groups: [] }, 'acc_a')
  const before = total(started)
  await started.tick()
  // Three pages and their notes; the list of tasks, the organisation, and the note at the end.
  expect(total(started) - before).toBeLessThanOrEqual(3 * 2 + 3)
  expect(started.revoked).toEqual([])
})

test('a restriction ends the outsiders, each once, although everybody is looked at again after ten minutes', async () => {
  const { organisations, clock, tick, revoked, store } = await startOrganisation(40)
  await organisations.restrict(TENANT, { domains: ['contoso.example'], groups: [] }, 'acc_a')
  await tick()
  expect(revoked).toHaveLength(10)
  clock.advance(minutes(10))
  await tick()
  expect(revoked).toHaveLength(10)
  expect(await store.tasks(clock.now())).toEqual([])
})

test('a pass that dies goes on where it was, and nobody is left out', async () => {
  const { organisations, clock, tick, erased, erasure, state } = await withErasure(await startOrganisation(2500))
  await organisations.uninstall(TENANT, 'acc_a')
  let left = 1700
  const dying = {
    async begin(account: string) {
      if (left-- <= 0) throw new Error('died')
      return erasure.begin(account, 'organisation')
    },
  }
  await tick({ erasure: dying })
  expect(await state()).toBe('uninstalling')
  await tick()
  clock.advance(minutes(10))
  await tick()
  expect(await state()).toBe('uninstalled')
  expect(new Set(erased).size).toBe(2500)
})

const withErasure = async (started: Awaited<ReturnType<typeof startOrganisation>>) => ({
  ...started,
  erasure: started.dependencies.erasure,
})

test('a large organisation is left after its share of a run, and gone on with', async () => {
  const { organisations, clock, tick, erased, erasure } = await withErasure(await startOrganisation(2500))
  await organisations.uninstall(TENANT, 'acc_a')
  const slow = {
    async begin(account: string) {
      clock.advance(minutes(1))
      return erasure.begin(account, 'organisation')
    },
  }
  await tick({ erasure: slow })
  expect(erased).toHaveLength(1000)
  await tick()
  expect(erased).toHaveLength(2500)
})

test('somebody who was on the way when it was uninstalled is erased by a later pass', async () => {
  const { organisations, clock, tick, erased, unknown, state } = await startOrganisation(1)
  unknown.add(accountAt(0))
  await organisations.uninstall(TENANT, 'acc_a')
  await tick()
  expect([erased, await state()]).toEqual([[], 'uninstalling'])
  unknown.clear()
  clock.advance(minutes(1))
  await tick()
  clock.advance(minutes(1))
  await tick()
  expect([erased, await state()]).toEqual([[accountAt(0)], 'uninstalled'])
})

test('somebody who was noted and never stored does not keep it from being uninstalled', async () => {
  const { organisations, clock, tick, unknown, state } = await startOrganisation(1)
  unknown.add(accountAt(0))
  await organisations.uninstall(TENANT, 'acc_a')
  for (let minute = 0; minute < 12; minute++) {
    await tick()
    clock.advance(minutes(1))
  }
  expect(await state()).toBe('uninstalled')
})

test('a task whose decision was never stored changes nothing, and goes', async () => {
  const { store, clock, tick, revoked, erased, state } = await startOrganisation(8)
  await store.beginTask(TENANT, clock.now())
  await tick()
  clock.advance(minutes(10))
  await tick()
  expect([revoked, erased, await state(), await store.tasks(clock.now())]).toEqual([[], [], 'installed', []])
})

test('a pass of before a newer decision stops at its next note', async () => {
  const { organisations, tick, erased, state, erasure } = await withErasure(await startOrganisation(2000))
  await organisations.restrict(TENANT, { domains: ['contoso.example'], groups: [] }, 'acc_a')
  let isFirst = true
  const grants = {
    async wantedBy() {
      if (isFirst) await organisations.uninstall(TENANT, 'acc_a')
      isFirst = false
      return new Set<string>()
    },
    revokeAccount: async () => true,
  }
  await tick({ grants })
  expect(erased).toEqual([])
  await tick({ erasure })
  expect(erased).toHaveLength(2000)
  expect(await state()).toBe('uninstalling')
})

test('K1: a task that does not open holds up nobody else, and is begun anew from what was decided', async () => {
  const { organisations, clock, tables, tick, revoked, store } = await startOrganisation(8)
  const other = TENANT.replace(/1$/, '2')
  await organisations.install(other, 'acc_b')
  await store.addMember(other, { account: accountAt(99), domain: 'other.example', joinedAt: clock.now() })
  for (const tenant of [TENANT, other])
    await organisations.restrict(tenant, { domains: ['contoso.example'], groups: [] }, 'acc_a')
  const row = tables.rows('organisations').find(({ rowKey }) => rowKey === store.idOf(TENANT))
  if (row === undefined) throw new Error('no task')
  tables.overwrite('organisations', { ...row, properties: { ...row.properties, b0: new Uint8Array(120) } })
  await tick()
  expect(revoked.toSorted()).toEqual([0, 4, 99].map(accountAt))
  clock.advance(minutes(10))
  await tick()
  expect(await store.tasks(clock.now())).toEqual([])
})

test('K1: a task that does not open stays where the organisation does not open either, and holds up nobody', async () => {
  const { organisations, clock, tables, tick, store } = await startOrganisation(1)
  await organisations.restrict(TENANT, { domains: ['contoso.example'], groups: [] }, 'acc_a')
  for (const row of tables.rows('organisations'))
    tables.overwrite('organisations', { ...row, properties: { ...row.properties, b0: new Uint8Array(120) } })
  const before = tables.rows('organisations')
  await tick()
  expect(await store.tasks(clock.now())).toEqual([])
  expect(tables.rows('organisations')).toEqual(expect.arrayContaining([...before]))
})

test('K2: an organisation’s row that was changed lets nobody in, and is not taken for absent', async () => {
  const { clock, tables, instance } = createKeyWorld()
  const keys = instance()
  const store = createOrganisationStore(tables, createSealedRows(keys), await keys.blindIndex(), () => undefined)
  const organisation: Organisation = {
    ...{ tenantId: TENANT, state: 'installed', installedAt: clock.now(), installedBy: '', restriction: UNRESTRICTED },
  }
  await store.save(organisation)
  const [row] = tables.rows('organisations')
  if (row === undefined) throw new Error('no row')
  const { etag: _, ...stored } = row
  const moved = { ...stored, partitionKey: store.idOf('another tenant') }
  tables.overwrite('organisations', moved)
  await expect(store.find('another tenant')).rejects.toMatchObject({ code: 'ROW_CORRUPT' })
  clock.advance(days(1))
})

test('K7: a member’s row that did not open leaves no copy behind when the account is erased', async () => {
  const { clock, tables, instance } = createKeyWorld()
  const keys = instance()
  const store = createOrganisationStore(tables, createSealedRows(keys), await keys.blindIndex(), () => undefined)
  const account = 'acc_of-anna'
  await store.addMember(TENANT, { account, domain: 'contoso.example', joinedAt: clock.now() })
  const [row] = tables.rows('organisations')
  if (row === undefined) throw new Error('no row')
  const { etag: _, ...stored } = row
  tables.overwrite('organisations', { ...stored, properties: { ...stored.properties, v: 2 } })
  for await (const [member] of store.members(TENANT)) expect(member?.domain).toBe('')
  expect(tables.rows('organisations')).toHaveLength(2)
  await store.removeMember(store.idOf(TENANT), account)
  expect(tables.rows('organisations')).toEqual([])
})
