import { isFailure } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import { quarantine } from '../quarantine.ts'
import type { StoredRow, Table } from '../table.ts'
import type { AccountRows } from './account-rows.ts'
import type { EventRow } from './kinds.ts'

interface Place {
  readonly table: Table
  readonly rows: AccountRows
  readonly log: Log
}

/** An event's row. One that does not open is kept as evidence and logged, and is undefined: it must not hide the others. */
export async function openEvent({ table, rows, log }: Place, stored: StoredRow): Promise<EventRow | undefined> {
  try {
    return await rows.event.decode(stored)
  } catch (error) {
    if (!isFailure(error, 'ROW_CORRUPT')) throw error
    await quarantine(table, stored, error, log)
    return undefined
  }
}
