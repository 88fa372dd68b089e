import type { Log } from '../../core/log.ts'
import { epochMs } from '../../core/time.ts'
import { instantOf, monthsBetween } from '../../events/window.ts'
import type { ItemKey } from '../../pull/knowledge.ts'
import { openOrQuarantine } from '../quarantine.ts'
import type { Table } from '../table.ts'
import type { AccountRows } from './account-rows.ts'
import type { EventRow } from './kinds.ts'
import { type AccountNames, eventKey, rangeOf } from './row-keys.ts'

/** The row of an event that nothing leads to any more. */
export interface Stray {
  readonly rowKey: string
  readonly row: EventRow
  /** The month it is kept under. */
  readonly month: string
  /** Whether the event lives on under other months. */
  readonly isKnown: boolean
}

interface Place {
  readonly account: string
  readonly table: Table
  readonly rows: AccountRows
  readonly names: AccountNames
  readonly log: Log
}

/**
 * The live rows of a calendar's events that nothing is known of, and how many there are in all. They come about when a commit in several parts is not
 * ended, and the mailbox has changed before its page is read again. Reads every event of the account.
 * @param places the months that every known event is kept under.
 */
export async function findStrays(
  place: Place,
  calendar: string,
  places: ReadonlyMap<ItemKey, readonly string[]>,
): Promise<{ readonly strays: readonly Stray[]; readonly live: number }> {
  const { account, table, names } = place
  const strays: Stray[] = []
  let live = 0
  for await (const page of table.range(account, ...rangeOf('event')))
    for (const stored of page) {
      const row = await openOrQuarantine(place, stored, place.rows.event.decode)
      if (row?.calendar !== calendar || row.deleted) continue
      live++
      const isHere = (month: string) => eventKey(names.month(month), row.key) === stored.rowKey
      const months = places.get(row.key) ?? []
      if (months.some(isHere)) continue
      const month = monthsOf(row).find(isHere) ?? ''
      strays.push({ rowKey: stored.rowKey, row, month, isKnown: months.length > 0 })
    }
  return { strays, live }
}

const monthsOf = ({ event }: EventRow): readonly string[] =>
  monthsBetween(instantOf(event.start), epochMs(instantOf(event.end) + 1))
