import { beforeEach, expect, test } from 'vitest'
import { epochMs, minutes } from '../../../shared/core/time.ts'
import { createLedger, type Ledger } from '../../../shared/storage/ledger/ledger.ts'
import { createLedgerNumbers } from '../../../shared/storage/ledger/numbers.ts'
import { createKeyWorld, type KeyWorld } from '../../support/crypto.ts'

const [ANNA, BO] = [`acc_${'a'.repeat(22)}`, `acc_${'b'.repeat(22)}`]
const NOW = epochMs(Date.UTC(2026, 10, 20))

let world: KeyWorld
let ledger: Ledger

beforeEach(async () => {
  world = createKeyWorld()
  ledger = createLedger(world.tables, await world.instance().blindIndex())
})

async function entries() {
  const all = []
  for await (const page of ledger.entries()) all.push(...page)
  return all
}

test('many at once are all noted, each under its own number', async () => {
  const refs = Array.from({ length: 50 }, (_, at) => ({ account: 'p', id: `grant-${at}` }))
  await Promise.all([
    ledger.erase(ANNA, NOW),
    ledger.erase(ANNA, NOW),
    ledger.erase(BO, NOW),
    ...refs.map((ref) => ledger.revoke([ref], NOW)),
  ])
  expect((await entries()).map(({ kind }) => kind).sort()).toEqual(['account', 'account', ...refs.map(() => 'grant')])
  const { number, heard } = await ledger.restoreState()
  expect(heard).toBe(number)
})

test('S6: a beat alone shows that the data was restored, and nothing is noted before it has caught up', async () => {
  await ledger.beat()
  const restore = world.tables.backup('keys')
  await ledger.beat()
  restore()
  const { number, heard } = await ledger.restoreState()
  expect(heard).toBeLessThan(number)
  for (const act of [
    () => ledger.beat(),
    () => ledger.erase(ANNA, NOW),
    () => ledger.revoke([{ account: 'p', id: 'x' }], NOW),
  ])
    await expect(act()).rejects.toMatchObject({ code: 'RESTORE_PENDING' })
  expect(await entries()).toEqual([])
  await ledger.caughtUp(NOW)
  await ledger.erase(ANNA, NOW)
  expect((await ledger.restoreState()).restoredAt).toBe(NOW)
})

test('S6: an instance that ends between the data and the ledger leaves no restore to be noticed', async () => {
  const { tables } = world
  const failing = createLedgerNumbers({
    table(name) {
      const table = tables.table(name)
      return name === 'ledger' ? { ...table, commit: () => Promise.reject(new Error('ended')) } : table
    },
  })
  await expect(failing.take(async () => [])).rejects.toThrow('ended')
  const { number, heard } = await ledger.restoreState()
  expect(heard).toBeGreaterThan(number)
  await ledger.beat()
  expect((await ledger.restoreState()).number).toBe(heard)
})

test('an open erasure is due when nothing was heard of it for five minutes, and no more when it is complete', async () => {
  const due = async (minute: number) => {
    const accounts: string[] = []
    for await (const page of ledger.due(epochMs(NOW + minutes(minute))))
      accounts.push(...page.map(({ account }) => account))
    return accounts
  }
  await ledger.erase(ANNA, NOW)
  expect(await due(4)).toEqual([])
  expect(await due(5)).toEqual([ANNA])
  const erasure = await ledger.erasureOf(ANNA)
  if (erasure === undefined) throw new Error('it was begun')
  await ledger.complete(erasure)
  expect(await due(60)).toEqual([])
  expect(await ledger.erasureOf(ANNA)).toBeUndefined()
  expect(await entries()).toEqual([{ kind: 'account', account: ANNA, organisation: undefined, at: NOW }])
})

test('an erasure names the organisation too, and the end of an organisation no account', async () => {
  await ledger.erase(ANNA, NOW, 'org_contoso')
  await ledger.uninstall('org_contoso', NOW)
  expect(await entries()).toEqual([
    { kind: 'account', account: ANNA, organisation: 'org_contoso', at: NOW },
    { kind: 'organisation', organisation: 'org_contoso', at: NOW },
  ])
})
