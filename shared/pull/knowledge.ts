import type { EpochMs } from '../core/time.ts'
import type { CalendarEvent, EventTime } from '../events/event.ts'
import type { SeriesMaster } from './ports.ts'

/** Our blind name of one provider item within an account; equal provider ids give equal keys. */
export type ItemKey = string

/** From the earliest start to the latest end that an event has had since it is known. */
export interface Reach {
  readonly from: EpochMs
  readonly to: EpochMs
}

/**
 * What is remembered of one provider item so that its next change can be judged without reading it: where its row is
 * and what it said. An occurrence is remembered in its series and points there.
 */
export type KnownItem =
  | {
      readonly kind: 'event'
      readonly calendar: string
      /** The months its row is kept under. */
      readonly months: readonly string[]
      /** Absent in what was remembered before moves were. */
      readonly starts?: EpochMs | undefined
      readonly ends: EpochMs
      /** Present when it was moved. */
      readonly reach?: Reach | undefined
      /** Digest of the mapped content, to tell a change from a repeat. */
      readonly digest: string
      /** The last round of the calendar that mentioned it. */
      readonly seen: number
    }
  | { readonly kind: 'occurrence'; readonly calendar: string; readonly series: ItemKey }
  | { readonly kind: 'series'; readonly calendar: string }

export interface KnownOccurrence {
  readonly providerId: string
  readonly etag: string
  readonly start: EventTime
  readonly end: EventTime
  /** An exception carries content of its own and does not follow its series. */
  readonly exception: boolean
  readonly seen: number
  /** Absent while the occurrence waits for its series' content, which Graph may send later. */
  readonly stored?:
    | { readonly months: readonly string[]; readonly digest: string; readonly reach?: Reach | undefined }
    | undefined
}

export interface KnownSeries {
  readonly calendar: string
  /** Absent while only occurrences have been seen. */
  readonly master?: SeriesMaster | undefined
  /** The last rounds in which the master was mentioned, and in which it was new or had another etag. */
  readonly seen: number
  readonly changed: number
  readonly occurrences: Readonly<Record<ItemKey, KnownOccurrence>>
}

/** Everything known of the items a page mentions. */
export interface Knowledge {
  item(key: ItemKey): KnownItem | undefined
  series(key: ItemKey): KnownSeries | undefined
}

/** What a fresh round of a calendar has not mentioned so far. */
export interface Unseen {
  /** The single events, and the series of which it has not mentioned all. */
  readonly keys: readonly ItemKey[]
  /** How many events the calendar has, seen or not. */
  readonly events: number
}

/**
 * One event to write, to mark as deleted, or to forget because the window has moved on; `previousMonths` is where it was
 * before, empty when it is new.
 */
export type EventChange =
  | (Change & {
      readonly kind: 'write'
      readonly event: CalendarEvent
      readonly months: readonly string[]
      /** Whether integrators are told; not of an event that only is kept under other months, as the window moves on. */
      readonly isNews: boolean
      /** Present when it was moved. */
      readonly reach?: Reach | undefined
    })
  | (Change & { readonly kind: 'delete' | 'forget' })

interface Change {
  readonly key: ItemKey
  readonly previousMonths: readonly string[]
  /** The calendar it was in before, where that is another one. */
  readonly leftCalendar?: string | undefined
}

/** What a page comes to: the changes of events, and what to remember from now on (undefined: forget it). */
export interface Outcome {
  readonly changes: readonly EventChange[]
  readonly items: ReadonlyMap<ItemKey, KnownItem | undefined>
  readonly series: ReadonlyMap<ItemKey, KnownSeries | undefined>
}
