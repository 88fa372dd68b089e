import type { ResealPace } from '../../accounts/renew-key.ts'
import type { Audit } from '../../audit/ports.ts'
import type { StoredChannel } from '../../channels/channel.ts'
import type { Log } from '../../core/log.ts'
import type { EpochMs } from '../../core/time.ts'
import type { CalendarEvent } from '../../events/event.ts'
import type { ItemKey, Knowledge } from '../../pull/knowledge.ts'
import type { AccountSession } from '../../pull/session.ts'
import type { AccountHead, CalendarState } from '../../pull/state.ts'
import type { PushSession } from '../../push/session.ts'
import type { Table, Write } from '../table.ts'
import type { AccountRows } from './account-rows.ts'
import { createAgreements } from './agreements.ts'
import { type AtomicGroup, packCommits, packStream } from './batches.ts'
import { checkEvents } from './check-events.ts'
import { createEventWrites, headAfter } from './event-writes.ts'
import { forgetMonths, forgetOld } from './forgotten-rows.ts'
import { createIndexCache } from './index-cache.ts'
import { createPushSession } from './push-session.ts'
import { resealRows } from './reseal.ts'
import { type AccountNames, calendarKey, headKey, tokenKey } from './row-keys.ts'
import { createRowGuard, type StoredHead, versionsAfter } from './row-versions.ts'
import { findStrays } from './strays.ts'
import { storeUnknown } from './unknown-events.ts'

/** Stores a change of the account, in as many commits as it takes, each fenced by the head. @throws SyncError `ROW_CHANGED`. */
export type Commit = (groups: readonly AtomicGroup[], head: StoredHead) => Promise<void>

export interface SessionState {
  readonly account: string
  readonly table: Table
  readonly rows: AccountRows
  readonly names: AccountNames
  head: StoredHead
  headEtag: string
  /** The number of the last action, as it was when the session was opened: later ones come with a wake-up of their own. */
  lastAction: number
  readonly log: Log
  readonly audit: Audit
  /** Puts right what somebody has rolled back or damaged. @returns whether there was anything. */
  repair(): Promise<boolean>
  tokenCache: string
  calendars: Map<string, CalendarState>
  readonly channels: readonly StoredChannel[]
}

export interface Session extends AccountSession {
  readonly push: PushSession
  /** The account's channels as they were when the session was opened. */
  readonly channels: readonly StoredChannel[]
  /**
   * Compares the event rows with the index. What somebody has put back is kept as evidence, and written again by the round
   * that follows. Reads every event of the account. What a commit in progress has left is let be, unless `even` says that
   * no commit goes on: then the difference is nobody's deed. The head notes when, with the next commit.
   * @throws SyncError `ROW_CHANGED`.
   */
  checkEvents(digestOf: (event: CalendarEvent) => string, now: EpochMs, even?: 'torn'): Promise<void>
  /**
   * Seals rows again under the account's newest key; the last thing a session does.
   * @returns whether nothing is under an older key any more, and nobody can bring something. @throws SyncError `ROW_CHANGED`.
   */
  reseal(pace: ResealPace): Promise<boolean>
}

/** A number that no round has: nothing was seen in it. */
const NO_ROUND = -1

/**
 * One handler's view of one account, from reading its state to its last commit. Every commit replaces the head row by
 * its etag, so that of two handlers that work on one account at once, the slower one fails with `ROW_CHANGED`.
 */
