import type * as z from 'zod'
import { SyncError } from '../../core/errors.ts'
import { type EpochMs, parseInstant } from '../../core/time.ts'
import {
  type Attendee,
  type CalendarEvent,
  DESCRIPTION_MAX,
  type EventContent,
  type EventTime,
  type ParticipationStatus,
  type Person,
  type Sensitivity,
  type Transparency,
} from '../../events/event.ts'
import { ianaZone, instantInZone } from '../../events/zones.ts'
import type { ChangedItem } from '../../pull/ports.ts'
import type { ProviderItem } from '../../push/writer.ts'
import { mapRecurrence } from './map-recurrence.ts'
import { withoutMeeting } from './meeting-body.ts'
import type { DeltaItem, GraphDateTime, GraphEvent } from './wire.ts'

const PARTICIPATION: ReadonlyMap<string, ParticipationStatus> = new Map([
  ['none', 'needs_action'],
  ['notResponded', 'needs_action'],
  ['organizer', 'accepted'],
  ['accepted', 'accepted'],
  ['tentativelyAccepted', 'tentative'],
  ['declined', 'declined'],
])

const TRANSPARENCY: ReadonlyMap<string, Transparency> = new Map([
  ['free', 'transparent'],
  ['tentative', 'tentative'],
  ['busy', 'opaque'],
  ['oof', 'out_of_office'],
  ['workingElsewhere', 'working_elsewhere'],
])

/** Exchange allows 500 attendees. */
const ATTENDEES_MAX = 500
/** Of a text that long the part of a meeting is looked for: what is kept of it, and the whole of such a part. */
const SEARCHED_MAX = 2 * DESCRIPTION_MAX

const SENSITIVITIES: readonly Sensitivity[] = ['normal', 'personal', 'private', 'confidential']

/** How an event has to be asked for to be read by this file: times in UTC, the body as text. */
export const EVENT_PREFERENCES = ['outlook.timezone="UTC"', 'outlook.body-content-type="text"'] as const

/** One item of a delta page as the pull understands it. @throws SyncError `MICROSOFT_UNEXPECTED_SHAPE`. */
export function mapDeltaItem(item: z.infer<typeof DeltaItem>): ChangedItem {
  if ('@removed' in item) return { kind: 'removed', providerId: item.id }
  if (item.isAllDay === undefined)
    return {
      kind: 'sparse',
      providerId: item.id,
      etag: item['@odata.etag'],
      seriesProviderId: item.seriesMasterId,
      start: instantTime(item.start, undefined),
      end: instantTime(item.end, undefined),
    }
  return mapItem(item)
}

/** A full event, as GET, POST and PATCH answer it. @throws SyncError `MICROSOFT_UNEXPECTED_SHAPE`. */
export function mapItem(item: GraphEvent): ProviderItem {
  if (item.type !== 'seriesMaster') return { kind: 'event', event: mapEvent(item) }
  return {
    kind: 'series',
    master: {
      providerId: item.id,
      etag: item['@odata.etag'],
      content: mapContent(item),
      recurrence: item.recurrence ? mapRecurrence(item.recurrence, item.originalStartTimeZone) : undefined,
    },
  }
}

function mapEvent(item: GraphEvent): CalendarEvent {
  const kind = item.type === 'singleInstance' ? 'single' : item.type === 'occurrence' ? 'occurrence' : 'exception'
  return {
    ...mapContent(item),
    providerId: item.id,
    etag: item['@odata.etag'],
    kind,
    seriesProviderId: kind === 'single' ? undefined : (item.seriesMasterId ?? undefined),
  }
}

