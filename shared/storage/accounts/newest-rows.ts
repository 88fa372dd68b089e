import type { Log } from '../../core/log.ts'
import { instantOf, monthsOfEvent, type Window } from '../../events/window.ts'
import { openOrQuarantine } from '../quarantine.ts'
import type { StoredRow, Table } from '../table.ts'
import type { AccountRows } from './account-rows.ts'
import type { EventRow } from './kinds.ts'
import { type AccountNames, eventKey } from './row-keys.ts'

/** Where an account's event rows are, and how they open. */
export interface EventPlace {
  readonly account: string
  readonly table: Table
  readonly rows: AccountRows
  readonly names: AccountNames
  readonly log: Log
  /** Nothing is kept outside of it. */
  readonly kept: Window
}

/** Somebody who moves an event faster than it is followed is told of with what was seen last. */
const MOST_MOVES = 4

async function openRows(place: EventPlace, stored: readonly StoredRow[]): Promise<Opened[]> {
  const opened = stored.map(async (one) => {
    const row = await openOrQuarantine(place, one, place.rows.event.decode)
    return row === undefined ? [] : [{ rowKey: one.rowKey, row }]
  })
  return (await Promise.all(opened)).flat()
}

interface Opened {
  readonly rowKey: string
  readonly row: EventRow
}

/**
 * Each event once, as it is now. An event that spans months, or has moved, has several rows; the one that was written last
 * counts, and one that was left behind by a move only says where to look.
 * @param isWorthwhile whether to look where a row that was left behind says the event is now, if it was not read there.
 */
export async function newestEvents(
  place: EventPlace,
  stored: readonly StoredRow[],
  isWorthwhile: (left: EventRow) => boolean,
): Promise<EventRow[]> {
  const found: EventRow[] = []
  const left: Opened[] = []
  for (const one of newest(await openRows(place, stored)))
    if (!one.row.moved) found.push(one.row)
    else if (!isForgotten(place, one) && isWorthwhile(one.row)) left.push(one)
  const followed = await Promise.all(left.map((one) => follow(place, one)))
  return [...found, ...followed.flatMap((row) => row ?? [])]
}

/** An event that was moved while its months were read has left one before it came to the other, as we saw it. */
async function follow(place: EventPlace, left: Opened, moves = 1): Promise<EventRow | undefined> {
  const { account, table, names } = place
  const places = monthsKeptOf(place, left.row).map((month) => eventKey(names.month(month), left.row.key))
  const stored = await Promise.all(places.map((rowKey) => table.get(account, rowKey)))
  const [one] = newest(
    await openRows(
      place,
      stored.flatMap((row) => row ?? []),
    ),
  )
  if (one === undefined || !one.row.moved) return one?.row
  return moves === MOST_MOVES || isForgotten(place, one) ? undefined : follow(place, one, moves + 1)
}

/** Left behind by the window, and not by a move: it stands where it says that the event is. */
const isForgotten = (place: EventPlace, { rowKey, row }: Opened): boolean =>
  monthsKeptOf(place, row).some((month) => eventKey(place.names.month(month), row.key) === rowKey)

/** Every month the event may be kept under; none when it takes place outside of all that is kept. */
const monthsKeptOf = ({ kept }: EventPlace, { event: { start, end } }: EventRow): readonly string[] =>
  instantOf(end) < kept.from || instantOf(start) >= kept.to ? [] : monthsOfEvent(start, end, kept)

function newest(rows: readonly Opened[]): Opened[] {
  const byKey = new Map<string, Opened>()
  for (const one of rows) {
    const other = byKey.get(one.row.key)
    if (other === undefined || isNewer(one.row, other.row)) byKey.set(one.row.key, one)
  }
  return [...byKey.values()]
}

/**
 * One that was left behind never counts against one that was not, nor a deletion against an event that is there, whatever
 * their instances' clocks said: who deletes or moves an event marks all of its rows.
 */
const isNewer = (row: EventRow, other: EventRow): boolean =>
  standingOf(row) === standingOf(other) ? row.modifiedAt > other.modifiedAt : standingOf(row) > standingOf(other)

const standingOf = ({ moved, deleted }: EventRow): number => (moved ? 0 : deleted ? 1 : 2)
