import { createHash } from 'node:crypto'
import { isFailure, type SyncError } from '../core/errors.ts'
import { failureFacts, type Log } from '../core/log.ts'
import type { StoredRow, Table } from './table.ts'

/** Sorts behind every key the repositories read, so that no range of theirs meets the copies. */
const QUARANTINE_PREFIX = '~quarantine-'

/** Where the copies of a row are, as a half-open range of keys: each content is kept once, beside the others. */
export const copiesOf = (rowKey: string): readonly [string, string] => [
  `${QUARANTINE_PREFIX}${rowKey}.`,
  `${QUARANTINE_PREFIX}${rowKey}/`,
]

const DIGEST_CHARACTERS = 8

function copyKey({ rowKey, properties }: StoredRow): string {
  const hash = createHash('sha256')
  for (const [name, value] of Object.entries(properties))
    hash.update(name).update(value instanceof Uint8Array ? value : String(value))
  return copiesOf(rowKey)[0] + hash.digest('base64url').slice(0, DIGEST_CHARACTERS)
}

/** Sorts behind every row of a partition, the copies too: erasing an account ends its range here. */
export const AFTER_EVERY_ROW = '~~'

/**
 * Keeps a copy of a row that does not open, as evidence and for repair, and logs it once. The row itself stays, so that
 * whoever needs it goes on failing instead of taking it for absent.
 * @throws SyncError what `Table.commit` throws; the row is as it was.
 */
export async function quarantine(table: Table, row: StoredRow, corrupt: SyncError, log: Log): Promise<void> {
  const { partitionKey, properties } = row
  try {
    await table.commit(partitionKey, [{ kind: 'insert', rowKey: copyKey(row), properties }])
  } catch (error) {
    if (isFailure(error, 'ROW_EXISTS')) return
    throw error
  }
  log('error', 'row-quarantined', failureFacts(corrupt))
}

/**
 * What a row says. One that does not open is quarantined, and undefined here: it must not hide the others.
 * @param open fails with `ROW_CORRUPT` where the row does not open.
 * @throws SyncError what else `open` throws, and what `quarantine` does.
 */
export async function openOrQuarantine<Value>(
  { table, log }: { readonly table: Table; readonly log: Log },
  row: StoredRow,
  open: (row: StoredRow) => Promise<Value>,
): Promise<Value | undefined> {
  try {
    return await open(row)
  } catch (error) {
    if (!isFailure(error, 'ROW_CORRUPT')) throw error
    await quarantine(table, row, error, log)
    return undefined
  }
}
