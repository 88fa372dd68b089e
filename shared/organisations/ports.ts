import type { Identity } from '../accounts/ports.ts'
import type { EpochMs } from '../core/time.ts'
import type { Versioned } from '../integrators/ports.ts'
import type { Member, Organisation } from './organisation.ts'

/** What the ID token of a sign-in says about somebody besides who they are. Good for that moment. */
export interface Standing {
  /** Template ids of the directory roles (claim `wids`). */
  readonly roles: readonly string[]
  /** Object ids of groups (claim `groups`); undefined when Microsoft left them out because there are too many. */
  readonly groups?: readonly string[] | undefined
  /** Values of the roles of our app that the person's own tenant has assigned to them (claim `roles`). */
  readonly appRoles: readonly string[]
}

/** Who may connect. */
export interface Admission {
  /**
   * @throws SyncError `ORGANISATION_NOT_INSTALLED` when no administrator has installed the app for the person's tenant,
   * `ORGANISATION_RESTRICTED` when it is installed for others only. Nothing was stored, but what is known now of an account
   * that was let in before: it is ended within minutes.
   */
  admit(identity: Identity, standing: Standing, account: string): Promise<void>
  /**
   * Notes an account among its organisation's, before it is stored. Safe to repeat.
   * @throws SyncError as `admit`, when the organisation has changed meanwhile.
   */
  joined(identity: Identity, standing: Standing, account: string): Promise<void>
  /** When it was last noted; undefined when it is not. @param organisation its opaque id. */
  joinedAt(organisation: string, account: string): Promise<EpochMs | undefined>
  /** Takes it off again. Safe to repeat. @param organisation its opaque id. */
  left(organisation: string, account: string): Promise<void>
  /** The organisation's opaque id, as the audit trail has it. */
  idOf(tenantId: string): string
}

/** Going through the accounts of an organisation because something was decided about it. */
export interface Task {
  readonly tenantId: string
  /** When it was decided. */
  readonly since: EpochMs
  /** When the pass in progress, or the next one, may begin. */
  readonly notBefore: EpochMs
  /** When the pass in progress began; absent between two of them. */
  readonly beganAt?: EpochMs | undefined
  /** How many accounts the pass has met, and the last one of them. */
  readonly met: number
  readonly after?: string | undefined
}

/** Every method may fail with `STORAGE_UNAVAILABLE`, `ROW_CORRUPT` or `VAULT_UNAVAILABLE`. */
export interface OrganisationStore {
  /** The opaque id of a tenant. */
  idOf(tenantId: string): string
  find(tenantId: string): Promise<Versioned<Organisation> | undefined>
  /** @param organisation its opaque id. */
  named(organisation: string): Promise<Versioned<Organisation> | undefined>
  /** @throws SyncError `ROW_EXISTS` or `ROW_CHANGED` when somebody else was faster. */
  save(organisation: Organisation, known?: Versioned<Organisation>): Promise<void>
  /** @returns whether the account was not among them before. */
  addMember(tenantId: string, member: Member): Promise<boolean>
  /** @param organisation its opaque id. */
  member(organisation: string, account: string): Promise<Member | undefined>
  /** @param organisation its opaque id: the tenant of an account that was erased is known to nobody. */
  removeMember(organisation: string, account: string): Promise<void>
  /** In the order of their ids, from the one after `after` on. One request a page of 1,000. */
  members(tenantId: string, after?: string): AsyncIterable<readonly Member[]>
  /** How many there are, counted up to `most` or a little over. One request for 1,000. */
  countMembers(tenantId: string, most: number): Promise<number>
  /**
   * Everything that is to be gone through. One request. A row that does not open stays; it is a task that was decided now
   * where the organisation's own row opens, and left out where not.
   */
  tasks(now: EpochMs): Promise<readonly Versioned<Task>[]>
  /** Has the organisation gone through from the beginning, whatever there was to be done for it. @param since when it was decided. */
  beginTask(tenantId: string, since: EpochMs): Promise<void>
  /** Notes how far it has come; without `next` it is done. @returns undefined when somebody else has changed it. */
  moveTask(task: Versioned<Task>, next: Task | undefined): Promise<Versioned<Task> | undefined>
}
