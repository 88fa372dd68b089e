import type { EpochMs } from '../core/time.ts'
import type { ItemKey, Knowledge, Outcome } from '../pull/knowledge.ts'
import type { AccountHead, CalendarState } from '../pull/state.ts'
import type { Action } from './action.ts'
import type { Agreement } from './agreement.ts'
import type { EventName } from './changes.ts'
import type { Current } from './snapshot.ts'

/** What calls came to, to be stored as one. */
export interface Settlement {
  readonly actions: readonly Action[]
  readonly agreements: readonly Agreement[]
  /** What the cache learns from the provider's answers. */
  readonly learned: readonly Lesson[]
  /** Calendars that have to be read, because an answer does not tell everything that has changed. */
  readonly dirty: readonly string[]
}

export interface Lesson {
  readonly calendar: CalendarState
  readonly outcome: Outcome
  /** Whose doing a change is, by event: an integrator is not told of its own changes. */
  readonly by: ReadonlyMap<ItemKey, string>
}

/** An event or series with the calendar it is in. */
export interface Cached extends Current {
  readonly calendar: string
  /** When the cache last heard something new of it; not known of a series without occurrences. */
  readonly heardAt?: EpochMs | undefined
}

/** What the push reads and writes of one account. Every write is fenced against other handlers of the account. */
export interface PushSession {
  readonly account: string
  readonly head: AccountHead
  readonly calendars: readonly CalendarState[]
  readonly names: {
    item(providerId: string): ItemKey
    agreement(integrator: string, calendar: string, event: EventName): string
  }
  /** Whether actions may be waiting; costs nothing. */
  readonly hasPending: boolean
  /** At least as many as are waiting: how many there are from the oldest on that has no outcome; costs nothing. */
  readonly mostPending: number
  /** The actions that have no outcome yet, in order of acceptance. */
  pendingActions(): Promise<readonly Action[]>
  /**
   * Looks for pending actions among all rows that are kept, and sees that no number is given twice: in a backup the head
   * may be younger than the actions and the number of the last one. @throws SyncError `ROW_CHANGED`.
   */
  recount(): Promise<void>
  /** The agreements with these keys; those that are not there are left out. */
  agreements(keys: readonly string[]): Promise<ReadonlyMap<string, Agreement>>
  /** All agreements of one integrator on managed events. */
  agreementsOf(integrator: string): Promise<readonly Agreement[]>
  /** The event or series as the cache holds it; undefined when it is not known there, or known as deleted. */
  cached(key: ItemKey): Promise<Cached | undefined>
  knowledge(keys: readonly ItemKey[], series: readonly ItemKey[]): Promise<Knowledge>
  /** @throws SyncError `ROW_CHANGED` when another handler works for this account: stop, it goes on. */
  settle(settlement: Settlement, now: EpochMs): Promise<void>
  /** Stores what is known of calendars now. Fails as `settle` does. */
  noteCalendars(calendars: readonly CalendarState[]): Promise<void>
  /** Fails as `settle` does when this handler is not the account's only one any more. */
  assertFence(): Promise<void>
}
