import { isFailure } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import { type EpochMs, earlier, minutes } from '../../core/time.ts'
import type { BlindIndex } from '../../crypto/ports.ts'
import { countMonths, monthsBetween, type Window } from '../../events/window.ts'
import { quarantine } from '../quarantine.ts'
import type { StoredRow, Tables } from '../table.ts'
import { accountsTable, type BindAccountRows } from './account-rows.ts'
import type { EventRow } from './kinds.ts'
import { eventKey, namesOf, rangeOf } from './row-keys.ts'

/** The cached events of an account, read-only. */
export interface Events {
  /** Every row of the months the span touches, each event once: its newest row where it has several. */
  between(account: string, span: Window): Promise<readonly EventRow[]>
  /** The events that somebody else than `integrator` changed at or after `since`, newest state only. */
  changedSince(account: string, since: EpochMs, integrator: string): Promise<readonly EventRow[]>
}

/** A span of more months than this is read as everything there is: the window itself has fewer. */
const MANY_MONTHS = 36

/**
 * How much earlier than asked the change log is read: a change is logged before its events are written, and the clocks
 * of two instances differ. A change told twice does no harm, one not told does.
 */
const LOG_MARGIN = minutes(5)

/** Up to this many changed events are read one by one, at once; more are read as the months they are in. */
const SINGLE_READS = 16

export function createEvents(tables: Tables, bind: BindAccountRows, blind: BlindIndex, log: Log): Events {
  const table = accountsTable(tables)

  async function stored(account: string, prefix: string): Promise<StoredRow[]> {
    const rows: StoredRow[] = []
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
  async function namesChangedSince(account: string, since: EpochMs, integrator: string): Promise<Map<string, string>> {
    const changed = new Map<string, string>()
    // The newest entry says where the event is now, whoever has put it there.
    const places = new Map<string, string>()
    for await (const page of table.range(account, ...rangeOf('change')))
      for (const row of page) {
        const change = await bind(account).change.decode(row)
        if (change.at < earlier(since, LOG_MARGIN)) return changed
        for (const [key, monthName, by] of change.changed) {
          if (!places.has(key)) places.set(key, monthName)
          if (by !== integrator) changed.set(key, places.get(key) ?? monthName)
        }
      }
    return changed
  }

  return {
    async between(account, span) {
      const many = countMonths(span.from, span.to) > MANY_MONTHS
      const { month } = namesOf(blind, account)
      const prefixes = many ? ['event'] : monthsBetween(span.from, span.to).map((name) => `event.${month(name)}`)
      const found = await Promise.all(prefixes.map((prefix) => stored(account, prefix)))
      return newest(await decoded(account, found.flat()))
    },
    async changedSince(account, since, integrator) {
      const names = await namesChangedSince(account, since, integrator)
      const { month } = namesOf(blind, account)
      const keys = new Set([...names].map(([key, name]) => eventKey(month(name), key)))
      const found =
        keys.size > SINGLE_READS
          ? (await Promise.all(monthsOf(names, month).map((prefix) => stored(account, prefix)))).flat()
          : await Promise.all([...keys].map((rowKey) => table.get(account, rowKey)))
      const changed = found.filter((row) => row !== undefined && keys.has(row.rowKey)) as StoredRow[]
      return newest(await decoded(account, changed))
    },
  }
}

const monthsOf = (names: ReadonlyMap<string, string>, tokenOf: (month: string) => string): readonly string[] =>
  [...new Set(names.values())].map((name) => `event.${tokenOf(name)}`)

/**
 * An event that spans months, or has moved, has several rows. One that was left behind by a move never counts against
 * one that was not, whatever their instances' clocks said; else the one written last is what the event says now.
 */
function newest(rows: readonly EventRow[]): EventRow[] {
  const byKey = new Map<string, EventRow>()
  for (const row of rows) {
    const other = byKey.get(row.key)
    if (other === undefined || isNewer(row, other)) byKey.set(row.key, row)
  }
  return [...byKey.values()]
}

const isNewer = (row: EventRow, other: EventRow): boolean =>
  row.moved === other.moved ? row.modifiedAt > other.modifiedAt : other.moved
