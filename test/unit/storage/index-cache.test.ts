import { expect, test } from 'vitest'
import { epochMs } from '../../../shared/core/time.ts'
import type { KnownItem, Outcome } from '../../../shared/pull/knowledge.ts'
import { createAccountRows } from '../../../shared/storage/accounts/account-rows.ts'
import type { AtomicGroup } from '../../../shared/storage/accounts/batches.ts'
import { createIndexCache } from '../../../shared/storage/accounts/index-cache.ts'
import { partOf } from '../../../shared/storage/accounts/row-keys.ts'
import type { RowGuard } from '../../../shared/storage/accounts/row-versions.ts'
import { createSealedRows } from '../../../shared/storage/sealed-rows.ts'
import { createKeyWorld } from '../../support/crypto.ts'

const account = 'acc_1'
const guard: RowGuard = { next: () => 1, last: 1, check: async () => undefined, opened: (open) => open() }

const event: KnownItem = {
  ...{ kind: 'event', calendar: 'calendar', months: ['2026-11'], digest: 'digest', seen: 1 },
  ends: epochMs(Date.UTC(2026, 10, 22)),
}
const learned = (...keys: readonly string[]): Outcome => ({
  changes: [],
  items: new Map(keys.map((key) => [key, event])),
  series: new Map(),
})

/** Two events that one row of the index names. */
const [ONE, OTHER] = ['AAAA', 'AAAB']

async function start() {
  const { instance, tables } = createKeyWorld()
  const { envelope } = instance()
  await envelope.ensureAccountKey(account)
  const table = tables.table('accounts')
  const rows = createAccountRows(createSealedRows({ envelope }))(account)
  const cache = createIndexCache(account, table, rows, guard)
  const sealed = async (outcome: Outcome) => {
    const groups: AtomicGroup[] = []
    for await (const group of cache.indexWrites(outcome)) groups.push(group)
    return groups
  }
  const store = async (outcome: Outcome) => {
    for (const group of await sealed(outcome)) await table.commit(account, group)
    cache.accept(outcome)
  }
  const known = async (key: string) => (await createIndexCache(account, table, rows, guard).load([key], [])).item(key)
  return { sealed, store, known }
}

test('what was sealed for a commit that was not made is not stored with the next one', async () => {
  const { sealed, store, known } = await start()
  expect(partOf(ONE)).toBe(partOf(OTHER))
  await sealed(learned(ONE))
  await store(learned())
  await store(learned(OTHER))
  expect([await known(ONE), await known(OTHER)]).toEqual([undefined, event])
})

test('what is learned later is stored beside what was learned before', async () => {
  const { store, known } = await start()
  await store(learned(ONE))
  await store(learned(OTHER))
  expect([await known(ONE), await known(OTHER)]).toEqual([event, event])
})
