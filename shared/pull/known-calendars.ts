import { SyncError } from '../core/errors.ts'
import type { AccountHead } from './state.ts'

/**
 * @throws SyncError `STORAGE_UNAVAILABLE` while nobody can tell which calendars an account has: rows of calendars were lost,
 * and the list is read again. To answer from what is left would be to call the others absent.
 */
export function assertCalendarsKnown(head: AccountHead | undefined): void {
  if (head?.roundsFrom !== undefined) throw new SyncError('STORAGE_UNAVAILABLE', 'lost calendars are being read again')
}
