import { SyncError } from '../core/errors.ts'
import type { EpochMs } from '../core/time.ts'
import type { ItemKey, Knowledge, Outcome, Unseen } from './knowledge.ts'
import type { AccountHead, CalendarState } from './state.ts'

/** What the pull reads and writes of one account. Opened per invocation; commits are fenced against other handlers. */
export interface AccountSession {
  readonly account: string
  readonly head: AccountHead
  readonly tokenCache: string
  readonly calendars: readonly CalendarState[]
  readonly names: { calendar(providerId: string): string; item(providerId: string): string }
  /** What is known of these items, and of these series and their occurrences; void after the next `commitPull`. */
  knowledge(keys: readonly ItemKey[], series: readonly ItemKey[]): Promise<Knowledge>
  /** Reads everything that is known of the account's items. */
  unseen(calendar: string, round: number): Promise<Unseen>
  /**
   * Forgets what the events of a calendar say, so that its next round tells all of them as news.
   * @throws SyncError `ROW_CHANGED` when another handler has committed for this account since the session was opened.
   */
  retell(calendar: string): Promise<void>
  /**
   * Commits what a page came to, its calendar's cursor last. A crash in between repeats the page and loses nothing.
   * @throws SyncError `ROW_CHANGED` as above.
   */
  commitPull(calendar: CalendarState, outcome: Outcome, now: EpochMs): Promise<void>
  /**
   * Deletes what a torn commit has left behind, and saves the calendar as whole. Reads every event of the account.
   * @param isDoubtful whether so many of the calendar's events are too many to be gone; nothing is done then.
   * @returns how many are doubted; 0 when it was done. @throws SyncError `ROW_CHANGED` as above.
   */
  mend(calendar: CalendarState, now: EpochMs, isDoubtful?: (gone: number, before: number) => boolean): Promise<number>
  /**
   * Deletes all event rows of these months, and notes in the head from which one on rows are kept.
   * @throws SyncError `ROW_CHANGED` as above.
   */
  forgetMonths(months: readonly string[], keptFrom: string): Promise<void>
  /**
   * Deletes the requests with an Idempotency-Key that are over at `now`, and the actions and entries of the change log
   * that were done with before the other two times. @throws SyncError `ROW_CHANGED` as above.
   */
  forgetOld(now: EpochMs, before: { readonly actions: EpochMs; readonly changes: EpochMs }): Promise<void>
  /** Notes the planned visit in the head, and what the plan says of the standing; the next commit stores it. */
  notePlan(at: EpochMs, standing: string): void
  /** Whether something is noted that no commit has stored. */
  readonly hasNotes: boolean
  /** @throws SyncError `ROW_CHANGED` as above. */
  save(changes: {
    readonly head?: AccountHead | undefined
    readonly calendars?: readonly CalendarState[]
    readonly tokenCache?: string | undefined
  }): Promise<void>
}

/** @throws SyncError `INTERNAL` when there is none of this name: a session keeps the calendars that it was opened with. */
export function calendarOf({ calendars }: Pick<AccountSession, 'calendars'>, key: string): CalendarState {
  const calendar = calendars.find((one) => one.key === key)
  if (calendar === undefined) throw new SyncError('INTERNAL', 'a calendar left the session')
  return calendar
}
