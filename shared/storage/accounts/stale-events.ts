import type { Log } from '../../core/log.ts'
import type { CalendarEvent } from '../../events/event.ts'
import type { ItemKey } from '../../pull/knowledge.ts'
import { openOrQuarantine } from '../quarantine.ts'
import type { StoredRow, Table } from '../table.ts'
import type { AccountRows } from './account-rows.ts'
import type { EventRow } from './kinds.ts'
import { type AccountNames, eventKey, rangeOf } from './row-keys.ts'

/** What the index tells of an event: where its rows are, and what they say. */
export interface Told {
  readonly months: readonly string[]
  readonly digest: string
}

interface Stale {
  /** Events of which a row is missing, does not open, or is not the one that the index tells of. */
  readonly keys: ReadonlySet<ItemKey>
  /** Rows that were put back: of these events, and of events that are not there any more. */
  readonly rows: readonly StoredRow[]
  readonly hasStrays: boolean
}

interface Place {
  readonly account: string
  readonly table: Table
  readonly rows: AccountRows
  readonly names: AccountNames
  readonly log: Log
  readonly digestOf: (event: CalendarEvent) => string
  /** Nothing is kept of the months before this one. */
  readonly keptFrom: string
}

/** Compares every event row with what the index tells. Reads every event of the account; takes `told` apart. */
export async function findStale(place: Place, told: Map<ItemKey, Told>): Promise<Stale> {
  const { account, table, names } = place
  const expected = new Map<string, readonly [ItemKey, string]>()
  for (const [key, { months, digest }] of told)
    for (const month of months)
      if (month >= place.keptFrom) expected.set(eventKey(names.month(month), key), [key, digest])
  told.clear()
  const stale: StoredRow[] = []
  let hasStrays = false
  for await (const page of table.range(account, ...rangeOf('event')))
    for (const stored of page) {
      const row = await openOrQuarantine(place, stored, place.rows.event.decode)
      const [, digest] = expected.get(stored.rowKey) ?? []
      if (row !== undefined && isAsTold(row, digest, place)) expected.delete(stored.rowKey)
      else if (row !== undefined) {
        stale.push(stored)
        hasStrays ||= digest === undefined
      }
    }
  return { keys: new Set([...expected.values()].map(([key]) => key)), rows: stale, hasStrays }
}

/** What the index tells nothing of is deleted, or was left behind. Without a digest the next round writes it again anyway. */
const isAsTold = ({ deleted, event }: EventRow, digest: string | undefined, { digestOf }: Place): boolean =>
  digest === undefined ? deleted : !deleted && (digest === '' || digestOf(event) === digest)
