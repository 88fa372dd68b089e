import type { Action } from './action.ts'
import type { Intake, Lot } from './lot.ts'
import type { RequestKey } from './request-key.ts'
import type { Wanted } from './wanted.ts'

/** Who asks: an integrator with the consent of the account's person. */
export interface Requester {
  readonly account: string
  /** Client id. */
  readonly integrator: string
  /** Whether the integrator may change events it did not create. */
  readonly unrestricted: boolean
  /** Calendars, by our keys, in which it may do so although `unrestricted` is false. */
  readonly unrestrictedIn?: readonly string[] | undefined
  /** Stored with the action, so that the same request is known when it comes again. */
  readonly key?: RequestKey | undefined
  /** The request's place in a batch. */
  readonly intake?: Intake | undefined
}

/** An event by the integrator's own id, or by our key of it (the part behind `evt_external_`). */
export type EventName = { readonly eventId: string } | { readonly key: string }

/** The changing half of the integrator API, behind its wire format. Every method that stores an action wakes the account. */
export interface Changes {
  /**
   * @param basedOn the `version` that a read gave of the event: what the integrator repeats of it is no change.
   * @throws SyncError `NOT_FOUND`: unknown or deleted calendar, unknown event key. `CALENDAR_READ_ONLY`. `EVENT_NOT_OWN`:
   * the event is not the integrator's own, and nothing allows it to change others in this calendar.
   * `VALIDATION_FAILED`: the event does not fit into a row. `RECONNECT_REQUIRED`. `REQUEST_REPEATED`: the same request was accepted meanwhile. `STORAGE_UNAVAILABLE`,
   * `OUTCOME_UNKNOWN`: perhaps accepted, ask again. `RATE_LIMITED`: too many of the integrator's changes are waiting.
   */
  upsert(who: Requester, calendar: string, event: EventName, wanted: Wanted, basedOn?: string): Promise<Action>
  /** @returns undefined when there is nothing to delete. @throws SyncError as `upsert`. */
  delete(who: Requester, calendar: string, event: EventName): Promise<Action | undefined>
  /** @throws SyncError `NOT_FOUND` for an unknown calendar. */
  deleteAll(who: Requester, calendars?: readonly string[]): Promise<Action>
  /** @throws SyncError `NOT_FOUND`: unknown calendar or event. */
  respond(
    who: Requester,
    calendar: string,
    key: string,
    response: 'accepted' | 'tentative' | 'declined',
  ): Promise<Action>
  /** @throws SyncError `NOT_FOUND` for an action that is not there or is another integrator's. */
  action(who: Requester, number: number, token: string): Promise<Action>
}

/** Takes in requests that come together. */
export interface Lots {
  /** @param size how many they are. */
  lot(account: string, size: number): Lot
}
