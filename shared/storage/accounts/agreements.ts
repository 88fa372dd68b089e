import type { Agreement } from '../../push/agreement.ts'
import type { StoredRow, Table } from '../table.ts'
import type { AccountRows } from './account-rows.ts'
import type { AtomicGroup } from './batches.ts'
import { agreementKey, rangeOf } from './row-keys.ts'
import type { RowGuard } from './row-versions.ts'

/** Rows read one by one at once, and how many of them before it is cheaper to read the whole range. */
const READS_AT_ONCE = 16
const SINGLE_READS = 200

/** What a session has read of the agreements, each once. */
export interface Agreements {
  load(keys: readonly string[]): Promise<void>
  /** All of one integrator. @param prefix what the keys of its agreements begin with. */
  loadAll(prefix: string): Promise<readonly Agreement[]>
  /** @returns undefined for an agreement that is not there, or was not loaded. */
  known(key: string): Agreement | undefined
  writes(agreements: readonly Agreement[]): Promise<AtomicGroup[]>
  /** Takes stored agreements over. */
  accept(agreements: readonly Agreement[]): void
}

export function createAgreements(account: string, table: Table, rows: AccountRows, guard: RowGuard): Agreements {
  const loaded = new Map<string, Agreement | undefined>()
  let hasAll = false

  const add = async (key: string, row: StoredRow | undefined) =>
    loaded.set(key, row === undefined ? undefined : await guard.opened(() => rows.agreement.decode(row)))

  async function loadRange(prefix: string): Promise<void> {
    for await (const page of table.range(account, ...rangeOf(prefix)))
      for (const row of page) {
        const key = row.rowKey.slice('agreement.'.length)
        if (!loaded.has(key)) await add(key, row)
      }
  }

  return {
    async load(keys) {
      const missing = hasAll ? [] : [...new Set(keys)].filter((key) => !loaded.has(key))
      if (missing.length > SINGLE_READS) {
        await loadRange('agreement')
        hasAll = true
        return
      }
      for (let at = 0; at < missing.length; at += READS_AT_ONCE) {
        const some = missing.slice(at, at + READS_AT_ONCE)
        await Promise.all(some.map(async (key) => add(key, await table.get(account, agreementKey(key)))))
      }
    },
    async loadAll(prefix) {
      await loadRange(agreementKey(prefix))
      return [...loaded.values()]
        .filter((agreement) => agreement?.key.startsWith(`${prefix}.`))
        .flatMap((one) => one ?? [])
    },
    known: (key) => loaded.get(key),
    writes: (agreements) =>
      Promise.all(
        agreements.map(async (agreement): Promise<AtomicGroup> => {
          const rowKey = agreementKey(agreement.key)
          return [{ kind: 'upsert', rowKey, properties: await rows.agreement.encode(rowKey, agreement) }]
        }),
      ),
    accept(agreements) {
      for (const agreement of agreements) loaded.set(agreement.key, agreement)
    },
  }
}
