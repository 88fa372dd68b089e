import type { CalendarItem, ItemTime, Person } from './messages.ts'
import type { Event, EventTime } from './wire.ts'

/** The event's id in FlowAgent: an `event_uid` is unique within its calendar only. */
export const itemIdOf = (event: Event): string => `${event.calendar_id}/${event.event_uid}`

const DATE = /^\d{4}-\d{2}-\d{2}$/

/** An event of the API as the page draws it. */
export function itemOf(event: Event): CalendarItem {
  const start = timeOf(event.start)
  return {
    id: itemIdOf(event),
    calendarId: event.calendar_id,
    title: event.summary ?? '',
    start,
    end: timeOf(event.end),
    allDay: DATE.test(start.time),
    description: event.description ?? '',
    place: event.location?.description ?? '',
    guests: event.attendees.map((attendee) => ({ ...personOf(attendee), answer: attendee.status })),
    organizer: event.organizer ? personOf(event.organizer) : undefined,
    joinUrl: safeUrl(event.conferencing?.join_url) ?? safeUrl(event.meeting_url),
    status: event.status === 'unknown' ? 'confirmed' : event.status,
    answer: event.participation_status ?? 'unknown',
    isPrivate: event.event_private,
    isRecurring: event.recurring,
  }
}

const timeOf = (time: EventTime): ItemTime =>
  typeof time === 'string' ? { time } : { time: time.time, zone: time.tzid }

const personOf = (person: { email?: string | null | undefined; display_name?: string | null | undefined }): Person => ({
  name: person.display_name || person.email || '',
  email: person.email ?? '',
})

/** Someone else wrote this address: only `https:` becomes a link, so that it can never run a script. */
function safeUrl(address: string | null | undefined): string | undefined {
  if (!address || !URL.canParse(address)) return undefined
  return new URL(address).protocol === 'https:' ? address : undefined
}
