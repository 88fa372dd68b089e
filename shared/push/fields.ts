import type { EventTime, Location, Sensitivity } from '../events/event.ts'
import type { Recurrence } from '../events/recurrence.ts'
import { windowsZone } from '../events/zones.ts'
import type { Snapshot } from './snapshot.ts'
import { COLOR_CATEGORIES, type Description, type Times, type Wanted } from './wanted.ts'

/** The fields that are merged one by one, each as a whole. Attendees are merged person by person. */
export type FieldName = Exclude<keyof Wanted, 'attendees' | 'reminderOnCreateOnly'>

type Value<N extends FieldName> = NonNullable<Wanted[N]> | null

interface Field<V> {
  /** What a snapshot says; undefined where the provider does not tell. */
  of(snapshot: Snapshot): V | undefined
  /** Whether two values mean the same to a person. */
  same(one: V, other: V): boolean
  /** In a few words, for the record of what was overruled. */
  text(value: V): string
}

const equal = <V>(one: V, other: V): boolean => one === other

export const FIELDS: { readonly [N in FieldName]: Field<Value<N>> } = {
  summary: { of: ({ content }) => content.summary, same: sameText, text: String },
  description: {
    of: ({ content }) => ({ format: 'text', content: content.description }),
    same: sameDescription,
    text: (description) => description?.content ?? '',
  },
  times: {
    of: ({ content: { start, end } }) => ({ start, end }),
    same: sameTimes,
    text: (times) => (times ? `${timeText(times.start)} - ${timeText(times.end)}` : ''),
  },
  location: {
    of: ({ content }) => content.location ?? null,
    same: sameLocation,
    text: (location) => location?.description ?? '',
  },
  reminderMinutes: {
    of: ({ content }) => content.reminderMinutes ?? null,
    same: equal,
    text: (minutes) => String(minutes ?? 'none'),
  },
  transparency: {
    of: ({ content: { transparency } }) => (transparency === 'unknown' ? undefined : transparency),
    same: equal,
    text: String,
  },
  sensitivity: {
    of: ({ content }) => content.sensitivity,
    same: (one, other) => isPrivate(one) === isPrivate(other),
    text: String,
  },
  url: { of: () => undefined, same: equal, text: (url) => url ?? '' },
  color: {
    of: ({ content }) => COLOR_CATEGORIES.find((color) => content.categories.includes(color)) ?? null,
    same: equal,
    text: (color) => color ?? 'none',
  },
  conferencing: {
    of: ({ content }) => (content.onlineMeeting === undefined ? 'none' : 'teams'),
    same: equal,
    text: String,
  },
  recurrence: {
    of: ({ recurrence }) => recurrence ?? null,
    same: sameRecurrence,
    text: (recurrence) => recurrence?.frequency ?? 'none',
  },
}

export const FIELD_NAMES = Object.keys(FIELDS) as readonly FieldName[]

/** Whether two values of a field mean the same; a value that is not known is like no other. */
export function sameValue(name: FieldName, one: unknown, other: unknown): boolean {
  if (one === undefined || other === undefined) return false
  // The table's type ties a name to its values; a loop over the names cannot say which one it is at.
  return (FIELDS[name] as Field<unknown>).same(one, other)
}

/** The same, where a value that the provider never tells is like another such. */
export const sameOrUnknown = (name: FieldName, one: unknown, other: unknown): boolean =>
  (one === undefined && other === undefined) || sameValue(name, one, other)

/** Exchange ends lines its own way and drops space at their ends. Space is looked at once, from where it begins. */
const plain = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    .replace(/(?<![ \t\u00a0])[ \t\u00a0]+$/gm, '')
    .trim()

function sameText(one: string | null, other: string | null): boolean {
  return plain(one ?? '') === plain(other ?? '')
}

function sameDescription(one: Description | null, other: Description | null): boolean {
  return one?.format === other?.format && sameText(one?.content ?? '', other?.content ?? '')
}

/** Whether a text begins with another one, as `sameDescription` compares them. */
export const beginsWith = (whole: Description, start: Description): boolean =>
  plain(whole.content).startsWith(plain(start.content))

function sameTimes(one: Times | null, other: Times | null): boolean {
  return one !== null && other !== null && sameTime(one.start, other.start) && sameTime(one.end, other.end)
}

function sameTime(one: EventTime, other: EventTime): boolean {
  if (one.kind === 'date') return other.kind === 'date' && one.date === other.date
  return other.kind === 'instant' && one.at === other.at && sameZone(one.zone, other.zone)
}

/** Several IANA zones are one to Microsoft, and some have no name there at all. */
function sameZone(one: string | undefined, other: string | undefined): boolean {
  const [a, b] = [one && windowsZone(one), other && windowsZone(other)]
  return a === undefined || b === undefined || a === b
}

const timeText = (time: EventTime): string =>
  time.kind === 'date' ? time.date : new Date(time.at).toISOString().replace('.000Z', 'Z')

function sameLocation(one: Location | null, other: Location | null): boolean {
  return sameText(one?.description ?? '', other?.description ?? '') && sameCoordinates(one, other)
}

const sameCoordinates = (one: Location | null, other: Location | null): boolean =>
  one?.latitude === other?.latitude && one?.longitude === other?.longitude

const isPrivate = (sensitivity: Sensitivity | null): boolean =>
  sensitivity === 'private' || sensitivity === 'confidential'

/** Which days a rule names; where it begins and in which zone it counts is part of the times. */
function sameRecurrence(one: Recurrence | null, other: Recurrence | null): boolean {
  if (one === null || other === null) return one === other
  const days = ({ weekdays = [] }: Recurrence) => [...weekdays].sort().join()
  const week = ({ weekStart, interval, frequency }: Recurrence) =>
    frequency === 'weekly' && interval > 1 ? (weekStart ?? 'SU') : ''
  return (
    (['frequency', 'interval', 'position', 'dayOfMonth', 'month', 'untilDate', 'count'] as const).every(
      (part) => one[part] === other[part],
    ) &&
    days(one) === days(other) &&
    week(one) === week(other)
  )
}
