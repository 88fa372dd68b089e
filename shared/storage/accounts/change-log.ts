import { isFailure } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import { quarantine } from '../quarantine.ts'
import type { Table } from '../table.ts'
import type { AccountRows } from './account-rows.ts'
import type { ChangeRow } from './kinds.ts'
import { changeNumberOf } from './row-keys.ts'

interface ChangeLogPlace {
  readonly account: string
  readonly table: Table
  readonly rows: AccountRows
  readonly log: Log
}

/** An entry of the change log; its content is absent when the row does not open. */
export interface ChangeEntry {
  readonly number: number
  readonly change: ChangeRow | undefined
}

/**
 * Entries of the change log, newest first. Of one that does not open the number is told, so that nobody takes it for a
 * time in which nothing has changed; the row is kept as evidence.
 * @param range of row keys, half open.
 */
export async function* readChangeLog(
  place: ChangeLogPlace,
  range: readonly [string, string],
): AsyncIterable<ChangeEntry> {
  const { account, table, rows, log } = place
  for await (const page of table.range(account, ...range))
    for (const row of page) {
      const number = changeNumberOf(row.rowKey)
      try {
        yield { number, change: await rows.change.decode(row) }
      } catch (error) {
        if (!isFailure(error, 'ROW_CORRUPT')) throw error
        await quarantine(table, row, error, log)
        yield { number, change: undefined }
      }
    }
}
