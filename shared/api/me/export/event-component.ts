import { type EpochMs, toIsoSeconds } from '../../../core/time.ts'
import type { Attendee, CalendarEvent, EventTime, Person, Sensitivity, Transparency } from '../../../events/event.ts'
import type { EventRow } from '../../../storage/accounts/kinds.ts'

/** A property or component of jCal (RFC 7265). */
export type Property = readonly [name: string, params: Record<string, string>, type: string, ...values: unknown[]]
export type Component = readonly ['vevent' | 'valarm', readonly Property[], readonly Component[]]

/**
 * An event as a component of iCalendar (RFC 5545). Each occurrence of a series is an event of its own, because what is held
 * is the occurrences of a span: a rule would promise others, and bring those back that were cancelled outside of it.
 * Times are UTC, which says the same moment in every program and needs no table of a zone's rules.
 * @param calendar the name of its calendar; @param host makes its name unique in the world.
 */
export function eventComponent(row: EventRow, calendar: string | undefined, host: string): Component {
  const { event, key, managed, modifiedAt } = row
  const { location, onlineMeeting, createdAt, changedAt, organizer } = event
  const properties = [
    text('uid', `${key}@${host}`),
    instant('dtstamp', changedAt ?? modifiedAt),
    time('dtstart', event.start),
    // An event that takes no time has a start only (RFC 5545 section 3.6.1).
    isSame(event.start, event.end) ? undefined : time('dtend', event.end),
    text('summary', event.summary),
    event.description === '' ? undefined : text('description', event.description),
    location && text('location', location.description),
    placeOf(event),
    organizer && person('organizer', organizer, {}),
    ...event.attendees.map((attendee) => person('attendee', attendee, attendeeParams(attendee))),
    text('status', event.status.toUpperCase()),
    text('class', CLASSES[event.sensitivity]),
    text('transp', event.transparency === 'transparent' ? 'TRANSPARENT' : 'OPAQUE'),
    text('x-microsoft-cdo-busystatus', BUSY[event.transparency]),
    event.categories.length === 0 ? undefined : text('categories', ...event.categories),
    ['priority', {}, 'integer', PRIORITIES[event.importance]] as const,
    onlineMeeting?.joinUrl === undefined ? undefined : uri('conference', onlineMeeting.joinUrl, { feature: 'VIDEO' }),
    createdAt === undefined ? undefined : instant('created', createdAt),
    changedAt === undefined ? undefined : instant('last-modified', changedAt),
    calendar === undefined ? undefined : text('x-calendar', calendar),
    managed && text('x-integrator', managed.integrator),
    managed && text('x-event-id', managed.eventId),
  ]
  return ['vevent', properties.filter((property) => property !== undefined), alarmsOf(event)]
}

const CLASSES: Record<Sensitivity, string> = {
  normal: 'PUBLIC',
  personal: 'PRIVATE',
  private: 'PRIVATE',
  confidential: 'CONFIDENTIAL',
}

/** @see https://learn.microsoft.com/openspecs/exchange_server_protocols/ms-oxcical section 2.1.3.1.1.20.31 */
const BUSY: Record<Transparency, string> = {
  opaque: 'BUSY',
  transparent: 'FREE',
  tentative: 'TENTATIVE',
  out_of_office: 'OOF',
  working_elsewhere: 'WORKINGELSEWHERE',
  unknown: 'BUSY',
}

/** 1 is the highest, 9 the lowest (RFC 5545 section 3.8.1.9). */
const PRIORITIES = { high: 1, normal: 5, low: 9 } as const

const text = (name: string, ...values: readonly string[]): Property => [name, {}, 'text', ...values.map(clean)]

const instant = (name: string, at: EpochMs): Property => [name, {}, 'date-time', toIsoSeconds(at)]

const time = (name: string, when: EventTime): Property =>
  when.kind === 'date' ? [name, {}, 'date', when.date] : instant(name, when.at)

const uri = (name: string, address: string, params: Record<string, string>, type = 'uri'): Property => [
  name,
  params,
  type,
  clean(address).replace(/\s/g, encodeURIComponent),
]

const person = (name: string, { email, name: shown }: Person, params: Record<string, string>): Property =>
  uri(name, `mailto:${email}`, { ...(shown !== undefined && { cn: clean(shown) }), ...params }, 'cal-address')

const attendeeParams = ({ status, kind }: Attendee): Record<string, string> => ({
  cutype: kind === 'resource' ? 'RESOURCE' : 'INDIVIDUAL',
  role: kind === 'required' ? 'REQ-PARTICIPANT' : kind === 'optional' ? 'OPT-PARTICIPANT' : 'NON-PARTICIPANT',
  partstat: status === 'unknown' ? 'NEEDS-ACTION' : status.toUpperCase().replace('_', '-'),
})

function placeOf({ location }: CalendarEvent): Property | undefined {
  const { latitude, longitude } = location ?? {}
  return latitude === undefined || longitude === undefined ? undefined : ['geo', {}, 'float', [latitude, longitude]]
}

function alarmsOf({ reminderMinutes, summary }: CalendarEvent): readonly Component[] {
  if (reminderMinutes === undefined) return []
  const trigger: Property = ['trigger', {}, 'duration', `-PT${reminderMinutes}M`]
  return [['valarm', [text('action', 'DISPLAY'), trigger, text('description', summary)], []]]
}

const isSame = (start: EventTime, end: EventTime): boolean =>
  start.kind === 'date' ? end.kind === 'date' && start.date === end.date : end.kind === 'instant' && start.at === end.at

/** Control characters have no place in a line, and would begin another one (RFC 5545 section 3.1). */
const clean = (value: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
  value.replace(/\r\n?/g, '\n').replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '')
