import { SyncError } from '../../core/errors.ts'
import { type Clock, days, type EpochMs, earlier, epochMs } from '../../core/time.ts'
import type { BlindIndex } from '../../crypto/ports.ts'
import type { WindowDays } from '../../events/window.ts'
import { startOfDayInZone } from '../../events/zones.ts'
import { assertCalendarsKnown } from '../../pull/known-calendars.ts'
import type { ActionLog } from '../../push/ports.ts'
import type { AccountState, Accounts } from '../../storage/accounts/accounts.ts'
import type { Events, Reading, Slice } from '../../storage/accounts/events.ts'
import type { EventRow } from '../../storage/accounts/kinds.ts'
import type { OwnEvents } from '../../storage/accounts/own-events.ts'
import { isWanted } from './matching.ts'
import type { ToldEvent } from './overlay.ts'
import type { PagePosition, Reader } from './page-token.ts'
import type { ScheduleQuery } from './schedule-query.ts'
import { loadWishes, type Wishes } from './wishes.ts'

export interface ScheduleDependencies {
  readonly accounts: Accounts
  readonly events: Events
  readonly ownEvents: OwnEvents
  readonly blind: BlindIndex
  readonly clock: Clock
  readonly actions: Pick<ActionLog, 'pending'>
  readonly windowDays: WindowDays
  readonly pageSize: number
}

/** Some of the events a query asks for, in the order of their keys, and where the rest of them begins. */
export interface Part {
  readonly state: AccountState
  readonly events: readonly ToldEvent[]
  /** Undefined when this is the last part. */
  readonly next: Pick<PagePosition, 'after' | 'told'> | undefined
}

/** How often an answer that is not half full looks at more events: a filter that finds little must not take for ever. */
const MOST_LOOKS = 5

/** The state of an account, to answer from. @throws SyncError `STORAGE_UNAVAILABLE` while its calendars are not known. */
export async function stateToTell(
  accounts: Pick<Accounts, 'state'>,
  account: string,
): Promise<AccountState | undefined> {
  const state = await accounts.state(account)
  assertCalendarsKnown(state?.head)
  return state
}

/** @throws SyncError `NOT_FOUND` when the account is gone. What `stateToTell` throws. */
export async function stateOrNotFound(accounts: Accounts, account: string): Promise<AccountState> {
  const state = await stateToTell(accounts, account)
  if (state === undefined) throw new SyncError('NOT_FOUND', 'the account is gone')
  return state
}

/**
 * The next page of what a query asks for. An event that is there throughout a reading is told on exactly one of its pages,
 * whatever is moved, made or deleted meanwhile: pages follow the order of keys, which never change.
 */
export async function readPart(dependencies: ScheduleDependencies, reader: Reader, from: PagePosition): Promise<Part> {
  const { accounts, pageSize } = dependencies
  const state = await stateOrNotFound(accounts, reader.accountId)
  // What is pending is read before the events: an action that is applied in between is told twice as the same.
  const span = { ...from.query, kept: keptSpan(state, dependencies.windowDays) }
  const wishes = await loadWishes(dependencies, reader, from, state, span)
  const next = createSource(dependencies, reader, from, state, wishes)
  const present = new Set(state.calendars.filter(({ deleted }) => !deleted).map(({ key }) => key))
  const isTold = (row: ToldEvent) => isWanted(row, from.query, reader.clientId)
  const events: ToldEvent[] = []
  let after: string | undefined = from.after
  for (let looks = 0; after !== undefined && events.length <= pageSize / 2 && looks < MOST_LOOKS; looks++) {
    const slice: Slice = await next(after, pageSize - events.length)
    const told = (await wishes.on(slice.events, after === '')).map((row) => seenFrom(from.query.calendars, row, slice))
    events.push(...told.map((row) => (present.has(row.calendar) ? row : { ...row, deleted: true })).filter(isTold))
    after = slice.end
    // What is told is also held, and answered, at once: a page ends where its bytes do.
    if (slice.isFull) break
  }
  return { state, events, next: after === undefined ? undefined : { after, told: wishes.told(events) } }
}

