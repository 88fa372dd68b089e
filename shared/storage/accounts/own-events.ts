import type { Log } from '../../core/log.ts'
import { epochMs } from '../../core/time.ts'
import type { BlindIndex } from '../../crypto/ports.ts'
import { instantOf } from '../../events/window.ts'
import type { CalendarState } from '../../pull/state.ts'
import type { Agreement } from '../../push/agreement.ts'
import { rowBytes } from '../limits.ts'
import { openOrQuarantine } from '../quarantine.ts'
import type { StoredRow, Table, Tables } from '../table.ts'
import { accountsTable, type BindAccountRows } from './account-rows.ts'
import { SLICE_BYTES } from './event-slices.ts'
import type { Slice } from './events.ts'
import { createIndexParts } from './index-parts.ts'
import type { EventRow } from './kinds.ts'
import { type AccountNames, agreementKey, namesOf, partOf, rangeOf } from './row-keys.ts'

/** What an integrator and Microsoft have agreed on about the integrator's own events, as events. */
export interface OwnEvents {
  /**
   * The integrator's events outside of the windows of their calendars, which the cache holds nothing of, in the order of
   * their keys behind `after`, at most `most`. They are told as they were agreed on, and where they were last seen: what
   * Microsoft changed since, nobody has told us. Of a series the first occurrence.
   */
  outside(from: {
    readonly account: string
    readonly integrator: string
    readonly calendars: readonly CalendarState[]
    readonly after: string
    readonly most: number
  }): Promise<Slice>
  /** What was agreed on under these keys, of events of any kind. */
  agreed(account: string, agreements: readonly string[]): Promise<ReadonlyMap<string, Agreed>>
}

export interface Agreed {
  readonly agreement: Agreement
  /** The event as it was agreed on; undefined when Microsoft has none, or the integrator did not create it. */
  readonly event: EventRow | undefined
}

/** Reads at once. */
const READS_AT_ONCE = 16

export function createOwnEvents(tables: Tables, bind: BindAccountRows, blind: BlindIndex, log: Log): OwnEvents {
  const table = accountsTable(tables)

  const open = (account: string, row: StoredRow): Promise<Agreement | undefined> =>
    openOrQuarantine({ table, log }, row, bind(account).agreement.decode)

  /** Those that no row of the cache is about: what it knows, it knows better. */
  async function notCached(account: string, rows: readonly EventRow[]): Promise<readonly EventRow[]> {
    const cached = new Set<string>()
    const keys = rows.map(({ key }) => key)
    for await (const [, part] of createIndexParts(account, table, bind(account)).each(keys.map(partOf)))
      for (const key of keys) if (Object.hasOwn(part, key)) cached.add(key)
    return rows.filter(({ key }) => !cached.has(key))
  }

  return {
    async outside({ account, integrator, calendars, after, most }) {
      const names = namesOf(blind, account)
      let found: Sized[] = []
      /** The first of those that were left out: what has a later key belongs behind it. */
      let ceiling: string | undefined
      let isFull = false
      const prefix = agreementKey(names.integrator(integrator))
      for await (const page of table.range(account, ...rangeOf(prefix))) {
        for (const row of page) {
          const event = eventOf(await open(account, row), names)
          const isAsked = event !== undefined && event.key > after && (ceiling === undefined || event.key < ceiling)
          if (isAsked && isOutside(event, calendars))
            found.push({ event, bytes: rowBytes(row.partitionKey, row.rowKey, row.properties) })
        }
        const kept = firstOf(found.sort(byKey), most)
        ceiling = found[kept.length]?.event.key ?? ceiling
        isFull ||= kept.length < Math.min(found.length, most)
        found = kept
      }
      const events = found.map(({ event }) => event)
      return {
        events: await notCached(account, events),
        end: ceiling === undefined ? undefined : events.at(-1)?.key,
        isFull,
      }
    },
    async agreed(account, agreements) {
      const found = new Map<string, Agreed>()
      const names = namesOf(blind, account)
      for (const key of await inTurn(table, account, agreements)) {
        const agreement = await open(account, key)
        if (agreement) found.set(agreement.key, { agreement, event: eventOf(agreement, names) })
      }
      return found
    },
  }
}

async function inTurn(table: Table, account: string, agreements: readonly string[]): Promise<readonly StoredRow[]> {
  const keys = [...new Set(agreements)]
  const rows: StoredRow[] = []
  for (let at = 0; at < keys.length; at += READS_AT_ONCE) {
    const some = keys.slice(at, at + READS_AT_ONCE).map((key) => table.get(account, agreementKey(key)))
    rows.push(...(await Promise.all(some)).flatMap((row) => row ?? []))
  }
  return rows
}

interface Sized {
  readonly event: EventRow
  readonly bytes: number
}

const byKey = ({ event: one }: Sized, { event: other }: Sized): number => (one.key < other.key ? -1 : 1)

/** As many as a slice has, by their number and their bytes; one at least. */
function firstOf(found: readonly Sized[], most: number): Sized[] {
  let bytes = 0
  const tooMany = found.findIndex((one, at) => {
    bytes += one.bytes
    return at >= most || (at > 0 && bytes > SLICE_BYTES)
  })
  return found.slice(0, tooMany < 0 ? found.length : tooMany)
}

/** The event as it was agreed on; undefined when Microsoft has none, or the integrator did not create it. */
function eventOf(agreement: Agreement | undefined, names: AccountNames): EventRow | undefined {
  const { providerId, stored, eventId, calendar, integrator, gone, movedTo } = agreement ?? {}
  if (!providerId || gone === providerId || !stored || !eventId || !calendar || !integrator) return undefined
  const { content, recurrence } = stored
  return {
    ...{ calendar, key: names.item(providerId), deleted: false, moved: false },
    modifiedAt: content.changedAt ?? epochMs(0),
    managed: { integrator, eventId },
    event: {
      ...content,
      ...movedTo,
      ...{ providerId, etag: '', kind: recurrence === undefined ? 'single' : 'occurrence' },
      ...(recurrence && { recurrence, seriesProviderId: providerId }),
    },
  }
}

/** A calendar without a window has not been read yet. */
function isOutside({ calendar, event }: EventRow, calendars: readonly CalendarState[]): boolean {
  const { window } = calendars.find(({ key }) => key === calendar) ?? {}
  return window === undefined || instantOf(event.end) < window.from || instantOf(event.start) >= window.to
}
