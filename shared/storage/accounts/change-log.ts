import type { Log } from '../../core/log.ts'
import { openOrQuarantine } from '../quarantine.ts'
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
  const { account, table, rows } = place
  for await (const page of table.range(account, ...range))
    for (const row of page)
      yield { number: changeNumberOf(row.rowKey), change: await openOrQuarantine(place, row, rows.change.decode) }
}
