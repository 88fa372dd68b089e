import type { Repeat } from './change-request.ts'
import type { CalendarItem, ItemTime, Person } from './messages.ts'
import { type Event, type EventTime, Rule } from './wire.ts'

/**
 * The event's id in FlowAgent. One that FlowAgent made keeps its own id, so that it stays the same item when Outlook
 * gives it another; of the others an `event_uid` is unique within its calendar only.
 */
export const itemIdOf = (event: Event): string => event.event_id ?? namesOf(event)[0] ?? ''

/** Everything a page may know the event by. */
export const namesOf = (event: Event): string[] => [
  ...(event.event_uid === undefined ? [] : [`${event.calendar_id}/${event.event_uid}`]),
  ...(event.event_id === undefined ? [] : [event.event_id]),
]

const DATE = /^\d{4}-\d{2}-\d{2}$/

/** An event of the API as the page draws it. */
export function itemOf(event: Event): CalendarItem {
  const start = timeOf(event.start)
  return {
    id: itemIdOf(event),
    calendarId: event.calendar_id,
    uid: event.event_uid,
    ownId: event.series_event_id ?? event.event_id,
    isOwnSeries: event.series_event_id !== undefined,
    version: event.version,
    isPending: event.pending !== undefined,
    ...rightsOf(event),
    repeat: repeatOf(event),
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

/** An event that is not in Outlook yet is ours alone. */
function rightsOf({ options, event_uid }: Event) {
  const isOurs = event_uid === undefined
  const mayEdit = options?.update ?? isOurs
  return {
    mayEdit,
    mayDelete: options?.delete ?? isOurs,
    mayAnswer: !mayEdit && options?.change_participation_status === true,
  }
}

function repeatOf({ recurring, recurrence }: Event): Repeat | null | undefined {
  const rules = recurrence?.rules ?? []
  if (rules.length === 0) return recurring ? null : undefined
  const rule = Rule.safeParse(rules[0])
  if (rules.length > 1 || !rule.success) return null
  const { frequency, interval, by_day, until, count } = rule.data
  if (by_day !== undefined && frequency !== 'weekly') return null
  return { frequency, interval, days: by_day, until: until?.slice(0, 10), count }
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
