import type { Recurrence } from './recurrence.ts'
import type { LocalTime } from './zones.ts'

/** Milliseconds since the epoch: everything that ends after `from` and starts before `to`. */
export interface Window {
  readonly from: number
  readonly to: number
}

/** When an item takes place: as wall-clock times in the zone it was planned in, and as instants. */
export interface Span {
  readonly start: LocalTime
  readonly end: LocalTime
  /** The zone's name as the client gave it, Windows or IANA. */
  readonly startZone: string
  readonly endZone: string
  readonly startAt: number
  readonly endAt: number
  readonly isAllDay: boolean
}

/** What a client may write besides times, recurrence and ids, in Graph's own shapes; absent means Graph's default. */
export type Fields = Readonly<Record<string, unknown>>

export interface EmailAddress {
  readonly name: string
  readonly address: string
}

export interface ExtendedProperty {
  readonly id: string
  readonly value: string
}

/** What somebody answered to an invitation. */
export interface Answer {
  /** Graph's `responseType`. */
  readonly response: string
  /** `0001-01-01T00:00:00Z` is never. */
  readonly time: string
}

/** The answers of a meeting's attendees, by their address in lower case; nobody else has answered. */
export type Answers = ReadonlyMap<string, Answer>

/** How one occurrence differs from its series. */
export interface Exception {
  readonly fields: Fields
  readonly span?: Span
  /** The attendees' answers to this occurrence alone. */
  readonly answers?: Answers
  /** On an attendee's copy: the person's own answer to this occurrence alone. */
  readonly response?: Answer
}

/** One item of a calendar: a single event, or a series with all its occurrences. */
export interface Item {
  readonly id: string
  readonly iCalUId: string
  /** Where the item stands in the order of creation, which is the order in which a first delta round tells it. */
  readonly position: number
  readonly transactionId?: string
  readonly createdAt: number
  modifiedAt: number
  /** Grows with every change in the mailbox; the change key and the etag are made from it. */
  version: number
  fields: Fields
  span: Span
  recurrence?: Recurrence
  /** By the date the pattern puts the occurrence on. */
  exceptions: ReadonlyMap<string, Exception>
  cancelled: ReadonlySet<string>
  extended: readonly ExtendedProperty[]
  answers: Answers
  /** Set when someone else organises the meeting: the item is an attendee's copy. */
  readonly organizer?: EmailAddress
  /** Set on the copy of somebody who is invited to one occurrence of a series only. */
  readonly occurrenceOf?: { readonly iCalUId: string; readonly date: string }
  /** On an attendee's copy: how its time is shown once the person accepts. */
  intendedShowAs?: string
  response: Answer
  /** What a payload from outside said verbatim: it is told as it came, over everything derived. */
  verbatim?: Readonly<Record<string, unknown>>
}

/** An item as a client meets it: single event, series master, or one occurrence (`date`) of a series. */
export interface Instance {
  readonly item: Item
  readonly type: 'singleInstance' | 'seriesMaster' | 'occurrence' | 'exception'
  readonly span: Span
  readonly fields: Fields
  readonly date?: string
}

export const overlaps = (span: Span, window: Window): boolean =>
  span.startAt < window.to && (span.endAt > window.from || (span.startAt === span.endAt && span.startAt >= window.from))
