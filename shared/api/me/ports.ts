import type { EpochMs } from '../../core/time.ts'

/** An entry of the audit trail, as people read it. */
export interface TrailEntry {
  readonly number: number
  /** ISO 8601, UTC. */
  readonly time: string
  /** Such as `person`, `service`, or `integrator <client id>`. */
  readonly by: string
  /** The stable name of what was done. */
  readonly act: string
  /** The same in words. */
  readonly what: string
  readonly details: string
}

/** What the audit trail says of one account. */
export interface AccountTrail {
  /** When each integrator last did something with its access, by client id. */
  lastUses(account: string): Promise<ReadonlyMap<string, EpochMs>>
  /** All entries about the account, oldest first. */
  entriesOf(account: string): AsyncIterable<TrailEntry>
}

/** Whether an account is being erased. */
export interface Erasures {
  /** @returns undefined when it is not; `emptiedAt` says since when nothing is left of it. */
  erasureOf(account: string): Promise<{ readonly emptiedAt?: EpochMs | undefined } | undefined>
}
