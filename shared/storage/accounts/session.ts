import type { EpochMs } from '../../core/time.ts'
import type { EventChange, ItemKey, Knowledge, Outcome } from '../../pull/knowledge.ts'
import type { AccountSession } from '../../pull/session.ts'
import type { AccountHead, CalendarState } from '../../pull/state.ts'
import type { Table, Write } from '../table.ts'
import type { AccountRows } from './account-rows.ts'
import { type AtomicGroup, packCommits } from './batches.ts'
import { createIndexCache } from './index-cache.ts'
import type { EventRow } from './kinds.ts'
import { type AccountNames, calendarKey, changeKey, eventKey, headKey, tokenKey } from './row-keys.ts'
import { findStrays } from './strays.ts'

/** Rows of deleted events are read one by one, so many at once and not more. */
const CHANGES_AT_ONCE = 64
const CHANGES_PER_ROW = 5_000

export interface SessionState {
  readonly account: string
  readonly table: Table
  readonly rows: AccountRows
  readonly names: AccountNames
  head: AccountHead
  headEtag: string
  tokenCache: string
  calendars: Map<string, CalendarState>
}

/**
 * One handler's view of one account, from reading its state to its last commit. Every commit replaces the head row by
 * its etag, so that of two handlers that work on one account at once, the slower one fails with `ROW_CHANGED`.
 */