/** To a follower of some calendars, an event that has left them for another one is one that was deleted. */
function seenFrom(calendars: ScheduleQuery['calendars'], row: ToldEvent, { changedIn }: Slice): ToldEvent {
  if (calendars.length === 0 || calendars.includes(row.calendar)) return row
  const left = calendars.find((calendar) => changedIn?.get(row.key)?.has(calendar))
  return left === undefined ? row : { ...row, calendar: left, deleted: true }
}

type Source = (after: string, most: number) => Promise<Slice>

/** The cached events, and beside them those of the integrator that are not cached, or on their way into the span. */
function createSource(
  dependencies: ScheduleDependencies,
  { accountId: account, clientId: integrator }: Reader,
  { query }: PagePosition,
  state: AccountState,
  wishes: Wishes,
): Source {
  const { events, ownEvents, windowDays } = dependencies
  const { calendars } = state
  const kept = keptSpan(state, windowDays)
  const reading = (after: string, most: number): Reading => ({ account, kept, after, most })
  const { lastModified, zone, includeMoved, from = kept.from, to = epochMs(kept.to + 1) } = query
  // What has changed since a time that the change log does not go back to is among everything that is kept.
  if (lastModified !== undefined && lastModified > (state.head.changesForgottenAt ?? Number.NEGATIVE_INFINITY))
    return (after, most) => events.changedSince(reading(after, most), lastModified, integrator, query.calendars)
  const end = epochMs(Math.max(kept.from, Math.min(to, kept.to + 1)))
  const span = { from, to: widened(end, zone, from) }
  return async (after, most) => {
    const outside = () =>
      query.managed === 'only' ? ownEvents.outside({ account, integrator, calendars, after, most }) : NOTHING
    // An event that comes into the window meanwhile is in the cache by then; one that leaves it has left a row behind.
    const before = await outside()
    const cached = await events.between(reading(after, most), span, includeMoved)
    const hasLeft = cached.events.some(({ deleted, managed }) => deleted && managed?.integrator === integrator)
    const now = hasLeft ? await outside() : before
    return merged([cached, before, now, { events: wishes.moving, end: undefined }], after, most)
  }
}

const NOTHING: Slice = { events: [], end: undefined }

/** Several slices as one; of an event that is in several, the first one counts, and one that is not deleted before that. */
function merged(slices: readonly Slice[], after: string, most: number): Slice {
  const end = slices.reduce<string | undefined>((least, one) => lesser(least, one.end), undefined)
  const isFull = slices.some((one) => one.isFull)
  const byKey = new Map<string, EventRow>()
  for (const { events } of slices)
    for (const row of events) {
      const isHere = row.key > after && (end === undefined || row.key <= end)
      if (isHere && (byKey.get(row.key)?.deleted ?? true)) byKey.set(row.key, row)
    }
  const keys = [...byKey.keys()].sort()
  const last = keys.length > most ? keys[most - 1] : end
  return { events: [...byKey.values()].filter(({ key }) => last === undefined || key <= last), end: last, isFull }
}

const lesser = (one: string | undefined, other: string | undefined): string | undefined =>
  one === undefined || (other !== undefined && other < one) ? other : one

/**
 * The span that rows are kept of: what the windows of the calendars were since anything was forgotten. The window of a
 * calendar that is gone moves on no more.
 */
export function keptSpan({ head, calendars }: AccountState, windowDays: { readonly past: number }) {
  const present = calendars.filter(({ deleted }) => !deleted)
  const windows = present.flatMap(({ window }) => window ?? [])
  const begins = head.keptFrom
    ? Date.parse(`${head.keptFrom}-01`)
    : earlier(head.connectedAt, days(windowDays.past + 1))
  const from = epochMs(Math.min(begins, ...windows.map((window) => window.from)))
  return { from, to: epochMs(Math.max(from, ...windows.map((window) => window.to))) }
}

/** All-day events are kept under UTC days; where the zone's days begin earlier, the last day reaches a bit further. */
const widened = (to: EpochMs, zone: string, from: EpochMs): EpochMs => {
  const day = new Date(to).toISOString().slice(0, 10)
  const offset = startOfDayInZone(day, zone) - Date.parse(`${day}T00:00:00Z`)
  return epochMs(Math.max(from, offset < 0 ? to - offset : to))
}
