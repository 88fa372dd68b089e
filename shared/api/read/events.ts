import { SyncError } from '../../core/errors.ts'
import { prefetch } from '../../core/prefetch.ts'
import type { Clock } from '../../core/time.ts'
import { instantOf } from '../../events/window.ts'
import type { Grant } from '../../integrators/grant.ts'
import { READING_SCOPES } from '../../integrators/scopes.ts'
import type { AccountState } from '../../storage/accounts/accounts.ts'
import { namesOf } from '../../storage/accounts/row-keys.ts'
import { requireScope } from '../bearer.ts'
import { eventOf, eventUidOf } from '../change/ids.ts'
import type { ApiRequest } from '../request.ts'
import type { ToldEvent } from './overlay.ts'
import { decodePageToken, encodePageToken, type PagePosition, type Reader } from './page-token.ts'
import { keptSpan, readPart, type ScheduleDependencies, stateOrNotFound } from './schedule.ts'
import { parseEventQuery, parseEventsQuery, type ScheduleQuery } from './schedule-query.ts'
import { type WireOptions, wireEvent } from './wire-event.ts'
import type { Pages } from './wire-shapes.ts'
import { loadWishes } from './wishes.ts'

export interface ReadEventsDependencies extends ScheduleDependencies {
  readonly clock: Clock
  readonly digest: (value: unknown) => string
  readonly publicUrl: string
}

/**
 * `GET /v1/events`: the first page.
 * @throws ValidationError for a bad query, SyncError `SCOPE_MISSING`: its own events an integrator may read with any scope.
 */
export function readEvents(dependencies: ReadEventsDependencies, grant: Grant, { url }: ApiRequest) {
  const query = parseEventsQuery(url.searchParams, dependencies.windowDays, dependencies.clock.now())
  return eventsPage(dependencies, grant, firstPage(query))
}

/** `GET /v1/events/pages/{token}`: a further page. @throws SyncError `NOT_FOUND` for a foreign token. */
export function readEventsPage(dependencies: ReadEventsDependencies, grant: Grant, { params }: ApiRequest) {
  const position = decodePageToken(dependencies.blind, grant, params['token'] ?? '')
  if (position.query.freeBusy !== undefined) throw new SyncError('NOT_FOUND', 'a page of something else')
  return eventsPage(dependencies, grant, position)
}

/** Where a reading begins. */
export const firstPage = (query: ScheduleQuery): PagePosition => ({ query, page: 1, after: '', told: [] })

async function eventsPage(dependencies: ReadEventsDependencies, grant: Grant, position: PagePosition) {
  if (position.query.managed !== 'only') requireScope(grant, ...READING_SCOPES)
  const part = await readPart(dependencies, grant, position)
  const options = wireOptions(dependencies, grant, part.state, position.query)
  return {
    pages: pagesOf(dependencies, grant, position, part.next, 'events'),
    events: [...part.events].sort(byStart).map((row) => wireEvent(row, options)),
  }
}

/**
 * Python clients read on while `current` is below `total`, others while there is a `next_page`. How many pages there will be
 * is not known before they are read, so `total` only says whether there is one more.
 */
export function pagesOf(
  { blind, publicUrl }: Pick<ReadEventsDependencies, 'blind' | 'publicUrl'>,
  reader: Reader,
  { query, page }: PagePosition,
  next: Pick<PagePosition, 'after' | 'told'> | undefined,
  collection: 'events' | 'free_busy',
): Pages {
  if (next === undefined) return { current: page, total: page }
  const token = encodePageToken(blind, reader, { query, page: page + 1, ...next })
  return { current: page, total: page + 1, next_page: `${publicUrl}/v1/${collection}/pages/${token}` }
}

/** `GET /v1/events/{event_uid}`. @throws SyncError `NOT_FOUND`, `SCOPE_MISSING` unless the event is the integrator's own. */
export async function readEvent(dependencies: ReadEventsDependencies, grant: Grant, request: ApiRequest) {
  const { accounts, events, windowDays } = dependencies
  const query = parseEventQuery(request.url.searchParams)
  const key = eventOf(request)
  const { accountId: account, clientId } = grant
  const months = prefetch(events.monthsOf(account, key))
  const state = await stateOrNotFound(accounts, account)
  const kept = keptSpan(state, windowDays)
  const wishes = await loadWishes(dependencies, grant, firstPage(query), state, undefined)
  // After what is pending, as with a page: an action that is applied in between is told twice as the same.
  const live = await events.find(account, kept, key, await months)
  const found = live ?? (query.includeDeleted ? await events.findDeleted(account, kept, key) : undefined)
  const [row] = await wishes.on(found === undefined ? [] : [found], false)
  if (row?.managed?.integrator !== clientId) requireScope(grant, ...READING_SCOPES)
  const told = row && withCalendar(row, state)
  if (told === undefined || (told.deleted && !query.includeDeleted)) throw new SyncError('NOT_FOUND', 'no such event')
  return { event: wireEvent(told, wireOptions(dependencies, grant, state, query)) }
}

/** The events of a deleted calendar are deleted with it. */
function withCalendar(row: ToldEvent, { calendars }: AccountState): ToldEvent {
  const isThere = calendars.some(({ key, deleted }) => key === row.calendar && !deleted)
  return isThere ? row : { ...row, deleted: true }
}

/** The order of a page. */
export const byStart = (one: ToldEvent, other: ToldEvent): number =>
  instantOf(one.event.start) - instantOf(other.event.start) || (one.key < other.key ? -1 : 1)

function wireOptions(
  { blind, digest }: Pick<ReadEventsDependencies, 'blind' | 'digest'>,
  { accountId, clientId }: Reader,
  { calendars }: AccountState,
  { zone, localizedTimes, includeGeo }: ScheduleQuery,
): WireOptions {
  const names = namesOf(blind, accountId)
  return {
    ...{ zone, localizedTimes, includeGeo, digest, integrator: clientId },
    writable: new Set(calendars.flatMap(({ key, writable }) => (writable ? [key] : []))),
    seriesIdentifier: (providerId) => eventUidOf(names.item(providerId)).replace('evt_external_', 'ser_'),
  }
}
