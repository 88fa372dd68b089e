import type { CalendarState } from '../pull/state.ts'
import type { Action } from './action.ts'
import type { PushSession } from './session.ts'

/** The actions of accounts. */
export interface ActionLog {
  /**
   * Stores an action durably, behind all that were stored for the account before.
   * @throws SyncError `VALIDATION_FAILED` when it does not fit into a row; nothing is stored. `STORAGE_UNAVAILABLE`.
   * `OUTCOME_UNKNOWN`: stored or not; asking again does no harm.
   */
  append(account: string, draft: Omit<Action, 'number'>): Promise<Action>
  /** The actions from this number on that have no outcome yet, in order. */
  pending(account: string, from: number): Promise<readonly Action[]>
  /** @returns undefined when there is none with this number. */
  get(account: string, number: number): Promise<Action | undefined>
}

/** An account as it is looked at before an action is accepted. */
export interface ActionSessions {
  open(
    account: string,
  ): Promise<{ readonly calendars: readonly CalendarState[]; readonly push: PushSession } | undefined>
}

/** Lets the account's actions be looked at. */
export interface Waking {
  /** Before an action is stored: makes sure that it is found, whatever happens next. @throws SyncError `STORAGE_UNAVAILABLE`. */
  expect(account: string): Promise<void>
  /** When it is stored: at once. A queue that does not take it is no failure. */
  wake(account: string): Promise<void>
}
