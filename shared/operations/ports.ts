import type { EpochMs } from '../core/time.ts'
import type { Figures } from './figures.ts'
import type { Sample } from './sample.ts'

/** Where figures and samples are kept. Every method may fail with `STORAGE_UNAVAILABLE`. */
export interface OperationsStore {
  /** Stores figures until they are gathered; no others have this id. One request. @throws SyncError `OUTCOME_UNKNOWN`. */
  put(id: string, figures: Figures): Promise<void>
  /**
   * Moves all figures that are there into the sample of this time, which may have some already. Each is counted once,
   * whatever ends this in between and however many do it at once.
   * @throws SyncError `ROW_CHANGED`, `ROW_EXISTS` when somebody else does it: the rest is theirs, or the next one's.
   */
  gather(at: EpochMs): Promise<void>
  /** Samples from this time on, the newest first. One request for 1,000 of them. */
  samples(from: EpochMs): Promise<readonly Sample[]>
  /** Deletes the samples before this time. */
  forget(before: EpochMs): Promise<void>
}

/** How many accounts and calendars there are, and how late the schedule is. */
export interface Census {
  /** By state. */
  readonly accounts: Readonly<Record<string, number>>
  /** By how their changes are noticed; of active accounts only. */
  readonly calendars: Readonly<Record<string, number>>
  /** When the oldest visit was planned for whose time has come. */
  readonly oldestDue: EpochMs | undefined
}
