import type { Grant, GrantRef } from './grant.ts'
import type { Integrator } from './integrator.ts'

/** A stored value with the version it was read in. */
export interface Versioned<T> {
  readonly value: T
  readonly etag: string
}

/** Every method of every store here may fail with `STORAGE_UNAVAILABLE`, `ROW_CORRUPT` or `VAULT_UNAVAILABLE`. */
export interface IntegratorStore {
  find(clientId: string): Promise<Integrator | undefined>
  /** Writes the registration, over an earlier one of the same client id. */
  save(integrator: Integrator): Promise<void>
}

export interface GrantStore {
  find(ref: GrantRef): Promise<Versioned<Grant> | undefined>
  /** All grants of one account, in no order. */
  ofAccount(accountId: string): Promise<readonly Grant[]>
  insert(grant: Grant): Promise<void>
  /**
   * @returns the new etag.
   * @throws SyncError `ROW_CHANGED` when somebody else wrote it or deleted it first, `OUTCOME_UNKNOWN` when it may or
   * may not be written: read it again before deciding anything.
   */
  replace(grant: Grant, etag: string): Promise<string>
  /** Deleting a grant that is not there is no failure. */
  delete(ref: GrantRef): Promise<void>
}
