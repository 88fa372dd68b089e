import { toIsoSeconds } from '../../core/time.ts'
import type {
  CalendarEvent,
  EventTime,
  Location,
  ParticipationStatus,
  Person,
  Transparency,
} from '../../events/event.ts'
import type { Recurrence } from '../../events/recurrence.ts'
import { dateInZone, instantInZone, wallClockWithOffset } from '../../events/zones.ts'
import { versionOf } from '../../push/version.ts'
import type { EventRow } from '../../storage/accounts/kinds.ts'
import { actionIdOf } from '../change/action-id.ts'
import { calendarIdOf, eventUidOf } from '../change/ids.ts'
import { wireRecurrence } from '../change/wire-recurrence.ts'
import type { ToldEvent } from './overlay.ts'
import type { WireEvent } from './wire-shapes.ts'

export interface WireOptions {
  readonly zone: string
  readonly localizedTimes: boolean
  /** Whether coordinates are told. */
  readonly includeGeo: boolean
  /** Keys of the calendars the person may write to. */
  readonly writable: ReadonlySet<string>
  /** Our opaque name of a series, the same in all its occurrences. */
  readonly seriesIdentifier: (seriesProviderId: string) => string
  /** Client id of whoever is told: its own events carry its own ids. */
  readonly integrator: string
  readonly digest: (value: unknown) => string
}

/** One event in the integrator API's format. Times are whole seconds; absent values are left out. */
export function wireEvent(row: ToldEvent, options: WireOptions): WireEvent {
  const { event, calendar, key, deleted, modifiedAt, pending, isNew } = row
  const mayChange = !deleted && options.writable.has(calendar)
  return {
    calendar_id: calendarIdOf(calendar),
    ...(!isNew && { event_uid: eventUidOf(key) }),
    ...ownIds(row, options),
    ...(!isNew && { version: options.digest(versionOf({ ...event, content: event })) }),
    ...(pending && { pending: { action_id: actionIdOf(pending) } }),
    summary: event.summary,
    description: event.description,
    start: wireTime(event.start, options),
    end: wireTime(event.end, options),
    deleted,
    created: toIsoSeconds(event.createdAt ?? modifiedAt),
    updated: toIsoSeconds(event.changedAt ?? modifiedAt),
    ...(event.location && { location: wireLocation(event.location, options) }),
    participation_status: event.participation,
    attendees: event.attendees.map((attendee) => ({ ...wirePerson(attendee), status: attendee.status })),
    ...(event.organizer && { organizer: wirePerson(event.organizer) }),
    transparency: coarse(event.transparency),
    extended_transparency: event.transparency,
    status: event.status,
    categories: [...event.categories],
    recurring: event.kind !== 'single',
    ...(event.recurrence && wireSeries(event, event.recurrence, options)),
    ...(event.seriesProviderId !== undefined && {
      series_identifier: options.seriesIdentifier(event.seriesProviderId),
    }),
    event_private: event.sensitivity === 'private' || event.sensitivity === 'confidential',
    ...wireMeeting(event.onlineMeeting),
    options: {
      delete: mayChange,
      update: mayChange && event.organizedByAccount,
      change_participation_status: mayChange && !event.organizedByAccount && invited(event.participation),
    },
  }
}

/** An integrator's own id stands on single events and on the first occurrence of a series; the others name the series. */
export function ownIds({ event, managed }: ToldEvent, { integrator }: Pick<WireOptions, 'integrator'>) {
  if (managed?.integrator !== integrator) return {}
  if (event.kind === 'single') return { event_id: managed.eventId }
  const isFirst = event.kind === 'occurrence' && event.recurrence?.startDate === dayOf(event)
  return { ...(isFirst && { event_id: managed.eventId }), series_event_id: managed.eventId }
}

/** How an occurrence repeats, and the times of the first one: what a change of the whole series begins from. */
function wireSeries({ start, end }: CalendarEvent, recurrence: Recurrence, options: WireOptions) {
  const [first, last] = [start, end].map((time) => onFirstDay(time, start, recurrence))
  return {
    recurrence: wireRecurrence(recurrence),
    ...(first && last && { series_start: wireTime(first, options), series_end: wireTime(last, options) }),
  }
}

/** The same time of day as many days after the first day of the series as it is after the occurrence's own. */
function onFirstDay(time: EventTime, start: EventTime, { startDate, zone }: Recurrence): EventTime {
  if (time.kind === 'date' || start.kind === 'date') {
    const [day, own] = [time, start].map((one) => (one.kind === 'date' ? one.date : ''))
    return { kind: 'date', date: daysAfter(startDate, own ?? '', day ?? '') }
  }
  const tzid = zone ?? start.zone ?? 'UTC'
  const date = daysAfter(startDate, dateInZone(start.at, tzid), dateInZone(time.at, tzid))
  return { ...time, at: instantInZone(`${date}T${wallClockWithOffset(time.at, tzid).slice(11, 19)}`, tzid) }
}

/** The day as long after `first` as `day` is after `own`. */
const daysAfter = (first: string, own: string, day: string): string =>
  new Date(Date.parse(first) + Date.parse(day) - Date.parse(own)).toISOString().slice(0, 10)

const dayOf = ({ start, recurrence }: EventRow['event']): string =>
  start.kind === 'date' ? start.date : dateInZone(start.at, recurrence?.zone ?? start.zone ?? 'UTC')

const invited = (status: ParticipationStatus): boolean => status !== 'unknown'

export function wireTime(time: EventTime, { zone, localizedTimes }: Pick<WireOptions, 'zone' | 'localizedTimes'>) {
  if (time.kind === 'date') return localizedTimes ? { time: time.date, tzid: zone } : time.date
  if (!localizedTimes) return toIsoSeconds(time.at)
  const tzid = time.zone ?? zone
  return { time: wallClockWithOffset(time.at, tzid), tzid }
}

const wireLocation = ({ description, latitude, longitude }: Location, { includeGeo }: WireOptions) => ({
  description,
  ...(includeGeo &&
    latitude !== undefined &&
    longitude !== undefined && { lat: String(latitude), long: String(longitude) }),
})

const wirePerson = ({ email, name }: Person) => ({ email, display_name: name ?? email })

const coarse = (transparency: Transparency): 'opaque' | 'transparent' | 'unknown' =>
  transparency === 'transparent' ? 'transparent' : transparency === 'unknown' ? 'unknown' : 'opaque'

function wireMeeting(meeting: EventRow['event']['onlineMeeting']) {
  if (meeting?.joinUrl === undefined) return {}
  const provider_name = meeting.provider === 'teams' ? 'ms_teams' : 'other'
  return { meeting_url: meeting.joinUrl, conferencing: { provider_name, join_url: meeting.joinUrl } }
}
