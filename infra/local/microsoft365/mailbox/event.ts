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

export interface ExtendedProperty {
  readonly id: string
  readonly value: string
}

/** How one occurrence differs from its series. */
export interface Exception {
  readonly fields: Fields
  readonly span?: Span
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
  /** Set when someone else organises the meeting. */
  readonly organizer?: { readonly name: string; readonly address: string }
  response: { readonly response: string; readonly time: string }
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
