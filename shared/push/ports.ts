import type { CalendarState } from '../pull/state.ts'
import type { Action } from './action.ts'
import type { RequestKey } from './request-key.ts'
import type { PushSession } from './session.ts'

/** The actions of accounts. */
export interface ActionLog {
  /**
   * Stores an action durably, behind all that were stored for the account before. What is appended in one turn is stored
   * in its order, and in one commit where it fits.
   * @param key is stored with the action or not at all.
   * @throws SyncError `REQUEST_REPEATED` when a request with this key was stored meanwhile; this one was not. `VALIDATION_FAILED` when it does not fit into a row; nothing is stored. `STORAGE_UNAVAILABLE`.
   * `OUTCOME_UNKNOWN`: stored or not; asking again does no harm.
   */
  append(account: string, draft: Omit<Action, 'number'>, key?: RequestKey): Promise<Action>
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

/**
 * Accounts for actions before they are stored.
 * @throws SyncError `STORAGE_UNAVAILABLE`: then they may not be stored.
 */
export type AccountFor = (account: string, drafts: readonly Omit<Action, 'number'>[]) => Promise<void>

/** Lets the account's actions be looked at. */
export interface Waking {
  /** Before an action is stored: makes sure that it is found, whatever happens next. @throws SyncError `STORAGE_UNAVAILABLE`. */
  expect(account: string): Promise<void>
  /** When it is stored: at once. A queue that does not take it is no failure. */
  wake(account: string): Promise<void>
}
