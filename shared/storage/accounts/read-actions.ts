import type { Log } from '../../core/log.ts'
import type { Action } from '../../push/action.ts'
import { openOrQuarantine } from '../quarantine.ts'
import type { Table } from '../table.ts'
import type { AccountRows } from './account-rows.ts'
import { actionKey, rangeOf } from './row-keys.ts'

/**
 * The actions from a number on, in order. One whose row does not open is kept as evidence and left out: it must not keep
 * the others waiting.
 */
export async function readActions(
  table: Table,
  rows: AccountRows,
  log: Log,
  account: string,
  from: number,
): Promise<readonly Action[]> {
  const actions: Action[] = []
  for await (const page of table.range(account, actionKey(from), rangeOf('action')[1]))
    for (const row of page) {
      const action = await openOrQuarantine({ table, log }, row, rows.action.decode)
      if (action !== undefined) actions.push(action)
    }
  return actions
}
