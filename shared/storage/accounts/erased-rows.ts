import { isFailure } from '../../core/errors.ts'
import type { EpochMs } from '../../core/time.ts'
import { forgetRow } from '../forget-rows.ts'
import { AFTER_EVERY_ROW } from '../quarantine.ts'
import { COMMIT_MAX_WRITES, type StoredRow, type Table, type Tables, type Write } from '../table.ts'
import { accountsTable } from './account-rows.ts'
import { headKey } from './row-keys.ts'

/** What a tombstone says besides that it is one, in plain: it has to be readable when the account's key has gone. */
export interface Epitaph {
  /** Opaque; absent where the account's identity could not be read. */
  readonly organisation?: string | undefined
  /** The plan that the head named. */
  readonly plannedFor?: EpochMs | undefined
}

/**
 * The rows of accounts that are being erased. Nothing here opens a row. Every method throws SyncError
 * `STORAGE_UNAVAILABLE`, and those that write `OUTCOME_UNKNOWN`: each may be repeated.
 */
export interface ErasedRows {
  /** The head as it is stored. */
  head(account: string): Promise<StoredRow | undefined>
  /** Turns this version of the head into a tombstone. @throws SyncError `ROW_CHANGED` when it is another one by now. */
  bury(head: StoredRow, epitaph: Epitaph): Promise<void>
  /**
   * Deletes all rows but the head, which goes on fencing every handler, as long as `goOn` says so.
   * @returns how many, and whether that was all.
   * @throws SyncError `ROW_CHANGED` when somebody else has deleted rows under it twenty times.
   */
  wipe(account: string, goOn: () => boolean): Promise<{ readonly rows: number; readonly isComplete: boolean }>
  /** Deletes the tombstone. */
  deleteHead(account: string): Promise<void>
  /** Whether there is no row of the account; of its key there may be one. */
  isVacant(account: string): Promise<boolean>
  /** Whether nothing is left of the account, its key included. */
  isEmpty(account: string): Promise<boolean>
}

export const isTombstone = ({ properties }: StoredRow): boolean => properties['erasing'] === true

/** What a tombstone says; undefined for what it does not, as of a head that was never buried. */
export function epitaphOf({ properties }: StoredRow): Epitaph {
  const { organisation, plannedFor } = properties
  return {
    organisation: typeof organisation === 'string' ? organisation : undefined,
    plannedFor: typeof plannedFor === 'number' ? (plannedFor as EpochMs) : undefined,
  }
}

/** How often rows may vanish under a deletion, because another handler deletes the same. */
const MOST_RACES = 20

export function createErasedRows(tables: Tables): ErasedRows {
  const table = accountsTable(tables)
  const keys = tables.table('keys')

  async function wipe(account: string, goOn: () => boolean, race = 1): Promise<{ rows: number; isComplete: boolean }> {
    let rows = 0
    try {
      for await (const page of table.range(account, '', AFTER_EVERY_ROW)) {
        const rowKeys = page.map(({ rowKey }) => rowKey).filter((rowKey) => rowKey !== headKey)
        for (let at = 0; at < rowKeys.length; at += COMMIT_MAX_WRITES) {
          // Something goes in each visit, whatever else took its time.
          if (rows > 0 && !goOn()) return { rows, isComplete: false }
          const some = rowKeys.slice(at, at + COMMIT_MAX_WRITES)
          await table.commit(
            account,
            some.map((rowKey): Write => ({ kind: 'delete', rowKey })),
          )
          rows += some.length
        }
      }
      return { rows, isComplete: true }
    } catch (error) {
      if (race === MOST_RACES || !isFailure(error, 'ROW_CHANGED')) throw error
      const rest = await wipe(account, goOn, race + 1)
      return { ...rest, rows: rows + rest.rows }
    }
  }

  return {
    head: (account) => table.get(account, headKey),
    async bury({ partitionKey, rowKey, etag, properties }, { organisation, plannedFor }) {
      const epitaph = {
        ...(organisation !== undefined && { organisation }),
        ...(plannedFor !== undefined && { plannedFor }),
      }
      const tombstone = { ...properties, ...epitaph, erasing: true }
      await table.commit(partitionKey, [{ kind: 'replace', rowKey, etag, properties: tombstone }])
    },
    wipe,
    deleteHead: (account) => forgetRow(table, account, headKey),
    isVacant: (account) => hasNone(table, account),
    isEmpty: async (account) => (await hasNone(table, account)) && (await hasNone(keys, account)),
  }
}

async function hasNone(table: Table, partition: string): Promise<boolean> {
  for await (const page of table.range(partition, '', AFTER_EVERY_ROW)) if (page.length > 0) return false
  return true
}
