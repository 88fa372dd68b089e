import type { LogFacts } from '../core/log.ts'

/** Who did something. Ids are opaque: names and addresses have no place in the trail. */
export type Actor =
  /** The person whose account it is. */
  | { readonly kind: 'person' }
  /** `id` is the client id. */
  | { readonly kind: 'integrator'; readonly id: string }
  /** `account` is the account this administrator has or would have. */
  | { readonly kind: 'administrator'; readonly account: string }
  /** Somebody with one of the operator's commands; `account` is the one they have or would have, where they signed in. */
  | { readonly kind: 'operator'; readonly account?: string }
  /** A timer or a rule of ours. */
  | { readonly kind: 'service' }
  /** Somebody whom nothing identified. */
  | { readonly kind: 'anyone' }

/** What can be done. The names are stable: they are stored, and shown to people. */
export const ACTS = [
  'organisation-installed',
  'organisation-restricted',
  'organisation-uninstalled',
  'signed-in',
  'connected',
  'consented',
  'permitted',
  'reconnected',
  'read',
  'written',
  'calendar-created',
  'channel-opened',
  'channel-closed',
  'revoked',
  'disconnected',
  'exported',
  'erasure-begun',
  'erased',
  'ledger-replayed',
  'keys-rewrapped',
  'account-key-renewed',
  'rollback-noticed',
  'inspected',
  'resync-asked',
  'replayed',
  'operations-viewed',
  'integrator-registered',
  'integrator-secret-rotated',
  'integrator-removed',
  'authentication-failed',
] as const
export type Act = (typeof ACTS)[number]

/** One thing that was done. It belongs to the trail of its account, of its organisation, or of the service when it has neither. */
export interface AuditRecord {
  readonly act: Act
  readonly actor: Actor
  readonly account?: string | undefined
  /** `org_` and the blind name of the tenant. With an account as well, the record is in both trails. */
  readonly organisation?: string | undefined
  /** Codes and counts; never contents, names, addresses or tokens. */
  readonly facts?: LogFacts | undefined
}

/** The trail of who did what. */
export interface Audit {
  /**
   * Resolves when the records are stored. What has to be accounted for is recorded before it is done.
   * @throws SyncError `STORAGE_UNAVAILABLE`, `VAULT_UNAVAILABLE`: do not do it, and try again later.
   */
  record(...records: readonly AuditRecord[]): Promise<void>
}
