import type { Clock, EpochMs } from '../../core/time.ts'
import type { BlindIndex } from '../../crypto/ports.ts'
import type { EventTime } from '../../events/event.ts'
import { instantOf } from '../../events/window.ts'
import { startOfDayInZone } from '../../events/zones.ts'
import type { ActionLog } from '../../push/ports.ts'
import type { AccountState, Accounts } from '../../storage/accounts/accounts.ts'
import type { Events } from '../../storage/accounts/events.ts'
import type { EventRow } from '../../storage/accounts/kinds.ts'
import { namesOf } from '../../storage/accounts/row-keys.ts'
import { type EventsQuery, parseEventsQuery } from './events-query.ts'
import { type ToldEvent, withPending } from './overlay.ts'
import { decodePageToken, encodePageToken, type Reader } from './page-token.ts'
import { eventUidOf, wireEvent } from './wire-event.ts'

export interface ReadEventsDependencies {
  readonly accounts: Accounts
  readonly events: Events
  readonly blind: BlindIndex
  readonly clock: Clock
  readonly actions: Pick<ActionLog, 'pending'>
  readonly digest: (value: unknown) => string
  readonly publicUrl: string
  readonly windowDays: { readonly past: number; readonly future: number }
}

/** Events in one answer. A month of a very busy person fits; a window of one does not. */
const PAGE_SIZE = 2_000

/** Before the first event of any calendar. */
const BEGINNING = { start: Number.MIN_SAFE_INTEGER, key: '' }

/** `GET /v1/events`: the first page. @throws ValidationError for a bad query. */
export function readEvents(dependencies: ReadEventsDependencies, reader: Reader, search: URLSearchParams) {
  const query = parseEventsQuery(search, dependencies.windowDays, dependencies.clock.now())
  return readPage(dependencies, reader, { query, page: 1, after: BEGINNING })
}

/** `GET /v1/events/pages/{token}`: a further page. @throws SyncError `NOT_FOUND` for a foreign token. */
export function readEventsPage(dependencies: ReadEventsDependencies, reader: Reader, token: string) {
  return readPage(dependencies, reader, decodePageToken(dependencies.blind, reader, token))
}

async function readPage(
  dependencies: ReadEventsDependencies,
  reader: Reader,
  { query, page, after }: ReturnType<typeof decodePageToken>,
) {
  const { blind, publicUrl, digest } = dependencies
  const { accountId: account, clientId } = reader
  const names = namesOf(blind, account)
  const { state, found } = await findEvents(dependencies, reader, query)
  const present = new Set(state?.calendars.filter((calendar) => !calendar.deleted).map(({ key }) => key))
  const told = found.map((row) => (present.has(row.calendar) ? row : { ...row, deleted: true }))
  const wanted = told.filter((row) => matches(row, query, clientId)).sort(byStart)
  const rest = wanted.filter((row) => compare(positionOf(row), after) > 0)
  const shown = rest.slice(0, PAGE_SIZE)
  const last = rest.length > PAGE_SIZE ? shown.at(-1) : undefined
  const writable = new Set(state?.calendars.filter((calendar) => calendar.writable).map(({ key }) => key))
  const seriesIdentifier = (providerId: string) => eventUidOf(names.item(providerId)).replace('evt_external_', 'ser_')
  const token = last && encodePageToken(blind, reader, { query, page: page + 1, after: positionOf(last) })
  return {
    pages: {
      current: page,
      total: page - 1 + Math.max(1, Math.ceil(rest.length / PAGE_SIZE)),
      ...(token && { next_page: `${publicUrl}/v1/events/pages/${token}` }),
    },
    events: shown.map((row) => wireEvent(row, { ...query, writable, seriesIdentifier, integrator: clientId, digest })),
  }
}

/**
 * The account and the events that may match, with what the integrator has asked for on top. What is pending is read before
 * the events: an action that is applied in between is told twice as the same, never not at all.
 */
async function findEvents(
  dependencies: ReadEventsDependencies,
  { accountId, clientId }: Reader,
  query: EventsQuery,
): Promise<{ readonly state: AccountState | undefined; readonly found: readonly ToldEvent[] }> {
  const { accounts, actions, blind } = dependencies
  const read = () => candidates(dependencies, accountId, clientId, query)
  // What is told of changes is what others did, so an integrator's own wishes are no part of it.
  if (query.managed === 'without' || query.lastModified !== undefined) {
    const [state, found] = await Promise.all([accounts.state(accountId), read()])
    return { state, found }
  }
  const state = await accounts.state(accountId)
  const pending = state?.hasPending ? await actions.pending(accountId, state.head.settledActions + 1) : []
  const listener = { integrator: clientId, keyOf: namesOf(blind, accountId).item }
  return { state, found: withPending(await read(), pending, listener) }
}

/** Rows that may match: by the change log when changes are asked for, by month otherwise. */
function candidates({ events }: ReadEventsDependencies, account: string, clientId: string, query: EventsQuery) {
  const { from, to, lastModified, zone } = query
  if (lastModified !== undefined) return events.changedSince(account, lastModified, clientId)
  const [first, last] = [from ?? (0 as EpochMs), to ?? (0 as EpochMs)]
  return events.between(account, { from: first, to: widened(last, zone, first) })
}

/** All-day events are kept under UTC days; where the zone's days begin later, the last day reaches a bit further. */
const widened = (to: EpochMs, zone: string, from: EpochMs): EpochMs => {
  const day = new Date(to).toISOString().slice(0, 10)
  const offset = startOfDayInZone(day, zone) - Date.parse(`${day}T00:00:00Z`)
  return Math.max(from, offset < 0 ? to - offset : to) as EpochMs
}

function matches(row: ToldEvent, query: EventsQuery, clientId: string): boolean {
  const { calendars, includeDeleted, from, to, zone, managed } = query
  const isOwn = row.managed?.integrator === clientId
  if (managed !== 'with' && isOwn !== (managed === 'only')) return false
  if (row.moved || (row.deleted && !includeDeleted)) return false
  if (calendars.length > 0 && !calendars.includes(row.calendar)) return false
  if (from !== undefined && instantIn(row.event.end, zone) < from) return false
  return to === undefined || instantIn(row.event.start, zone) < to
}

const instantIn = (time: EventTime, zone: string): EpochMs =>
  time.kind === 'date' ? startOfDayInZone(time.date, zone) : time.at

const positionOf = (row: EventRow) => ({ start: instantOf(row.event.start), key: row.key })

type Position = ReturnType<typeof positionOf> | typeof BEGINNING

const compare = (a: Position, b: Position): number => a.start - b.start || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)

const byStart = (a: EventRow, b: EventRow): number => compare(positionOf(a), positionOf(b))
