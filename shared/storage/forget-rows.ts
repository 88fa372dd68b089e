import { isFailure } from '../core/errors.ts'
import { type EpochMs, epochMs } from '../core/time.ts'
import { COMMIT_MAX_WRITES, type StoredRow, type Table, type Write } from './table.ts'

/** Every blind row key is base64url, so it sorts below this. */
const AFTER_LAST = '~'

/** Whether the time of a row is over that tells its end in plain, as `expires`. */
export const isExpired = ({ properties }: StoredRow, now: EpochMs): boolean =>
  epochMs(Number(properties['expires'] ?? 0)) <= now

/**
 * Deletes the rows of a partition of which `isOver` says so, without opening them.
 * @throws SyncError `ROW_CHANGED` when somebody else has deleted one meanwhile; the others of its commit are still there.
 */
export async function forgetRows(table: Table, partition: string, isOver: (row: StoredRow) => boolean): Promise<void> {
  for await (const page of table.range(partition, '', AFTER_LAST)) {
    const over = page.filter(isOver)
    for (let at = 0; at < over.length; at += COMMIT_MAX_WRITES) {
      const some = over.slice(at, at + COMMIT_MAX_WRITES)
      const deletions = some.map(({ rowKey, etag }): Write => ({ kind: 'delete', rowKey, etag }))
      await table.commit(partition, deletions)
    }
  }
}

/** Deletes a row, which may have gone already. @param etag the only version that is deleted, when it is given. */
export async function forgetRow(table: Table, partition: string, rowKey: string, etag?: string): Promise<void> {
  try {
    await table.commit(partition, [{ kind: 'delete', rowKey, etag }])
  } catch (error) {
    // Without an etag this can only mean that the row is not there.
    if (!isFailure(error, 'ROW_CHANGED')) throw error
  }
}
