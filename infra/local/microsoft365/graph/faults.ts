import { type DeltaHabits, plainHabits } from '../mailbox/delta.ts'

/** Answers that stand in for the real one, for the next `times` requests that match. */
export interface FaultyAnswer {
  status: number
  times: number
  /**
   * Only requests whose path contains this: `$batch` meets the envelope of a batch, the path of an event collection the
   * single requests inside one as well.
   */
  path?: string | undefined
  /** Only each n-th request that matches; all of them when absent. */
  every?: number | undefined
  method?: string | undefined
  /** The `Retry-After` header as it goes out: seconds, a fraction, or an HTTP date; absent when undefined. */
  retryAfter?: string | undefined
  code?: string | undefined
  message?: string | undefined
  /** Do what was asked and then fail, so that the caller does not know the outcome. */
  afterCommit?: boolean | undefined
  /** Nothing but the status, as when the connection breaks before the answer. */
  withoutBody?: boolean | undefined
}

export interface NotificationFaults {
  /** The share of notifications that never arrive, 0 to 1. */
  drop: number
  /** How often each notification is sent. */
  copies: number
  /** Whether a created event is told as created and as updated. */
  createdTwice: boolean
  /** Whether notifications of one delivery come in reverse order. */
  reversed: boolean
  /** Milliseconds from the change to the delivery. */
  delayMs: number
}

/** How Graph behaves besides the plain way. The object is live: a change counts from the next request on. */
export interface Faults {
  answers: FaultyAnswer[]
  notifications: NotificationFaults
  delta: DeltaHabits & {
    /** Write links with `calendarview` in lower case. */
    lowerCaseLinks: boolean
    /** Whether a 410 says with `Location` where to start again. */
    locationOnGone: boolean
  }
  /** Milliseconds each page of events takes. */
  pageDelayMs: number
  /** Requests in flight for one app and mailbox before a 429, also those of one batch. */
  concurrency: number
  /** Whether `If-Match` is checked; nobody documents that it is. */
  honourIfMatch: boolean
  duplicateStatus: 400 | 409
  /** Exchange gives an event another version soon after a write, without any change to it. */
  versionAfterWrite: boolean
}

/** A Graph that behaves. */
export const noFaults = (): Faults => ({
  answers: [],
  notifications: { drop: 0, copies: 1, createdTwice: false, reversed: false, delayMs: 50 },
  delta: { ...plainHabits, lowerCaseLinks: false, locationOnGone: false },
  pageDelayMs: 0,
  concurrency: 4,
  honourIfMatch: true,
  duplicateStatus: 400,
  versionAfterWrite: false,
})
