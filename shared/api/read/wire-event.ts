import { toIsoSeconds } from '../../core/time.ts'
import type { EventTime, ParticipationStatus, Person, Transparency } from '../../events/event.ts'
import { wallClockWithOffset } from '../../events/zones.ts'
import type { EventRow } from '../../storage/accounts/kinds.ts'

/** Our ids as integrators see them: opaque and safe in a path. */
export const calendarIdOf = (key: string): string => `cal_${key}`
export const eventUidOf = (key: string): string => `evt_external_${key}`
export const profileIdOf = (account: string): string => `pro_${account.slice('acc_'.length)}`

export interface WireOptions {
  readonly zone: string
  readonly localizedTimes: boolean
  /** Keys of the calendars the person may write to. */
  readonly writable: ReadonlySet<string>
  /** Our opaque name of a series, the same in all its occurrences. */
  readonly seriesIdentifier: (seriesProviderId: string) => string
}

/** One event in the integrator API's format. Times are whole seconds; absent values are left out. */
export function wireEvent({ event, calendar, key, deleted, modifiedAt }: EventRow, options: WireOptions) {
  const mayChange = !deleted && options.writable.has(calendar)
  return {
    calendar_id: calendarIdOf(calendar),
    event_uid: eventUidOf(key),
    summary: event.summary,
    description: event.description,
    start: wireTime(event.start, options),
    end: wireTime(event.end, options),
    deleted,
    created: toIsoSeconds(event.createdAt ?? modifiedAt),
    updated: toIsoSeconds(event.changedAt ?? modifiedAt),
    ...(event.location && { location: wireLocation(event.location) }),
    participation_status: event.participation,
    attendees: event.attendees.map((attendee) => ({ ...wirePerson(attendee), status: attendee.status })),
    ...(event.organizer && { organizer: wirePerson(event.organizer) }),
    transparency: coarse(event.transparency),
    extended_transparency: event.transparency,
    status: event.status,
    categories: event.categories,
    recurring: event.kind !== 'single',
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

const invited = (status: ParticipationStatus): boolean => status !== 'unknown'

function wireTime(time: EventTime, { zone, localizedTimes }: WireOptions) {
  if (time.kind === 'date') return localizedTimes ? { time: time.date, tzid: zone } : time.date
  if (!localizedTimes) return toIsoSeconds(time.at)
  const tzid = time.zone ?? zone
  return { time: wallClockWithOffset(time.at, tzid), tzid }
}

const wireLocation = ({ description, latitude, longitude }: NonNullable<EventRow['event']['location']>) => ({
  description,
  ...(latitude !== undefined && longitude !== undefined && { lat: String(latitude), long: String(longitude) }),
})

const wirePerson = ({ email, name }: Person) => ({ email, display_name: name ?? email })

const coarse = (transparency: Transparency): 'opaque' | 'transparent' | 'unknown' =>
  transparency === 'transparent' ? 'transparent' : transparency === 'unknown' ? 'unknown' : 'opaque'

function wireMeeting(meeting: EventRow['event']['onlineMeeting']) {
  if (meeting?.joinUrl === undefined) return {}
  const provider_name = meeting.provider === 'teams' ? 'ms_teams' : 'other'
  return { meeting_url: meeting.joinUrl, conferencing: { provider_name, join_url: meeting.joinUrl } }
}
