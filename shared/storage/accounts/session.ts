import type { EpochMs } from '../../core/time.ts'
import type { ItemKey, Knowledge, Outcome } from '../../pull/knowledge.ts'
import type { AccountSession } from '../../pull/session.ts'
import type { AccountHead, CalendarState } from '../../pull/state.ts'
import type { Table, Write } from '../table.ts'
import type { AccountRows } from './account-rows.ts'
import { type AtomicGroup, packCommits } from './batches.ts'
import { createIndexCache } from './index-cache.ts'
import type { EventRow } from './kinds.ts'
import { type AccountNames, calendarKey, changeKey, eventKey, headKey, tokenKey } from './row-keys.ts'

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

  async function eventWrites({ changes }: Outcome, calendar: string, now: EpochMs): Promise<AtomicGroup[]> {
    const writes: Promise<AtomicGroup>[] = []
    const put = async (month: string, row: EventRow): Promise<AtomicGroup> => {
      const rowKey = eventKey(names.month(month), row.key)
      return [{ kind: 'upsert', rowKey, properties: await rows.event.encode(rowKey, row) }]
    }
    for (const change of changes) {
      const { key, previousMonths } = change
      if (change.kind === 'delete') {
        const before = await cache.event(names.month(previousMonths[0] ?? ''), key)
        if (before === undefined) continue
        for (const month of previousMonths)
          writes.push(put(month, { ...before, deleted: true, moved: month !== previousMonths[0], modifiedAt: now }))
        continue
      }
      const row = { calendar, key, deleted: false, moved: false, modifiedAt: now, event: change.event }
      for (const month of change.months) writes.push(put(month, row))
      for (const month of previousMonths)
        if (!change.months.includes(month)) writes.push(put(month, { ...row, deleted: true, moved: true }))
    }
    return Promise.all(writes)
  }

  async function changeWrite(outcome: Outcome, calendar: string, now: EpochMs): Promise<AtomicGroup[]> {
    if (outcome.changes.length === 0) return []
    const rowKey = changeKey(state.head.nextChange)
    const changed = outcome.changes.map((change): [string, string] => [
      change.key,
      (change.kind === 'write' ? change.months[0] : change.previousMonths[0]) ?? '',
    ])
    return [[{ kind: 'upsert', rowKey, properties: await rows.change.encode(rowKey, { at: now, calendar, changed }) }]]
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
      const changed = outcome.changes.length > 0
      const head = changed ? { ...state.head, nextChange: state.head.nextChange + 1, lastChangeAt: now } : state.head
      const properties = await rows.calendar.encode(calendarKey(calendar.key), calendar)
      await commit(
        [
          ...(await changeWrite(outcome, calendar.key, now)),
          ...(await eventWrites(outcome, calendar.key, now)),
          ...(await cache.writes(outcome)),
          [{ kind: 'upsert', rowKey: calendarKey(calendar.key), properties }],
        ],
        head,
      )
      cache.accept(outcome)
      state.calendars.set(calendar.key, calendar)
    },
    async save({ head = state.head, calendars = [], tokenCache }) {
      const groups: AtomicGroup[] = []
      for (const calendar of calendars) {
        const rowKey = calendarKey(calendar.key)
        groups.push([{ kind: 'upsert', rowKey, properties: await rows.calendar.encode(rowKey, calendar) }])
      }
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
