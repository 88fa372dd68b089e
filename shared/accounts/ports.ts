import type { EpochMs } from '../core/time.ts'
import type { AuthorizationRequest } from '../integrators/authorization-request.ts'
import type { CalendarPermission } from '../integrators/permission-requests.ts'
import type { Standing } from '../organisations/ports.ts'

/** Who somebody is at Microsoft. Only `tenantId` and `objectId` identify; the other two are for display. */
export interface Identity {
  readonly tenantId: string
  readonly objectId: string
  readonly username: string
  readonly name: string
}

/** Ties one trip to Microsoft's sign-in page to its answer. */
export interface SignInTicket {
  readonly state: string
  readonly nonce: string
  /** PKCE code verifier. */
  readonly verifier: string
}

/** What a finished sign-in brings. */
export interface SignedIn {
  readonly identity: Identity
  readonly standing: Standing
  readonly tokenCache: string
}

/**
 * What somebody signs in for. `mailbox`: we may use the mailbox from then on. `identity`: only to know who they are, and
 * nothing of the tokens is kept.
 */
export type SignInUse = 'mailbox' | 'identity'

/** Microsoft Entra ID: signing people in, and keeping their access alive afterwards. */
export interface Entra {
  /** The sign-in page to send the browser to. */
  authorizeUrl(ticket: SignInTicket, use?: SignInUse): Promise<string>
  /** The page on which an administrator agrees to all of our permissions for everybody in their organisation. */
  adminConsentUrl(state: string): string
  /**
   * Exchanges the code of a finished sign-in. The token cache holds the refresh token: seal it before it goes anywhere.
   * @throws SyncError `SIGN_IN_MISMATCH` when the answer is not for us, not for this ticket or not from this Entra.
   * @throws SyncError `SIGN_IN_EXPIRED` when Microsoft no longer takes the code; `APPROVAL_REQUIRED` or
   * `CONSENT_DECLINED` when a permission was not given.
   * @throws SyncError `MICROSOFT_CREDENTIAL_REFUSED` (ours), `MICROSOFT_UNREACHABLE`, `MICROSOFT_REFUSED`.
   */
  redeem(code: string, ticket: SignInTicket, use?: SignInUse): Promise<SignedIn>
  /**
   * An access token for Graph, from the cache or refreshed. Store the returned cache when it differs; losing it does no
   * harm, because Microsoft keeps the refresh token before it valid.
   * @param isRefused Graph has refused the access token of the cache, or it runs out: a fresh one is asked for.
   * @throws SyncError `RECONNECT_REQUIRED` when only the person can help; read the stored cache once more first.
   * @throws SyncError `MICROSOFT_CREDENTIAL_REFUSED` (ours: nobody must reconnect), `MICROSOFT_UNREACHABLE`,
   * `MICROSOFT_REFUSED`.
   */
  accessToken(
    tokenCache: string,
    isRefused?: boolean,
  ): Promise<{ accessToken: string; expiresAt: EpochMs; tokenCache: string }>
}

/** The accounts of this service. */
export interface AccountsPort {
  /**
   * Before anything is stored of somebody who is being connected: makes sure that what is left of them goes if this ends
   * half-way. @param organisation its opaque id.
   */
  expect(identity: Identity, organisation: string): Promise<void>
  /** Creates the account or gives a known one fresh tokens, and wakes its first pull. */
  connect(identity: Identity, tokenCache: string): Promise<{ accountId: string; profileId: string }>
  /** @throws SyncError `ACCOUNT_BEING_ERASED`: what was there is not gone yet, and nothing may be added to it. */
  mayConnect(identity: Identity): Promise<void>
  /** The account a person has or would have; nothing is stored. */
  idOf(identity: Identity): string
  /** Whether there is such an account: one that was erased is not. */
  isKnown(account: string): Promise<boolean>
  /** The names of an account's calendars, by our keys; without those that are deleted. */
  calendarNames(accountId: string): Promise<ReadonlyMap<string, string>>
  /** An integrator's access has ended. Never throws: an account that nobody uses any more is found after an hour too. */
  revoked(accountId: string): Promise<void>
}

/** What a sign-in is for when the integrator has the person's consent already: then nobody else may sign in. */
export interface Purpose {
  /** A permission is asked for. */
  readonly permission?: CalendarPermission | undefined
  /** This account is to be connected again, and nothing is asked. */
  readonly reconnects?: string | undefined
}

/** A person on the way to Microsoft and back. Lives ten minutes and is used once. */
export interface SignIn extends SignInTicket, Purpose {
  /** Blind token of the cookie of the browser that began it. */
  readonly browser: string
  readonly request: AuthorizationRequest
  /** Set once the person has come back from Microsoft, and has a question of ours to answer. */
  readonly person?: Person | undefined
  readonly expiresAt: EpochMs
}

/** Somebody who has signed in. */
export interface Person {
  readonly accountId: string
  readonly profileId: string
  readonly username: string
}
