import type { EpochMs } from '../core/time.ts'
import type { Recurrence } from './recurrence.ts'

/**
 * When an event starts or ends. A date is a calendar day that no time zone ever moves (all-day events); an instant is a
 * point in time, with the IANA zone it was planned in where that is known.
 */
export type EventTime =
  | { readonly kind: 'date'; readonly date: string } // '2026-11-20'
  | { readonly kind: 'instant'; readonly at: EpochMs; readonly zone?: string | undefined }

export type ParticipationStatus = 'needs_action' | 'accepted' | 'declined' | 'tentative' | 'unknown'

export type Transparency = 'opaque' | 'transparent' | 'tentative' | 'out_of_office' | 'working_elsewhere' | 'unknown'

export type Sensitivity = 'normal' | 'personal' | 'private' | 'confidential'

export interface Person {
  readonly email: string
  readonly name?: string | undefined
}

export interface Attendee extends Person {
  readonly status: ParticipationStatus
  readonly kind: 'required' | 'optional' | 'resource'
}

export interface Location {
  readonly description: string
  readonly latitude?: number | undefined
  readonly longitude?: number | undefined
}

/**
 * Characters of a description that are kept: a row holds at most 1 MiB, and a longer text is cut rather than its calendar
 * stopped.
 */
export const DESCRIPTION_MAX = 32_768

/** What an event says: everything a person could change, and nothing about where it is kept. */
export interface EventContent {
  readonly summary: string
  /** Plain text. */
  readonly description: string
  readonly start: EventTime
  readonly end: EventTime
  readonly location?: Location | undefined
  readonly attendees: readonly Attendee[]
  readonly organizer?: Person | undefined
  /** Whether the account's own person organises the meeting, and may therefore change it for everyone. */
  readonly organizedByAccount: boolean
  readonly participation: ParticipationStatus
  /** False where the organizer wants no answers, and is not to be sent any. */
  readonly answersWanted?: false | undefined
  readonly transparency: Transparency
  readonly sensitivity: Sensitivity
  readonly status: 'confirmed' | 'tentative' | 'cancelled'
  readonly categories: readonly string[]
  readonly importance: 'low' | 'normal' | 'high'
  /** Minutes before the start; undefined when no reminder is set. */
  readonly reminderMinutes?: number | undefined
  readonly onlineMeeting?: { readonly provider: 'teams' | 'other'; readonly joinUrl?: string | undefined } | undefined
  /** The name its creator gave the creation, where one was given (Graph's `transactionId`). */
  readonly marker?: string | undefined
  readonly createdAt?: EpochMs | undefined
  readonly changedAt?: EpochMs | undefined
}

/** A single event, or one occurrence of a series, as the provider holds it. A series itself is never an event. */
export interface CalendarEvent extends EventContent {
  /** The provider's id, immutable and case-sensitive. */
  readonly providerId: string
  /** The provider's version tag of this item. */
  readonly etag: string
  readonly kind: 'single' | 'occurrence' | 'exception'
  /** The provider's id of the series this is an occurrence of. */
  readonly seriesProviderId?: string | undefined
  /** The rule of its series; told with ordinary occurrences only. */
  readonly recurrence?: Recurrence | undefined
}
