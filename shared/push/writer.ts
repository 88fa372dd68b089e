import type { EpochMs } from '../core/time.ts'
import type { CalendarEvent, Location, Person, Sensitivity, Transparency } from '../events/event.ts'
import type { Recurrence } from '../events/recurrence.ts'
import type { SeriesMaster } from '../pull/ports.ts'
import type { Description, Times } from './wanted.ts'

export interface Invitee extends Person {
  readonly kind: 'required' | 'optional' | 'resource'
}

/** The fields a call writes, each with its whole new value; null clears. What is absent is not sent. */
export interface EventPatch {
  readonly summary?: string | undefined
  readonly description?: Description | undefined
  readonly times?: Times | undefined
  readonly location?: Location | null | undefined
  /** The whole list, in place of the one before. */
  readonly attendees?: readonly Invitee[] | undefined
  readonly reminderMinutes?: number | null | undefined
  readonly transparency?: Exclude<Transparency, 'unknown'> | undefined
  readonly sensitivity?: Sensitivity | undefined
  readonly url?: string | null | undefined
  readonly categories?: readonly string[] | undefined
  readonly conferencing?: 'teams' | undefined
  readonly recurrence?: Recurrence | null | undefined
}

/** An event by the provider's name for it. */
interface Named {
  readonly providerId: string
  /** The calendar it is asked for in, where it is not known under its name alone. */
  readonly calendarProviderId?: string | undefined
}

/** One request to the provider about one event. */
export type Call =
  | {
      readonly kind: 'create'
      readonly calendarProviderId: string
      readonly content: EventPatch
      /** Our name of this creation; the provider makes no second event for it, and can be asked for the first. */
      readonly marker: string
    }
  | (Named & {
      readonly kind: 'update'
      readonly patch: EventPatch
      /** The version the change was decided on; another one is refused as a conflict. */
      readonly etag: string
      /** The part of the body that carries the online meeting, as `meeting` answered it: kept behind a new description. */
      readonly meetingBlob?: string | undefined
    })
  | (Named & { readonly kind: 'delete'; readonly etag: string })
  | (Named & {
      readonly kind: 'respond'
      readonly response: 'accepted' | 'tentative' | 'declined'
      /** Whether the organizer is told; refused where they want no answers. */
      readonly isTold: boolean
    })
  /** The event as it is now. */
  | (Named & { readonly kind: 'read' })
  /** The part of the event's body that carries its online meeting, in the provider's own format. */
  | (Named & { readonly kind: 'meeting' })
  /** Which calendars of the mailbox's own may be written to. */
  | { readonly kind: 'calendars' }
  /** Whether the calendar shows the event, which begins at this time: under its name also what was deleted is answered. */
  | (Named & { readonly kind: 'listed'; readonly calendarProviderId: string; readonly at: EpochMs })
  /** The event of the newest creation under an agreement's key, from this generation on, or the one of this name. */
  | {
      readonly kind: 'find'
      readonly calendarProviderId: string
      readonly key: string
      readonly since: number
      readonly knownAs?: string | undefined
    }

/** An event or a series as the provider answers it. */
export type ProviderItem =
  | { readonly kind: 'event'; readonly event: CalendarEvent }
  | { readonly kind: 'series'; readonly master: SeriesMaster }

/** What a call came to. Everything the provider can say about one event is a value; failures of the mailbox are thrown. */
export type Answer =
  | { readonly kind: 'item'; readonly item: ProviderItem }
  | { readonly kind: 'meeting'; readonly blob: string }
  | { readonly kind: 'calendars'; readonly providerIds: readonly string[] }
  /** Deleted, or answered; or it is shown there. */
  | { readonly kind: 'done' }
  /** A 404 was seen, or a list that lacks it: the event, or the calendar of a creation, is not there. */
  | { readonly kind: 'gone' }
  /** The event has another version by now. */
  | { readonly kind: 'conflict' }
  /** An event with this marker was made before; it may be gone since. */
  | { readonly kind: 'exists'; readonly providerId?: string | undefined }
  /** The provider does not want this, and would not want it later. `code` is its own word for it. */
  | { readonly kind: 'refused'; readonly code: string }
  /** A mistake of ours, while the request was made ready or its answer read: it may have been done. */
  | { readonly kind: 'mistake'; readonly error: unknown }
  /** Not done as far as we know, and worth another try. `throttled`: the whole mailbox is to be left alone meanwhile. */
  | { readonly kind: 'later'; readonly throttled: boolean; readonly retryAfterMs?: number | undefined }

/** Writes to one person's mailbox. */
export interface EventWriter {
  /**
   * Runs up to four calls about different events as one request, in no particular order.
   * @returns what each came to, in the order of the calls. After `later` its effect is unknown.
   * @throws SyncError `MICROSOFT_UNREACHABLE`: every outcome is unknown. `MICROSOFT_THROTTLED`,
   * `MICROSOFT_TOKEN_EXPIRED`, `MICROSOFT_REFUSED`: nothing was done. `MICROSOFT_UNEXPECTED_SHAPE`: unknown.
   */
  run(calls: readonly Call[]): Promise<readonly Answer[]>
  /**
   * Whether any event in a calendar has a marker of ours, whenever it takes place; people's copies of such events count too.
   * @throws SyncError as `run`, and `ITEM_GONE`: the calendar is not there.
   */
  holdsMarked(calendarProviderId: string): Promise<boolean>
}

/** As many calls as a mailbox takes at once. @see https://learn.microsoft.com/graph/throttling-limits (Outlook service) */
export const CALLS_AT_ONCE = 4
