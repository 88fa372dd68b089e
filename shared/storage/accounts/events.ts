import { isFailure } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import type { EpochMs } from '../../core/time.ts'
import type { BlindIndex } from '../../crypto/ports.ts'
import { monthsBetween, type Window } from '../../events/window.ts'
import { quarantine } from '../quarantine.ts'
import type { StoredRow, Tables } from '../table.ts'
import { accountsTable, type BindAccountRows } from './account-rows.ts'
import type { EventRow } from './kinds.ts'
import { eventKey, namesOf, rangeOf } from './row-keys.ts'

/** The cached events of an account, read-only. */
export interface Events {
  /** Every row of the months the span touches, each event once: its newest row where it has several. */
  between(account: string, span: Window): Promise<readonly EventRow[]>
  /** The events whose cached state changed at or after `since`, newest state only. */
  changedSince(account: string, since: EpochMs): Promise<readonly EventRow[]>
}

/** Rows read one by one, at once. More are cheaper to read as whole months, but changes come in handfuls. */
const PARALLEL_READS = 16

export function createEvents(tables: Tables, bind: BindAccountRows, blind: BlindIndex, log: Log): Events {
  const table = accountsTable(tables)

  async function month(account: string, name: string): Promise<StoredRow[]> {
    const rows: StoredRow[] = []
    const prefix = `event.${namesOf(blind, account).month(name)}`
    for await (const page of table.range(account, ...rangeOf(prefix))) rows.push(...page)
    return rows
  }

  /** What opens. A row that does not is kept as evidence and logged; it must not hide the others. */
  async function decoded(account: string, rows: readonly StoredRow[]): Promise<EventRow[]> {
    const opened = rows.map((row) =>
      bind(account)
        .event.decode(row)
        .catch(async (error: unknown) => {
          if (!isFailure(error, 'ROW_CORRUPT')) throw error
          await quarantine(table, row, error, log)
          return undefined
        }),
    )
    return (await Promise.all(opened)).filter((row) => row !== undefined)
  }

  /** What the change log names since then, newest first, each event once. */
  async function namesChangedSince(account: string, since: EpochMs): Promise<Map<string, string>> {
    const changed = new Map<string, string>()
    for await (const page of table.range(account, ...rangeOf('change')))
      for (const row of page) {
        const change = await bind(account).change.decode(row)
        if (change.at < since) return changed
        for (const [key, monthName] of change.changed) if (!changed.has(key)) changed.set(key, monthName)
      }
    return changed
  }

  return {
    async between(account, span) {
      const found = await Promise.all(monthsBetween(span.from, span.to).map((name) => month(account, name)))
      return newest(await decoded(account, found.flat()))
    },
    async changedSince(account, since) {
      const names = [...(await namesChangedSince(account, since))]
      const monthToken = namesOf(blind, account).month
      const rows: EventRow[] = []
      for (let from = 0; from < names.length; from += PARALLEL_READS) {
        const some = names.slice(from, from + PARALLEL_READS)
        const read = some.map(([key, name]) => table.get(account, eventKey(monthToken(name), key)))
        const present = (await Promise.all(read)).filter((row) => row !== undefined)
        rows.push(...(await decoded(account, present)))
      }
      return newest(rows)
    },
  }
}

/** An event that spans months, or has moved, has several rows; the one written last is what it says now. */
function newest(rows: readonly EventRow[]): EventRow[] {
  const byKey = new Map<string, EventRow>()
  for (const row of rows) {
    const other = byKey.get(row.key)
    if (
      other === undefined ||
      other.modifiedAt < row.modifiedAt ||
      (other.modifiedAt === row.modifiedAt && other.moved)
    )
      byKey.set(row.key, row)
  }
  return [...byKey.values()]
}
