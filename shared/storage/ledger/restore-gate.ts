import { SyncError } from '../../core/errors.ts'
import { type Clock, type EpochMs, elapsed, minutes, seconds } from '../../core/time.ts'
import type { Table, TableName, Tables } from '../table.ts'
import { isRestored, type RestoreState } from './numbers.ts'

/** Keeps an instance from serving data that is older than the ledger, or of which only a part has been put back. */
export interface RestoreGate {
  /**
   * The same tables. Once a look, of which there is one a minute, has found the data older than the ledger, every request
   * fails with `RESTORE_PENDING`, but to the tables that the replay itself works with.
   */
  readonly tables: Tables
  /** Looks at once. @returns whether the data is older than the ledger. @throws what the tables throw. */
  isPending(): Promise<boolean>
  /** When the data was last brought up to the ledger after a restore; as of the last look. */
  restoredAt(): EpochMs | undefined
}

/** How long an instance goes on without looking: within this time all of them notice a restore. */
const LOOKS_EVERY = minutes(1)
const LOOKS_EVERY_WHEN_PENDING = seconds(5)

/** What the replay itself works with: never restored, or, the keys, of no use without the rest. */
const OPEN: readonly TableName[] = ['audit', 'keys', 'ledger']

export function createRestoreGate(tables: Tables, read: () => Promise<RestoreState>, clock: Clock): RestoreGate {
  let last: { readonly at: EpochMs; readonly isPending: boolean; readonly restoredAt: EpochMs | undefined } | undefined
  let looking: Promise<void> | undefined

  async function look(): Promise<void> {
    const at = clock.now()
    const found = await read()
    last = { at, isPending: isRestored(found), restoredAt: found.restoredAt }
  }

  const lookOnce = (): Promise<void> => {
    looking ??= look().finally(() => {
      looking = undefined
    })
    return looking
  }

  const isFresh = (): boolean =>
    last !== undefined && elapsed(last.at, clock.now()) < (last.isPending ? LOOKS_EVERY_WHEN_PENDING : LOOKS_EVERY)

  async function pass(): Promise<void> {
    if (!isFresh()) await lookOnce()
    if (last?.isPending) throw new SyncError('RESTORE_PENDING', 'the data is older than the ledger of erasures')
  }

  const gated = (table: Table): Table => ({
    name: table.name,
    async get(...given) {
      await pass()
      return table.get(...given)
    },
    async *range(...given) {
      await pass()
      yield* table.range(...given)
    },
    async commit(...given) {
      await pass()
      return table.commit(...given)
    },
  })

  return {
    tables: { table: (name) => (OPEN.includes(name) ? tables.table(name) : gated(tables.table(name))) },
    async isPending() {
      await lookOnce()
      return last?.isPending ?? false
    },
    restoredAt: () => last?.restoredAt,
  }
}
