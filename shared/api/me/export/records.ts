import type { Channel } from '../../../channels/channel.ts'
import { sentencesOf } from '../../../integrators/allowed.ts'
import { type Grant, grantedAt } from '../../../integrators/grant.ts'
import type { KnownSeries } from '../../../pull/knowledge.ts'
import type { AccountHead, CalendarState } from '../../../pull/state.ts'
import type { Action, ActionRequest } from '../../../push/action.ts'
import type { Agreement } from '../../../push/agreement.ts'
import type { EventRow } from '../../../storage/accounts/kinds.ts'
import type { RequestRow } from '../../../storage/accounts/push-kinds.ts'
import { actionIdOf } from '../../change/action-id.ts'
import { calendarIdOf, channelIdOf, eventUidOf } from '../../change/ids.ts'
import type { TrailEntry } from '../ports.ts'
import { told } from './told.ts'

/** Our records as an export tells them; ids are those of the integrator API. What is left out is said where it is. */

export const accountRecord = (accountId: string, head: AccountHead) => {
  const { tenantId, objectId, username, name, zone, workingHours, state } = head
  const { connectedAt, signedInAt, lastChangeAt, calendarsReadAt, nextVisitAt } = head
  return told({
    ...{ accountId, tenantId, objectId, username, name, timeZone: zone, workingHours, state },
    ...{ connectedAt, signedInAt, lastChangeAt, calendarsReadAt, nextVisitAt },
  })
}

/** Without the cursors with which we go on reading: Microsoft's, and opaque. */
export const calendarRecord = (calendar: CalendarState) => {
  const { key, providerId, name, primary, writable, color, deleted, events, window, pulledAt, heardAt } = calendar
  return told({
    ...{ calendarId: calendarIdOf(key), providerId, name, primary, writable, color, deleted, events },
    ...{ window, readAt: pulledAt, heardAt, subscription: calendar.subscription },
  })
}

/** Without the hashes of codes and tokens. */
export const grantRecord = (grant: Grant, integrator: string | undefined) => {
  const { clientId, scopes, unrestricted, unrestrictedIn, endsAt } = grant
  const unrestrictedCalendars = unrestrictedIn.map(calendarIdOf)
  return told({
    ...{ clientId, integrator, scopes, allowed: sentencesOf(grant), unrestricted, unrestrictedCalendars },
    ...{ grantedAt: grantedAt(grant), endsAt },
  })
}

/** Without how far the channel has been told. */
export const channelRecord = ({ id, integrator, filters, ...channel }: Channel) => {
  const { callbackUrl, extraTypes, createdAt, toldAt, failure, closed } = channel
  const calendarIds = filters.calendars?.map(calendarIdOf)
  return told({
    ...{ channelId: channelIdOf(id), clientId: integrator, callbackUrl, calendarIds, onlyManaged: filters.onlyManaged },
    ...{ extraTypes, createdAt, toldAt, failure, closed },
  })
}

export const eventRecord = ({ key, calendar, deleted, modifiedAt, managed, reach, event }: EventRow) => {
  const { seriesProviderId, etag: _, ...content } = event
  const createdBy = managed && { clientId: managed.integrator, eventId: managed.eventId }
  return told({
    ...{ eventUid: eventUidOf(key), calendarId: calendarIdOf(calendar), ...content, seriesProviderId },
    ...{ deleted, modifiedAt, createdBy, reach },
  })
}

/** Occurrences whose rule is known and whose series is not yet are among the events. */
export const seriesRecord = ({ calendar, master, occurrences }: KnownSeries) =>
  told({
    calendarId: calendarIdOf(calendar),
    providerId: master?.providerId,
    ...master?.content,
    recurrence: master?.recurrence,
    occurrences: Object.entries(occurrences).map(([key, { start, end, exception }]) => ({
      ...{ eventUid: eventUidOf(key), start, end, exception },
    })),
  })

export const actionRecord = (action: Action) => {
  const { integrator, kind, state, eventId, reason, overruled, acceptedAt, finishedAt, request } = action
  return told({
    ...{ actionId: actionIdOf(action), clientId: integrator, kind, state, eventId, reason, overruled },
    ...{ acceptedAt, finishedAt, request: request && requestOf(request) },
  })
}

/** Without what the integrator had seen: it is the event as it was. */
function requestOf(request: ActionRequest) {
  if (request.kind === 'delete-all') return { calendarIds: request.calendars?.map(calendarIdOf) }
  const calendarId = calendarIdOf(request.target.calendar)
  if (request.kind === 'upsert') return { calendarId, wanted: request.wanted }
  return { calendarId, ...(request.kind === 'respond' && { response: request.response }) }
}

export const agreementRecord = ({ integrator, calendar, eventId, providerId, sent, stored }: Agreement) =>
  told({
    ...{ clientId: integrator, calendarId: calendarIdOf(calendar), eventId, providerId, wanted: sent },
    stored: stored && { ...stored.content, recurrence: stored.recurrence },
  })

/** An entry; the account is the one of the export. */
export const trailRecord = ({ number, time, by, act, what, details }: TrailEntry) => ({
  ...{ number, time, by, act, what, details },
})

/** Those that came to an action are among the actions. */
export const answerRecord = ({ expires, answer }: RequestRow) =>
  answer && told({ expires, status: answer.status, body: answer.body })
