import { days, earlier, later, toIsoSeconds } from '../../core/time.ts'
import type { Window } from '../../events/window.ts'
import type { Call } from '../../push/writer.ts'
import type { GraphRequest } from './client.ts'
import { EVENT_PREFERENCES } from './map-event.ts'
import { MARKER_PROPERTY, writeEvent } from './write-event.ts'

const RESPONSES = { accepted: 'accept', tentative: 'tentativelyAccept', declined: 'decline' } as const

/** The request to Graph that a call stands for. */
export function requestOf(call: Call): GraphRequest {
  switch (call.kind) {
    case 'create':
      return {
        method: 'POST',
        target: eventsOf(call.calendarProviderId),
        body: writeEvent(call.content, { marker: call.marker }),
        prefer: EVENT_PREFERENCES,
      }
    case 'update':
      return {
        method: 'PATCH',
        target: eventAt(call),
        body: writeEvent(call.patch, { meetingBlob: call.meetingBlob }),
        prefer: EVENT_PREFERENCES,
        ifMatch: call.etag,
      }
    case 'delete':
      return { method: 'DELETE', target: eventAt(call), ifMatch: call.etag }
    case 'respond': {
      const target = `${eventAt(call)}/${RESPONSES[call.response]}`
      return { method: 'POST', target, body: { sendResponse: call.isTold } }
    }
    case 'read':
      return { method: 'GET', target: eventAt(call), prefer: EVENT_PREFERENCES }
    case 'meeting': {
      const target = `${eventAt(call)}?$select=body,isOnlineMeeting`
      return { method: 'GET', target, prefer: ['outlook.body-content-type="html"'] }
    }
    case 'calendars':
      return {
        method: 'GET',
        target: `/me/calendars?$select=id,name,canEdit,isDefaultCalendar,owner&$top=${MOST_CALENDARS}`,
      }
    case 'listed': {
      const span = spanOf({ from: earlier(call.at, days(1)), to: later(call.at, days(1)) })
      const target = `/me/calendars/${encodeURIComponent(call.calendarProviderId)}/calendarView?${span}`
      return { method: 'GET', target: `${target}&$select=id,seriesMasterId&$top=${MOST_LISTED}` }
    }
    case 'find': {
      const filter = encodeURIComponent(hasMarker(`startswith(ep/value, '${call.key}.')`))
      const target = `${eventsOf(call.calendarProviderId)}?$filter=${filter}&$top=${MOST_COPIES}`
      return { method: 'GET', target, prefer: EVENT_PREFERENCES }
    }
  }
}

/** @see https://learn.microsoft.com/graph/outlook-get-shared-events-calendars: what others share is reached by its calendar. */
function eventAt({ providerId, calendarProviderId }: Extract<Call, { providerId: string }>): string {
  const events = calendarProviderId === undefined ? '/me/events' : eventsOf(calendarProviderId)
  return `${events}/${encodeURIComponent(providerId)}`
}

const eventsOf = (calendarProviderId: string): string =>
  `/me/calendars/${encodeURIComponent(calendarProviderId)}/events`

/** What a view takes as the window it is to show. @see https://learn.microsoft.com/en-us/graph/api/calendar-list-calendarview */
export const spanOf = ({ from, to }: Window): string =>
  `startDateTime=${toIsoSeconds(from)}&endDateTime=${toIsoSeconds(to)}`

const MOST_CALENDARS = 100

/** Events of two days. */
const MOST_LISTED = 999

/** Copies that somebody made of an event are found with it. */
const MOST_COPIES = 50

/** Asks for any event with a marker of ours, of which every one has a dot. */
export const anyMarked = (calendarProviderId: string): GraphRequest => ({
  method: 'GET',
  target: `${eventsOf(calendarProviderId)}?$filter=${encodeURIComponent(hasMarker("contains(ep/value, '.')"))}&$select=id&$top=1`,
})

/** @see https://learn.microsoft.com/en-us/graph/api/singlevaluelegacyextendedproperty-get */
const hasMarker = (condition: string): string =>
  `singleValueExtendedProperties/Any(ep: ep/id eq '${MARKER_PROPERTY}' and ${condition})`
