import type { EpochMs } from '../../core/time.ts'
import type { EventTime, Location } from '../../events/event.ts'
import type { Recurrence } from '../../events/recurrence.ts'
import { dateInZone, ianaZone, instantInZone, wallClock, windowsZone } from '../../events/zones.ts'
import type { Description, Times } from '../../push/wanted.ts'
import type { EventPatch, Invitee } from '../../push/writer.ts'
import { textAsHtml, withMeeting } from './meeting-body.ts'
import type { GraphDateTime } from './wire.ts'
import { seriesZone, writeRecurrence } from './write-recurrence.ts'

/** Named properties are a limited resource of a mailbox: these names and this GUID never change. */
const OURS = 'String {e2b7c8b8-44a1-45e3-85e8-cdb087aeef52} Name'
export const MARKER_PROPERTY = `${OURS} Marker`
const URL_PROPERTY = `${OURS} Url`

const SHOW_AS = {
  transparent: 'free',
  tentative: 'tentative',
  opaque: 'busy',
  out_of_office: 'oof',
  working_elsewhere: 'workingElsewhere',
} as const

interface Addition {
  /** Our name of the creation. */
  readonly marker?: string | undefined
  /** Kept behind a new description. */
  readonly meetingBlob?: string | undefined
}

/**
 * The fields of a patch as Graph takes them, and no others.
 * @see https://learn.microsoft.com/en-us/graph/api/resources/event
 */
export function writeEvent(patch: EventPatch, { marker, meetingBlob }: Addition): object {
  const properties = writeProperties(patch.url, marker)
  return {
    ...(patch.summary !== undefined && { subject: patch.summary }),
    ...(patch.description && { body: writeBody(patch.description, meetingBlob) }),
    ...writeSchedule(patch),
    ...(patch.location !== undefined && { location: writeLocation(patch.location) }),
    ...(patch.attendees && { attendees: patch.attendees.map(writeAttendee) }),
    ...writeReminder(patch.reminderMinutes),
    ...(patch.transparency && { showAs: SHOW_AS[patch.transparency] }),
    ...(patch.sensitivity && { sensitivity: patch.sensitivity }),
    ...(patch.categories && { categories: patch.categories }),
    ...(patch.conferencing && { isOnlineMeeting: true, onlineMeetingProvider: 'teamsForBusiness' }),
    ...(properties.length > 0 && { singleValueExtendedProperties: properties }),
    ...(marker !== undefined && { transactionId: marker }),
  }
}

const writeBody = ({ format, content }: Description, meetingBlob: string | undefined): object =>
  meetingBlob
    ? { contentType: 'html', content: withMeeting(format === 'html' ? content : textAsHtml(content), meetingBlob) }
    : { contentType: format, content }

const writeLocation = (location: Location | null): object => {
  const { description, latitude, longitude } = location ?? { description: '' }
  const placed = latitude !== undefined && longitude !== undefined
  return { displayName: description, ...(placed && { coordinates: { latitude, longitude } }) }
}

const writeAttendee = ({ email, name, kind }: Invitee): object => ({
  emailAddress: { address: email, ...(name !== undefined && { name }) },
  type: kind,
})

function writeReminder(minutes: number | null | undefined): object {
  if (minutes === undefined) return {}
  return minutes === null ? { isReminderOn: false } : { isReminderOn: true, reminderMinutesBeforeStart: minutes }
}

/** Graph cannot take a property away again; an address that is taken away becomes empty. */
function writeProperties(url: EventPatch['url'], marker: string | undefined): object[] {
  const isNew = marker !== undefined
  const nothing = url === undefined || (isNew && url === null)
  return [
    ...(isNew ? [{ id: MARKER_PROPERTY, value: marker }] : []),
    ...(nothing ? [] : [{ id: URL_PROPERTY, value: url ?? '' }]),
  ]
}

function writeSchedule({ times, recurrence }: EventPatch): object {
  if (!recurrence) return { ...(times && writeTimes(times)), ...(recurrence === null && { recurrence }) }
  if (times === undefined) return { recurrence: writeRecurrence(recurrence) }
  const rule = { ...recurrence, ...anchorOf(times.start, recurrence) }
  return { ...writeTimes(times, rule.zone), recurrence: writeRecurrence(rule) }
}

/** A series, its start and its end are in one zone, and its rule begins on the day it starts on there. */
function anchorOf(start: EventTime, rule: Recurrence): { startDate: string; zone: string } {
  if (start.kind === 'date') return { startDate: start.date, zone: 'UTC' }
  const zone = rule.zone ?? start.zone ?? 'UTC'
  return { startDate: dateInZone(start.at, zone), zone }
}

const writeTimes = ({ start, end }: Times, zoneOfSeries?: string): object => ({
  isAllDay: start.kind === 'date',
  start: writeTime(start, zoneOfSeries),
  end: writeTime(end, zoneOfSeries),
})

function writeTime(time: EventTime, zoneOfSeries: string | undefined): GraphDateTime {
  if (time.kind === 'date') return { dateTime: `${time.date}T00:00:00`, timeZone: 'UTC' }
  if (zoneOfSeries === undefined) return writeInstant(time.at, time.zone)
  return { dateTime: wallClock(time.at, zoneOfSeries), timeZone: seriesZone(zoneOfSeries) }
}

/** In the zone it was planned in, where the wall clock there means the same instant to Microsoft 365; else in UTC. */
function writeInstant(at: EpochMs, zone: string | undefined): GraphDateTime {
  const timeZone = zone === undefined ? undefined : windowsZone(zone)
  if (zone !== undefined && timeZone !== undefined) {
    const dateTime = wallClock(at, zone)
    if (instantInZone(dateTime, ianaZone(timeZone) ?? 'UTC') === at) return { dateTime, timeZone }
  }
  return { dateTime: new Date(at).toISOString().slice(0, 23), timeZone: 'UTC' }
}
