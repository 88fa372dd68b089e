import { SyncError } from '../../core/errors.ts'
import type { Grant } from '../../integrators/grant.ts'
import { FREE_BUSY_SCOPES } from '../../integrators/scopes.ts'
import { requireScope } from '../bearer.ts'
import { calendarIdOf, eventUidOf } from '../change/ids.ts'
import type { ApiRequest } from '../request.ts'
import { byStart, firstPage, pagesOf, type ReadEventsDependencies } from './events.ts'
import { freeBusyStatus } from './matching.ts'
import type { ToldEvent } from './overlay.ts'
import { decodePageToken, type PagePosition } from './page-token.ts'
import { readPart } from './schedule.ts'
import { parseFreeBusyQuery, type ScheduleQuery } from './schedule-query.ts'
import { ownIds, wireTime } from './wire-event.ts'
import type { WireFreeBusy } from './wire-shapes.ts'

/** `GET /v1/free_busy`: the first page. @throws ValidationError for a bad query, SyncError `SCOPE_MISSING`. */
export async function readFreeBusy(dependencies: ReadEventsDependencies, grant: Grant, { url }: ApiRequest) {
  requireScope(grant, ...FREE_BUSY_SCOPES)
  const query = parseFreeBusyQuery(url.searchParams, dependencies.windowDays, dependencies.clock.now())
  return freeBusyPage(dependencies, grant, firstPage(query))
}

/** `GET /v1/free_busy/pages/{token}`: a further page. @throws SyncError `NOT_FOUND` for a foreign token. */
export async function readFreeBusyPage(dependencies: ReadEventsDependencies, grant: Grant, { params }: ApiRequest) {
  requireScope(grant, ...FREE_BUSY_SCOPES)
  const position = decodePageToken(dependencies.blind, grant, params['token'] ?? '')
  if (position.query.freeBusy === undefined) throw new SyncError('NOT_FOUND', 'a page of something else')
  return freeBusyPage(dependencies, grant, position)
}

async function freeBusyPage(dependencies: ReadEventsDependencies, grant: Grant, position: PagePosition) {
  const { events, next } = await readPart(dependencies, grant, position)
  return {
    pages: pagesOf(dependencies, grant, position, next, 'free_busy'),
    free_busy: [...events].sort(byStart).map((row) => wireFreeBusy(row, position.query, grant.clientId)),
  }
}

function wireFreeBusy(row: ToldEvent, query: ScheduleQuery, integrator: string): WireFreeBusy {
  const { event, calendar, key, isNew, deleted } = row
  const { event_id } = ownIds(row, { integrator })
  return {
    calendar_id: calendarIdOf(calendar),
    ...(query.freeBusy?.includeIds && !isNew && { event_uid: eventUidOf(key) }),
    ...(query.freeBusy?.includeIds && event_id !== undefined && { event_id }),
    start: wireTime(event.start, query),
    end: wireTime(event.end, query),
    free_busy_status: freeBusyStatus(event),
    ...(query.includeDeleted && { deleted }),
  }
}
