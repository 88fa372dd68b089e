import { answerOf, responseOf } from '../mailbox/answers.ts'
import type { StoredBody } from '../mailbox/body.ts'
import { occurrenceUid } from '../mailbox/copies.ts'
import type { ExtendedProperty, Instance, Item, Span } from '../mailbox/event.ts'
import { occurrenceId, toRegularId } from '../mailbox/ids.ts'
import type { Calendar } from '../mailbox/mailbox.ts'
import { attendeesOf } from '../mailbox/people.ts'
import { spanOn } from '../mailbox/series.ts'
import { changeKeyOf, etagOf } from '../mailbox/versions.ts'
import { toLocal } from '../mailbox/zones.ts'
import { bodyAs, previewOf } from './body.ts'
import type { Preferences } from './preferences.ts'

export type Json = Record<string, unknown>

/** The id under which a request with these preferences knows an event. */
export const wireId = (id: string, { immutableIds }: Pick<Preferences, 'immutableIds'>): string =>
  immutableIds ? id : toRegularId(id)

const instanceId = ({ item, date }: Instance): string => (date === undefined ? item.id : occurrenceId(item.id, date))

/** An event as GET, POST and PATCH answer it. */
export function renderEvent(instance: Instance, calendar: Calendar, preferences: Preferences): Json {
  const { item, fields, span } = instance
  if (item.verbatim) return { '@odata.etag': etagOf(item), id: item.id, ...item.verbatim }
  return {
    ...identity(instance, preferences),
    ...stamps(item),
    ...DEFAULTS,
    ...fields,
    ...texts(fields, preferences),
    ...places(fields),
    ...meeting(instance, calendar),
    ...times(instance, preferences),
    isAllDay: span.isAllDay,
    type: instance.type,
    recurrence: instance.type === 'seriesMaster' ? (item.recurrence ?? null) : null,
    webLink: `https://outlook.office365.com/owa/?itemid=${encodeURIComponent(instanceId(instance))}&exvsurl=1&path=/calendar/item`,
  }
}

/** An occurrence as delta tells it: where it is and which series it belongs to, and nothing else. */
export const renderSparse = (instance: Instance, preferences: Preferences): Json => ({
  '@odata.type': '#microsoft.graph.event',
  '@odata.etag': etagOf(instance.item),
  id: wireId(instanceId(instance), preferences),
  seriesMasterId: wireId(instance.item.id, preferences),
  type: instance.type,
  start: renderTime(instance.span, 'start', preferences),
  end: renderTime(instance.span, 'end', preferences),
})

export const renderRemoved = (id: string, preferences: Preferences): Json => ({
  '@odata.type': '#microsoft.graph.event',
  id: wireId(id, preferences),
  '@removed': { reason: 'deleted' },
})

const DEFAULTS = {
  categories: [],
  importance: 'normal',
  sensitivity: 'normal',
  showAs: 'busy',
  isReminderOn: true,
  reminderMinutesBeforeStart: 15,
  hasAttachments: false,
  isCancelled: false,
  isDraft: false,
  responseRequested: true,
  allowNewTimeProposals: true,
  hideAttendees: false,
  isOnlineMeeting: false,
  onlineMeetingProvider: 'unknown',
  onlineMeetingUrl: null,
  onlineMeeting: null,
}

const identity = (instance: Instance, preferences: Preferences): Json => ({
  '@odata.etag': etagOf(instance.item),
  id: wireId(instanceId(instance), preferences),
  iCalUId: instance.date ? occurrenceUid(instance.item.iCalUId, instance.date) : instance.item.iCalUId,
  seriesMasterId: instance.date === undefined ? null : wireId(instance.item.id, preferences),
})

const stamps = (item: Item): Json => ({
  createdDateTime: new Date(item.createdAt).toISOString(),
  lastModifiedDateTime: new Date(item.modifiedAt).toISOString(),
  changeKey: changeKeyOf(item),
  transactionId: item.transactionId ?? null,
})

function texts(fields: Instance['fields'], { bodyType }: Preferences): Json {
  const body = fields['body'] as StoredBody | null | undefined
  return {
    subject: 'subject' in fields ? fields['subject'] : '',
    bodyPreview: previewOf(body),
    body: bodyAs(body, bodyType),
  }
}

function places(fields: Instance['fields']): Json {
  const { location, locations } = fields as { location?: Json | null; locations?: Json[] }
  const named = { ...NOWHERE, ...location }
  return { location: named, locations: (locations ?? [named]).map((each) => ({ ...NOWHERE, ...each })) }
}

const NOWHERE = { displayName: '', locationType: 'default', uniqueIdType: 'unknown', address: {}, coordinates: {} }

function meeting(instance: Instance, { owner }: Calendar): Json {
  const { item, fields } = instance
  return {
    isOrganizer: item.organizer === undefined,
    organizer: { emailAddress: item.organizer ?? owner },
    responseStatus: responseOf(instance),
    attendees: attendeesOf(fields).map(({ type, emailAddress }) => ({
      type,
      status: answerOf(instance, emailAddress.address),
      emailAddress: { ...emailAddress, name: emailAddress.name ?? emailAddress.address },
    })),
  }
}

function times(instance: Instance, preferences: Preferences): Json {
  const { item, span, date } = instance
  return {
    start: renderTime(span, 'start', preferences),
    end: renderTime(span, 'end', preferences),
    originalStartTimeZone: span.startZone,
    originalEndTimeZone: span.endZone,
    ...(date !== undefined && { originalStart: originalStart(item, date) }),
  }
}

const originalStart = (item: Item, date: string): string =>
  new Date(spanOn(item.span, date).startAt).toISOString().replace('.000Z', 'Z')

function renderTime(span: Span, side: 'start' | 'end', { zone }: Preferences): Json {
  const at = side === 'start' ? span.startAt : span.endAt
  // The dates of an all-day event are the same in every zone, so they are told as midnight of whatever zone is asked.
  return { dateTime: span.isAllDay ? span[side] : toLocal(at, zone.iana), timeZone: zone.name }
}

/** The extended properties a request expanded, by their ids. */
export const renderExtended = (properties: readonly ExtendedProperty[]): Json =>
  properties.length === 0 ? {} : { singleValueExtendedProperties: properties }

/** `OID.{master}.{date}` for each cancelled date, as `$select=cancelledOccurrences` tells them. */
export const renderCancelled = (item: Item, preferences: Preferences): string[] =>
  [...item.cancelled].sort().map((date) => `OID.${wireId(item.id, preferences)}.${date}`)

export const renderCalendar = ({ store: _, ...calendar }: Calendar): Json => ({
  ...calendar,
  canViewPrivateItems: true,
  isRemovable: !calendar.isDefaultCalendar,
  isTallyingResponses: calendar.isDefaultCalendar,
  allowedOnlineMeetingProviders: ['teamsForBusiness'],
  defaultOnlineMeetingProvider: 'teamsForBusiness',
})
