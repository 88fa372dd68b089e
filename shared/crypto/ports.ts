import type { EpochMs } from '../core/time.ts'

/** Where a row lives. All of it is bound into the seal, so that a row moved elsewhere does not open. */
export interface RowAddress {
  readonly table: string
  readonly partitionKey: string
  readonly rowKey: string
  /** A counter of the row's own, for rows whose older versions must not come back; 0 for all others. */
  readonly rowVersion?: number
}

/** Whose key seals a row: an account's own, or the service's (integrators, sign-ins, tokens). */
export type KeyOwner = { readonly kind: 'account'; readonly account: string } | { readonly kind: 'service' }

/**
 * Seals and opens rows. Every method needs keys, and so may also throw SyncError `VAULT_UNAVAILABLE` or
 * `STORAGE_UNAVAILABLE` (try again later) and `KEY_RECORD_FORGED` (an operator has to look).
 * @see envelope.ts for the layout, key-ring.ts for the keys.
 */
export interface Envelope {
  /** @throws SyncError `KEY_MISSING` when the account has no key (it was erased, or never connected). */
  seal(owner: KeyOwner, address: RowAddress, schemaVersion: number, plaintext: Uint8Array): Promise<Uint8Array>
  /**
   * @throws SyncError `ROW_CORRUPT` when anything about the sealed bytes, their place or their version is not as it was
   * sealed. The caller quarantines the row; it must never treat it as absent.
   * @throws SyncError `KEY_MISSING` when the account has no key.
   */
  open(owner: KeyOwner, address: RowAddress, schemaVersion: number, sealed: Uint8Array): Promise<Uint8Array>
  /** Makes and stores a key for an account that has none; does nothing when it has one. */
  ensureAccountKey(account: string): Promise<void>
  /**
   * Deletes the account's key, so that what it sealed opens nowhere; does nothing when there is none. Another instance
   * may hold the key for up to `ACCOUNT_KEY_TTL` longer.
   */
  eraseAccountKey(account: string): Promise<void>
  /** Makes the account's next key. @throws SyncError `KEY_MISSING`; `ROW_CHANGED` when it changed meanwhile. */
  renewAccountKey(account: string): Promise<void>
  /** Which keys the account has, as this instance knows it for up to `ACCOUNT_KEY_TTL`. */
  accountKeyState(account: string): Promise<{
    readonly madeAt: EpochMs
    readonly generation: number
    readonly generations: number
  }>
  /**
   * Seals again under the account's newest key.
   * @returns undefined when the row is under it already. @throws SyncError as `open`.
   */
  reseal(
    owner: KeyOwner,
    address: RowAddress,
    schemaVersion: number,
    sealed: Uint8Array,
  ): Promise<Uint8Array | undefined>
  /** Deletes the account's keys before this generation: what is still under them opens nowhere. */
  dropAccountKeysBefore(account: string, generation: number): Promise<void>
}

/** What a blind token stands for; each purpose has a key of its own, so tokens of two purposes never compare. */
export type BlindPurpose =
  | 'account'
  | 'calendar'
  | 'event'
  | 'month'
  | 'agreement'
  | 'integrator'
  | 'channel'
  | 'grant'
  | 'sign-in'
  | 'token'
  | 'client-state'
  | 'reconnect'
  | 'cookie'
  | 'request'
  | 'rate'
  | 'organisation'
  | 'browser-session'
  | 'audit'
  | 'erasure'
  | 'backup'

/** Keyed one-way names: equal inputs give equal tokens, and a token tells nothing without the root secret. */
export interface BlindIndex {
  /** 22 base64url characters (132 bits) of HMAC-SHA-256 over the length-prefixed parts. */
  token(purpose: BlindPurpose, ...parts: readonly string[]): string
  /** The full 32-byte HMAC, for authentication codes rather than names. */
  mac(purpose: BlindPurpose, ...parts: readonly string[]): Uint8Array
}

/**
 * The two keys in the vault: one wraps, one signs. A `keyId` is `<name>/<version>`, so that it leads to the configured
 * vault only. @throws SyncError `VAULT_UNAVAILABLE` from every method; nothing is known then, try again later.
 */
export interface Vault {
  /** RSA-OAEP-256 with the current version of the wrapping key; `keyId` names the version. */
  wrap(plaintext: Uint8Array): Promise<{ readonly keyId: string; readonly wrapped: Uint8Array }>
  /** @throws SyncError `KEY_RECORD_FORGED` when `keyId` names another key than the wrapping key. */
  unwrap(keyId: string, wrapped: Uint8Array): Promise<Uint8Array>
  /** PS256 over the message with the current version of the signing key. */
  sign(message: Uint8Array): Promise<{ readonly keyId: string; readonly signature: Uint8Array }>
  /**
   * Checks with the cached public key of that version; one vault read per version and process.
   * @returns false as well when `keyId` names another key than the signing key.
   */
  verify(keyId: string, message: Uint8Array, signature: Uint8Array): Promise<boolean>
  /** The versions that are current now, asked anew; from then on they wrap and sign. */
  current(): Promise<{ readonly wrapping: string; readonly signing: string }>
}
