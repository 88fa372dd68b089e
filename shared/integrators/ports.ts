import type { PageSignIn, StoredBrowserSession } from '../accounts/browser-sessions.ts'
import type { SignIn } from '../accounts/ports.ts'
import type { Installation } from '../organisations/installations.ts'
import type { Grant, GrantRef } from './grant.ts'
import type { Integrator } from './integrator.ts'
import type { LinkToken } from './link-tokens.ts'
import type { PermissionRequest } from './permission-requests.ts'

/** A stored value with the version it was read in. */
export interface Versioned<T> {
  readonly value: T
  readonly etag: string
}

/** Every method of every store here may fail with `STORAGE_UNAVAILABLE`, `ROW_CORRUPT` or `VAULT_UNAVAILABLE`. */
export interface IntegratorStore {
  /** @returns removed integrators too. */
  find(clientId: string): Promise<Versioned<Integrator> | undefined>
  /** All that were ever registered, in no order. */
  all(): Promise<readonly Integrator[]>
  /** The client id that an active secret belongs to. */
  clientOf(secret: string): Promise<string | undefined>
  /**
   * Writes a registration: a first one, or in the place of the version that is `known`.
   * @throws SyncError `ROW_EXISTS` or `ROW_CHANGED` when somebody else was faster, or a secret is somebody else's already.
   */
  save(integrator: Integrator, known?: Versioned<Integrator>): Promise<void>
}

/** What lives for minutes and is used once. */
export interface OneTimeStore<Value> {
  insert(value: Value): Promise<void>
  /** @returns expired ones too, for a while. */
  find(id: string): Promise<Versioned<Value> | undefined>
  /** Takes it out of the world. @returns false when somebody else already did. */
  take(value: Versioned<Value>): Promise<boolean>
}

export interface OneTimeStores {
  /** By state. */
  readonly signIns: OneTimeStore<SignIn>
  readonly linkTokens: OneTimeStore<LinkToken>
  readonly permissionRequests: OneTimeStore<PermissionRequest>
  readonly pageSignIns: OneTimeStore<PageSignIn>
  /** By the blind token of their cookie. */
  readonly browserSessions: OneTimeStore<StoredBrowserSession>
  readonly installations: OneTimeStore<Installation>
}

export interface GrantStore {
  find(ref: GrantRef): Promise<Versioned<Grant> | undefined>
  /** All grants of one account, in no order. One whose row does not open is kept as evidence and left out. */
  ofAccount(accountId: string): Promise<readonly Versioned<Grant>[]>
  /** Where the grants of one account are, those too that do not open. */
  refsOf(accountId: string): Promise<readonly GrantRef[]>
  insert(grant: Grant): Promise<void>
  /**
   * @returns the new etag.
   * @throws SyncError `ROW_CHANGED` when somebody else wrote it or deleted it first, `OUTCOME_UNKNOWN` when it may or
   * may not be written: read it again before deciding anything.
   */
  replace(grant: Grant, etag: string): Promise<string>
  /** Deletes all grants of an account and copies of them, without opening them. @returns how many rows. */
  forget(accountId: string): Promise<number>
  /** Ends a grant for good. Deleting a grant that is not there is no failure. */
  delete(ref: GrantRef): Promise<void>
  /** Deletes a grant that ran out by itself, unless somebody has written it since it was read. */
  discard(grant: Versioned<Grant>): Promise<void>
}