function mapContent(item: GraphEvent): EventContent {
  return {
    summary: item.subject ?? '',
    description: mapDescription(item),
    ...mapTimes(item),
    location: mapLocation(item),
    attendees: (item.attendees ?? []).slice(0, ATTENDEES_MAX).flatMap(mapAttendee),
    organizer: mapPerson(item.organizer),
    organizedByAccount: item.isOrganizer ?? true,
    participation: participationOf(item),
    answersWanted: item.responseRequested === false ? false : undefined,
    transparency: TRANSPARENCY.get(item.showAs ?? '') ?? 'unknown',
    sensitivity: SENSITIVITIES.find((known) => known === item.sensitivity) ?? 'normal',
    status: item.isCancelled ? 'cancelled' : item.showAs === 'tentative' ? 'tentative' : 'confirmed',
    categories: item.categories ?? [],
    importance: item.importance === 'low' || item.importance === 'high' ? item.importance : 'normal',
    reminderMinutes: item.isReminderOn ? (item.reminderMinutesBeforeStart ?? 0) : undefined,
    onlineMeeting: mapOnlineMeeting(item),
    marker: item.transactionId ?? undefined,
    createdAt: optionalInstant(item.createdDateTime),
    changedAt: optionalInstant(item.lastModifiedDateTime),
  }
}

/** What the person wrote; the part that Teams adds to a meeting's body is told as `onlineMeeting`. */
function mapDescription(item: GraphEvent): string {
  const text = (item.body?.contentType === 'text' ? item.body.content : item.bodyPreview) ?? ''
  return (item.isOnlineMeeting ? withoutMeeting(text.slice(0, SEARCHED_MAX)) : text).slice(0, DESCRIPTION_MAX)
}

/** Nobody is asked to an event of their own: Graph says none there, or that the person is the organizer. */
function participationOf({ isOrganizer, responseStatus }: GraphEvent): ParticipationStatus {
  const response = responseStatus?.response ?? ''
  return isOrganizer && response === 'none' ? 'accepted' : (PARTICIPATION.get(response) ?? 'unknown')
}

/**
 * All-day events come at midnight in whatever zone was asked for and are dates, never converted.
 * @see https://github.com/microsoftgraph/microsoft-graph-docs/issues/1802
 */
function mapTimes(item: GraphEvent): Pick<EventContent, 'start' | 'end'> {
  if (item.isAllDay)
    return {
      start: { kind: 'date', date: item.start.dateTime.slice(0, 10) },
      end: { kind: 'date', date: item.end.dateTime.slice(0, 10) },
    }
  return {
    start: instantTime(item.start, item.originalStartTimeZone),
    end: instantTime(item.end, item.originalEndTimeZone),
  }
}

function instantTime(time: GraphDateTime, plannedIn: string | null | undefined): EventTime {
  const zone = ianaZone(time.timeZone)
  if (zone === undefined) throw new SyncError('MICROSOFT_UNEXPECTED_SHAPE', 'an event time is in a zone without a name')
  try {
    return { kind: 'instant', at: instantInZone(time.dateTime, zone), zone: ianaZone(plannedIn) }
  } catch (cause) {
    throw new SyncError('MICROSOFT_UNEXPECTED_SHAPE', 'an event time cannot be read', { cause })
  }
}

/** 1601-01-01 and 0001-01-01 are Exchange's ways to say never. */
function optionalInstant(text: string | null | undefined): EpochMs | undefined {
  const at = text ? parseInstant(text) : undefined
  return at !== undefined && at > 0 ? at : undefined
}

function mapLocation(item: GraphEvent): EventContent['location'] {
  const description = item.location?.displayName
  if (!description) return undefined
  const { latitude, longitude } = item.location?.coordinates ?? {}
  return { description, latitude: latitude ?? undefined, longitude: longitude ?? undefined }
}

function mapPerson(recipient: GraphEvent['organizer']): Person | undefined {
  const address = recipient?.emailAddress?.address
  return address ? { email: address, name: recipient?.emailAddress?.name ?? undefined } : undefined
}

function mapAttendee(attendee: NonNullable<GraphEvent['attendees']>[number]): Attendee[] {
  const person = mapPerson(attendee)
  if (person === undefined) return []
  const kind = attendee.type === 'optional' || attendee.type === 'resource' ? attendee.type : 'required'
  return [{ ...person, status: PARTICIPATION.get(attendee.status?.response ?? '') ?? 'unknown', kind }]
}

function mapOnlineMeeting(item: GraphEvent): EventContent['onlineMeeting'] {
  if (!item.isOnlineMeeting) return undefined
  const provider = item.onlineMeetingProvider === 'teamsForBusiness' ? 'teams' : 'other'
  return { provider, joinUrl: item.onlineMeeting?.joinUrl ?? undefined }
}
