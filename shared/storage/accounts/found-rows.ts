import type { StoredRow, Table } from '../table.ts'
import type { AccountRows } from './account-rows.ts'
import { isTombstone } from './erased-rows.ts'
import { channelKey, headKey, rangeOf } from './row-keys.ts'
import type { StoredHead } from './row-versions.ts'

/** The rows that the visits of an account cannot do without. */
export interface FoundRows {
  readonly head: StoredHead
  readonly headRow: StoredRow
  /** What is stored of the state and of the index, by row key; without what does not open. */
  readonly sound: ReadonlyMap<string, StoredRow>
  /** What does not open, of the series and the agreements too. */
  readonly damaged: readonly StoredRow[]
  /** Row keys of the series that open. */
  readonly series: readonly string[]
}

/**
 * @returns undefined when there is no such account, it is being erased, or it was changed while it was read: then its rows
 * and its head are not of one moment. @throws SyncError `ROW_CORRUPT` when its head does not open.
 */
export async function findRows(table: Table, account: string, rows: AccountRows): Promise<FoundRows | undefined> {
  // Before all else: the head is not the first row of its range, nor need the range come in one page.
  const before = await table.get(account, headKey)
  const sound = new Map<string, StoredRow>()
  const damaged: StoredRow[] = []
  const series: string[] = []
  async function look(prefix: string, see?: (row: StoredRow) => unknown): Promise<void> {
    for await (const page of table.range(account, ...rangeOf(prefix)))
      for (const row of page)
        if (row.rowKey === headKey || isChannel(row) || (await rows.opens(row))) see?.(row)
        else damaged.push(row)
  }
  for (const prefix of ['state', 'index']) await look(prefix, (row) => sound.set(row.rowKey, row))
  await look('series', ({ rowKey }) => series.push(rowKey))
  await look('agreement')
  const headRow = sound.get(headKey)
  const isOfOneMoment = (await table.get(account, headKey))?.etag === before?.etag
  if (headRow === undefined || isTombstone(headRow) || !isOfOneMoment) return undefined
  return { head: await rows.head.decode(headRow), headRow, sound, damaged, series }
}

/** A channel that does not open is passed over by whoever meets it, and made again by its integrator. */
const isChannel = ({ rowKey }: StoredRow): boolean => rowKey.startsWith(channelKey(''))
