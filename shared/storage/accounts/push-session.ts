import type { ItemKey, KnownSeries, Outcome } from '../../pull/knowledge.ts'
import type { AccountSession } from '../../pull/session.ts'
import type { CalendarState } from '../../pull/state.ts'
import type { Action } from '../../push/action.ts'
import type { Cached, PushSession, Settlement } from '../../push/session.ts'
import { openOrQuarantine } from '../quarantine.ts'
import { insertOrReplace } from '../table.ts'
import type { Agreements } from './agreements.ts'
import { type AtomicGroup, packCommits } from './batches.ts'
import { type EventWrites, headAfter } from './event-writes.ts'
import type { IndexCache } from './index-cache.ts'
import { readActions } from './read-actions.ts'
import { actionCounterKey, actionKey, eventKey } from './row-keys.ts'
import type { Commit, SessionState } from './session.ts'

interface Dependencies {
  readonly state: SessionState
  readonly cache: IndexCache
  readonly agreements: Agreements
  readonly writes: EventWrites
  readonly commit: Commit
  readonly calendarWrite: (calendar: CalendarState) => Promise<AtomicGroup>
  readonly save: AccountSession['save']
}

/** The push's half of a session: actions, agreements, and what the cache learns from the provider's answers. */
export function createPushSession(dependencies: Dependencies): PushSession {
  const { state, cache, agreements, writes, commit, calendarWrite, save } = dependencies
  const { account, table, rows, names } = state
  let actions: Map<number, Action> | undefined

  async function loadActions(from: number): Promise<Map<number, Action>> {
    const found = await readActions(table, rows, state.log, account, from)
    return new Map(found.flatMap((action) => (action.number <= state.lastAction ? [[action.number, action]] : [])))
  }

  /** Raises the number of the last action to the head's. @returns the row, where it is to be written. */
  async function raisedCounter(): Promise<AtomicGroup[]> {
    const { settledActions } = state.head
    if (state.lastAction >= settledActions) return []
    const row = await table.get(account, actionCounterKey)
    const last = row === undefined ? 0 : (await rows.actionCounter.decode(row)).last
    state.lastAction = Math.max(last, settledActions)
    const properties = await rows.actionCounter.encode(actionCounterKey, { last: state.lastAction })
    return [[insertOrReplace(actionCounterKey, properties, row?.etag)]]
  }

  async function cachedEvent(key: ItemKey, months: readonly string[]): Promise<Cached | undefined> {
    const stored = await table.get(account, eventKey(names.month(months[0] ?? ''), key))
    // Where the row does not open, the provider is asked for the event.
    const row = stored && (await openOrQuarantine(state, stored, rows.event.decode))
    if (row === undefined || row.deleted) return undefined
    const { providerId, etag, kind, seriesProviderId } = row.event
    return {
      providerId,
      etag,
      kind,
      seriesProviderId,
      content: row.event,
      calendar: row.calendar,
      heardAt: row.modifiedAt,
    }
  }

  /** A change of a series is written into all occurrences that follow it, so each of them says when it was heard of. */
  async function cachedSeries(series: KnownSeries | undefined, calendar: string): Promise<Cached | undefined> {
    if (series?.master === undefined) return undefined
    const [first] = Object.entries(series.occurrences).filter(([, one]) => one.stored !== undefined && !one.exception)
    const heardAt = first && (await cachedEvent(first[0], first[1].stored?.months ?? []))?.heardAt
    return { ...series.master, kind: 'series', calendar, heardAt }
  }

  async function groupsOf(settlement: Settlement, now: Parameters<PushSession['settle']>[1]) {
    let entries = 0
    const groups: AtomicGroup[] = []
    for (const { calendar, outcome, by } of settlement.learned) {
      const log = await writes.log(outcome.changes, calendar.key, now, state.head.nextChange + entries, by)
      entries += log.length
      groups.push(...log, ...(await writes.written(outcome, calendar.key, now, settlement.agreements)))
      for await (const group of writes.removed(outcome, now)) groups.push(group)
    }
    const learned = joined(settlement)
    for await (const group of cache.indexWrites(learned)) groups.push(group)
    groups.push(...(await cache.seriesWrites(learned)), ...(await agreements.writes(settlement.agreements)))
    return { groups, logged: headAfter(state.head, entries, now) }
  }

  async function actionWrites(changed: readonly Action[]): Promise<AtomicGroup[]> {
    return Promise.all(
      changed.map(async (action): Promise<AtomicGroup> => {
        const rowKey = actionKey(action.number)
        return [{ kind: 'upsert', rowKey, properties: await rows.action.encode(rowKey, action) }]
      }),
    )
  }

  /** The rows that make `settledActions` true, and how far it is true then. */
  function settledAfter(changed: readonly Action[]): { open: Map<number, Action>; settledActions: number } {
    const open = new Map(actions)
    for (const action of changed) open.set(action.number, action)
    const numbers = [...open.values()].filter(isPending).map(({ number }) => number)
    return {
      open,
      settledActions:
        actions === undefined
          ? state.head.settledActions
          : Math.min(state.lastAction, ...numbers.map((number) => number - 1)),
    }
  }

  return {
    account,
    names,
    get head() {
      return state.head
    },
    get calendars() {
      return [...state.calendars.values()]
    },
    knowledge: (keys, series) => cache.load(keys, series),
    get hasPending() {
      return state.lastAction > state.head.settledActions
    },
    get mostPending() {
      return state.lastAction - state.head.settledActions
    },
    async pendingActions() {
      actions ??= await loadActions(state.head.settledActions + 1)
      return [...actions.values()].filter(isPending)
    },
    async recount() {
      const groups = await raisedCounter()
      actions = await loadActions(state.head.actionsKeptFrom ?? 1)
      await commit(groups, { ...state.head, settledActions: settledAfter([]).settledActions })
    },
    async agreements(keys) {
      await agreements.load(keys)
      const found = keys.flatMap((key) => agreements.known(key) ?? [])
      return new Map(found.map((agreement) => [agreement.key, agreement]))
    },
    agreementsOf: async (integrator) => {
      const all = await agreements.loadAll(names.integrator(integrator))
      return all.filter(({ eventId }) => eventId !== undefined)
    },
    async cached(key) {
      const known = await cache.load([key], [])
      const item = known.item(key)
      if (item?.kind === 'event') return cachedEvent(key, item.months)
      if (item?.kind === 'series') return cachedSeries(known.series(key), item.calendar)
      const stored = item === undefined ? undefined : known.series(item.series)?.occurrences[key]?.stored
      return stored && cachedEvent(key, stored.months)
    },
    noteCalendars: (calendars) => save({ calendars }),
    async settle(settlement, now) {
      const { groups, logged } = await groupsOf(settlement, now)
      const dirty = settlement.dirty.flatMap((key) => state.calendars.get(key) ?? [])
      const marked = dirty.map((calendar) => ({ ...calendar, dirty: true }))
      for (const calendar of marked) groups.push(await calendarWrite(calendar))
      groups.push(...(await actionWrites(settlement.actions)))
      const { open, settledActions } = settledAfter(settlement.actions)
      const rejected = settlement.actions.filter((action) => action.state === 'rejected').length
      const rejectedActions = state.head.rejectedActions + rejected
      const head = { ...logged, settledActions, rejectedActions }
      const isWhole = packCommits(groups).length === 1
      await commit(groups, isWhole ? head : logged)
      if (!isWhole) await commit([], head)
      actions = actions && open
      cache.accept(joined(settlement))
      agreements.accept(settlement.agreements)
      for (const calendar of marked) state.calendars.set(calendar.key, calendar)
    },
    assertFence: () => commit([], state.head),
  }
}

const isPending = ({ state }: Action): boolean => state === 'pending'

/** What is remembered of all calendars, in one: they share the parts of the index. */
const joined = ({ learned }: Settlement): Outcome => ({
  changes: [],
  items: new Map(learned.flatMap(({ outcome }) => [...outcome.items])),
  series: new Map(learned.flatMap(({ outcome }) => [...outcome.series])),
})
