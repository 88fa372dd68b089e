import type { EpochMs } from '../core/time.ts'
import type { CalendarEvent, EventContent, EventTime } from '../events/event.ts'
import type { Recurrence } from '../events/recurrence.ts'
import type { Window } from '../events/window.ts'
import type { WorkingHours } from '../events/working-hours.ts'

/** A calendar as the provider lists it. */
export interface ProviderCalendar {
  readonly providerId: string
  readonly name: string
  readonly primary: boolean
  readonly writable: boolean
  readonly color?: string | undefined
  readonly onlineMeetings: boolean
}

/** What a person has set for all of their mailbox. */
export interface MailboxSettings {
  /** IANA zone, where it is known. */
  readonly zone: string | undefined
  readonly workingHours: WorkingHours | undefined
}

export interface NewCalendar {
  readonly name: string
  /** `#RRGGBB`; the provider takes the nearest one it has. */
  readonly color?: string | undefined
}

/** What a series says; its occurrences inherit it. */
export interface SeriesMaster {
  readonly providerId: string
  readonly etag: string
  readonly content: EventContent
  readonly recurrence?: Recurrence | undefined
}

/** One item of a page of changes, in the provider's order. */
export type ChangedItem =
  | { readonly kind: 'event'; readonly event: CalendarEvent }
  | { readonly kind: 'series'; readonly master: SeriesMaster }
  /** An occurrence that carries its times only; the rest is its series' content. */
  | {
      readonly kind: 'sparse'
      readonly providerId: string
      readonly etag: string
      readonly seriesProviderId: string
      readonly start: EventTime
      readonly end: EventTime
    }
  /** Deleted, or no longer in the window, or never in it: unknown ids are normal. */
  | { readonly kind: 'removed'; readonly providerId: string }

/** One page of a round. At most one of the two links is there; both are opaque. */
export interface ChangePage {
  readonly items: readonly ChangedItem[]
  /** More pages of this round follow. */
  readonly nextLink?: string | undefined
  /** The round is complete; the next round starts here. A view has none. */
  readonly cursor?: string | undefined
}

export interface ProviderSubscription {
  readonly providerId: string
  readonly expiresAt: EpochMs
}

/** What a person's mailbox can be asked. All failures are `SyncError`s. */
export interface Mailbox {
  settings(): Promise<MailboxSettings>
  calendars(): Promise<readonly ProviderCalendar[]>
  /**
   * @throws SyncError `CALENDAR_EXISTS` when the mailbox has a calendar of this name; `MICROSOFT_REFUSED` when it cannot
   * have it. After most other failures it may have been created all the same.
   */
  createCalendar(calendar: NewCalendar): Promise<ProviderCalendar>
  /**
   * One page of changes: of a fresh round over the window when `link` is undefined, else of the round the link belongs
   * to. Items come in no particular order and may repeat; the last one wins.
   * @throws SyncError `CURSOR_EXPIRED`: start a fresh round. `CALENDAR_GONE`: the calendar is not there any more.
   * @throws SyncError `MICROSOFT_UNEXPECTED_SHAPE`: nothing of the page may be used, and the cursor must not move.
   */
  changes(calendarProviderId: string, window: Window, link: string | undefined): Promise<ChangePage>
  /** One page of everything that takes place in the window, each occurrence in full. Says nothing of what is gone. */
  view(calendarProviderId: string, window: Window, link: string | undefined): Promise<ChangePage>
  /** @throws SyncError `SUBSCRIPTION_EXISTS` when the provider holds one for the same calendar already. */
  subscribe(calendarProviderId: string, clientState: string, expiresAt: EpochMs): Promise<ProviderSubscription>
  /** The provider's subscriptions of ours for these calendars. */
  subscriptions(calendarProviderIds: readonly string[]): Promise<readonly ProviderSubscription[]>
  /** @throws SyncError `ITEM_GONE` when the provider does not know it any more: create a new one. */
  renew(subscriptionProviderId: string, expiresAt: EpochMs): Promise<ProviderSubscription>
  /** One that is gone already is as good as deleted. */
  unsubscribe(subscriptionProviderId: string): Promise<void>
}
