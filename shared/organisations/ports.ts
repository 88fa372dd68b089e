import type { Identity } from '../accounts/ports.ts'

/** What the ID token of a sign-in says about somebody besides who they are. Good for that moment. */
export interface Standing {
  /** Template ids of the directory roles (claim `wids`). */
  readonly roles: readonly string[]
  /** Object ids of groups (claim `groups`); undefined when Microsoft left them out because there are too many. */
  readonly groups?: readonly string[] | undefined
}

/** Who may connect. */
export interface Admission {
  /**
   * @throws SyncError `ORGANISATION_NOT_INSTALLED` when no administrator has installed the app for the person's tenant,
   * `ORGANISATION_RESTRICTED` when it is installed for others only. Nothing was stored.
   */
  admit(identity: Identity, standing: Standing): Promise<void>
  /** Notes an account among its organisation's, before it is stored. Safe to repeat. */
  joined(tenantId: string, account: string): Promise<void>
  /** Takes it off again, after its last row has gone. Safe to repeat. */
  left(tenantId: string, account: string): Promise<void>
  /** The organisation's opaque id, as the audit trail has it. */
  idOf(tenantId: string): string
}