export function createSession(state: SessionState): AccountSession {
  const { account, table, rows, names } = state
  const cache = createIndexCache(account, table, rows)

  async function commit(groups: readonly AtomicGroup[], head: AccountHead): Promise<void> {
    for (const writes of packCommits(groups)) {
      const properties = await rows.head.encode(headKey, head)
      const fence: Write = { kind: 'replace', rowKey: headKey, properties, etag: state.headEtag }
      const etags = await table.commit(account, [...writes, fence])
      state.headEtag = etags.at(-1) ?? ''
      state.head = head
    }
  }

  const put = async (month: string, row: EventRow): Promise<AtomicGroup> => {
    const rowKey = eventKey(names.month(month), row.key)
    return [{ kind: 'upsert', rowKey, properties: await rows.event.encode(rowKey, row) }]
  }

  /** A deleted event stays where it is, marked, so that integrators can be told; undefined when it was never written. */
  async function deletedRows({ key, previousMonths }: EventChange, now: EpochMs): Promise<AtomicGroup[]> {
    const before = await cache.event(names.month(previousMonths[0] ?? ''), key)
    if (before === undefined) return []
    return Promise.all(previousMonths.map((month) => put(month, { ...before, deleted: true, modifiedAt: now })))
  }

  function writtenRows(
    change: EventChange & { kind: 'write' },
    calendar: string,
    now: EpochMs,
  ): Promise<AtomicGroup[]> {
    const { key, event, months, previousMonths } = change
    const row = { calendar, key, deleted: false, moved: false, modifiedAt: now, event }
    const left = previousMonths.filter((month) => !months.includes(month))
    return Promise.all([
      ...months.map((month) => put(month, row)),
      ...left.map((month) => put(month, { ...row, deleted: true, moved: true })),
    ])
  }

  async function eventWrites({ changes }: Outcome, calendar: string, now: EpochMs): Promise<AtomicGroup[]> {
    const groups: AtomicGroup[] = []
    for (let at = 0; at < changes.length; at += CHANGES_AT_ONCE) {
      const some = changes.slice(at, at + CHANGES_AT_ONCE)
      const written = some.map((change) =>
        change.kind === 'delete' ? deletedRows(change, now) : writtenRows(change, calendar, now),
      )
      groups.push(...(await Promise.all(written)).flat())
    }
    return groups
  }

  /** What the change log says of an outcome, in rows that are far from the size limit. */
  async function changeWrites(changes: Outcome['changes'], calendar: string, now: EpochMs): Promise<AtomicGroup[]> {
    const groups: AtomicGroup[] = []
    for (let at = 0; at < changes.length; at += CHANGES_PER_ROW) {
      const rowKey = changeKey(state.head.nextChange + groups.length)
      const changed = changes
        .slice(at, at + CHANGES_PER_ROW)
        .map((change): [string, string] => [
          change.key,
          (change.kind === 'write' ? change.months[0] : change.previousMonths[0]) ?? '',
        ])
      groups.push([
        { kind: 'upsert', rowKey, properties: await rows.change.encode(rowKey, { at: now, calendar, changed }) },
      ])
    }
    return groups
  }

  async function calendarWrite(calendar: CalendarState): Promise<AtomicGroup> {
    const rowKey = calendarKey(calendar.key)
    return [{ kind: 'upsert', rowKey, properties: await rows.calendar.encode(rowKey, calendar) }]
  }

  /** The calendar as it stays when a commit in several parts is not ended. The number of a round is never used again. */
  function tornBy(calendar: CalendarState): CalendarState {
    const before = state.calendars.get(calendar.key) ?? calendar
    return { ...before, torn: true, round: before.progress === undefined ? calendar.round : before.round }
  }

  return {
    account,
    get head() {
      return state.head
    },
    get tokenCache() {
      return state.tokenCache
    },
    get calendars() {
      return [...state.calendars.values()]
    },
    names,
    knowledge: (keys: readonly ItemKey[], series: readonly ItemKey[]): Promise<Knowledge> => cache.load(keys, series),
    allKnowledge: () => cache.loadAll(),
    async commitPull(calendar, outcome, now) {
      const changes = await changeWrites(outcome.changes, calendar.key, now)
      const nextChange = state.head.nextChange + changes.length
      const head = changes.length > 0 ? { ...state.head, nextChange, lastChangeAt: now } : state.head
      const groups = [
        ...changes,
        ...(await eventWrites(outcome, calendar.key, now)),
        ...(await cache.writes(outcome)),
        await calendarWrite(calendar),
      ]
      const fits = packCommits(groups).length === 1
      await commit(fits ? groups : [await calendarWrite(tornBy(calendar)), ...groups], head)
      cache.accept(outcome)
      state.calendars.set(calendar.key, calendar)
    },
    async mend(torn, now) {
      const calendar = { ...torn, torn: undefined, dirty: false }
      const strays = await findStrays(state, calendar.key, await cache.loadAll())
      const gone = strays.filter(({ isKnown }) => !isKnown)
      const deletions = gone.map(({ row, month }) => ({
        kind: 'delete' as const,
        key: row.key,
        previousMonths: [month],
      }))
      const changes = await changeWrites(deletions, calendar.key, now)
      const nextChange = state.head.nextChange + changes.length
      const marked = strays.map(async ({ rowKey, row, isKnown }): Promise<AtomicGroup> => {
        // Where the event lives on, its newer row must stay the newest.
        const left = isKnown ? { ...row, deleted: true, moved: true } : { ...row, deleted: true, modifiedAt: now }
        return [{ kind: 'upsert', rowKey, properties: await rows.event.encode(rowKey, left) }]
      })
      await commit([...changes, ...(await Promise.all(marked)), await calendarWrite(calendar)], {
        ...state.head,
        nextChange,
      })
      state.calendars.set(calendar.key, calendar)
    },
    async save({ head = state.head, calendars = [], tokenCache }) {
      const groups: AtomicGroup[] = []
      for (const calendar of calendars) groups.push(await calendarWrite(calendar))
      if (tokenCache !== undefined) {
        const properties = await rows.token.encode(tokenKey, { cache: tokenCache })
        groups.push([{ kind: 'upsert', rowKey: tokenKey, properties }])
        state.tokenCache = tokenCache
      }
      await commit(groups, head)
      for (const calendar of calendars) state.calendars.set(calendar.key, calendar)
    },
  }
}