export function createSession(state: SessionState): Session {
  const { account, table, rows, names } = state
  const guard = createRowGuard(state)
  const cache = createIndexCache(account, table, rows, guard)
  const agreements = createAgreements(account, table, rows, guard)
  const writes = createEventWrites({ state, agreements })

  let hasNotes = false

  async function commit(groups: readonly AtomicGroup[], head: AccountHead): Promise<void> {
    const packs = packCommits(groups)
    const unwrittenFrom = state.head.unwrittenFrom ?? state.head.nextChange
    for (const [at, writes] of packs.entries())
      await commitFenced(writes, { ...head, unwrittenFrom: at < packs.length - 1 ? unwrittenFrom : undefined })
  }

  async function commitFenced(writes: readonly Write[], head: AccountHead): Promise<void> {
    const versions = versionsAfter(state.head.versions, guard.last, writes)
    const stored: StoredHead = { ...state.head, ...head, versions }
    const properties = await rows.head.encode(headKey, stored)
    const fence: Write = { kind: 'replace', rowKey: headKey, properties, etag: state.headEtag }
    const etags = await table.commit(account, [...writes, fence])
    state.headEtag = etags.at(-1) ?? ''
    state.head = stored
    hasNotes = false
  }

  async function calendarWrite(calendar: CalendarState): Promise<AtomicGroup> {
    const rowKey = calendarKey(calendar.key)
    return [{ kind: 'upsert', rowKey, properties: await rows.calendar.encode(rowKey, calendar, guard.next()) }]
  }

  /**
   * The calendar as it stays when a commit in several parts is not ended. The number of a round is never used again: a round
   * that was given up for this one does not go on.
   */
  function tornBy(calendar: CalendarState): CalendarState {
    const before = state.calendars.get(calendar.key) ?? calendar
    const isSame = before.round === calendar.round
    return { ...before, torn: true, round: calendar.round, progress: isSame ? before.progress : undefined }
  }

  const save: Session['save'] = async ({ head = state.head, calendars = [], tokenCache }) => {
    const groups: AtomicGroup[] = []
    for (const calendar of calendars) groups.push(await calendarWrite(calendar))
    if (tokenCache !== undefined) {
      const properties = await rows.token.encode(tokenKey, { cache: tokenCache }, guard.next())
      groups.push([{ kind: 'upsert', rowKey: tokenKey, properties }])
      state.tokenCache = tokenCache
    }
    await commit(groups, head)
    for (const calendar of calendars) state.calendars.set(calendar.key, calendar)
  }

  return {
    push: createPushSession({ state, cache, agreements, writes, commit, calendarWrite, save }),
    account,
    channels: state.channels,
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
    unseen: cache.unseen,
    async retell(calendar) {
      const { keys } = await cache.unseen(calendar, NO_ROUND)
      await storeUnknown({ state, cache, commit, calendarWrite }, keys)
    },
    async commitPull(calendar, outcome, now) {
      const changes = await writes.log(
        outcome.changes,
        calendar.key,
        now,
        state.head.nextChange,
        await writes.makers(outcome.changes),
        calendar.windowMovedFrom,
      )
      const head = headAfter(state.head, changes.length, now)
      const torn = tornBy(calendar)
      // What may be refused because it is too large is sealed before anything is written.
      const events = await writes.written(outcome, calendar.key, now)
      const series = await cache.seriesWrites(outcome)
      const last = await calendarWrite(calendar)
      async function* groups() {
        yield* [...changes, ...events]
        yield* writes.removedByProvider(outcome, now)
        yield* cache.indexWrites(outcome)
        yield* [...series, last]
      }
      for await (const some of packStream(groups(), await calendarWrite(torn))) {
        await commitFenced(some, head)
        state.calendars.set(calendar.key, torn)
      }
      cache.accept(outcome)
      cache.release()
      state.calendars.set(calendar.key, calendar)
    },
    async mend(torn, now, isDoubtful) {
      const calendar = { ...torn, torn: undefined, dirty: false }
      const { strays, live } = await findStrays(state, calendar.key, await cache.places())
      const gone = strays.filter(({ isKnown }) => !isKnown)
      if (isDoubtful?.(gone.length, live)) return gone.length
      const deletions = gone.map(({ row, month }) => ({
        kind: 'delete' as const,
        key: row.key,
        previousMonths: [month],
      }))
      const changes = await writes.log(deletions, calendar.key, now, state.head.nextChange)
      const marked = strays.map(({ rowKey, row, isKnown }) => {
        // Where the event lives on, its newer row must stay the newest.
        const left = isKnown ? { ...row, deleted: true, moved: true } : { ...row, deleted: true, modifiedAt: now }
        return writes.rowWrite(rowKey, left)
      })
      const groups = [...changes, ...(await Promise.all(marked)), await calendarWrite(calendar)]
      await commit(groups, headAfter(state.head, changes.length, now))
      state.calendars.set(calendar.key, calendar)
      return 0
    },
    forgetMonths: (months, keptFrom) => forgetMonths(state, commit, months, keptFrom),
    forgetOld: (now, before) => forgetOld(state, commit, now, before),
    async checkEvents(digestOf, now, even) {
      if (!(await checkEvents({ state, cache, commit, calendarWrite, digestOf }, even))) return
      state.head = { ...state.head, eventsCheckedAt: now }
      hasNotes = true
    },
    reseal: (pace) => resealRows(state, commit, pace),
    notePlan(at, standing) {
      state.head = { ...state.head, nextVisitAt: at, standing }
      hasNotes = true
    },
    get hasNotes() {
      return hasNotes
    },
    save,
  }
}
