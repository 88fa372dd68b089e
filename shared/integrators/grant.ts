import { type DurationMs, days, type EpochMs, earlier, later, minutes, seconds } from '../core/time.ts'
import type { Scope } from './scopes.ts'

/** Where a grant is kept: the blind token of its account, and an id of its own. 22 base64url characters each. */
export interface GrantRef {
  readonly account: string
  readonly id: string
}

/** The one calendar provider account behind a grant, as integrators see it. */
export interface Profile {
  readonly id: string
  readonly name: string
}

/**
 * What a person allowed an integrator to do, with everything that was issued for it: one code, then one live refresh
 * token and the access tokens that came with it. All of it is one row, so every step below happens wholly or not at all,
 * and only once.
 */
export interface Grant {
  readonly ref: GrantRef
  readonly clientId: string
  readonly accountId: string
  readonly profile: Profile
  readonly scopes: readonly Scope[]
  /** Whether the person also agreed to changes of events that the integrator did not create. */
  readonly unrestricted: boolean
  /** Calendars, by our keys, for which the person agreed to that in answer to a later question. */
  readonly unrestrictedIn: readonly string[]
  /** The person must consent again after this, however often the tokens were refreshed. */
  readonly endsAt: EpochMs
  readonly code: IssuedCode
  readonly refresh?: LiveRefresh | undefined
  readonly access: readonly IssuedAccess[]
}

export interface IssuedCode {
  readonly hash: string
  readonly expiresAt: EpochMs
  readonly redirectUri: string
  /** S256 challenge; undefined only for integrators whose registration makes PKCE optional. */
  readonly challenge?: string | undefined
  /** When the first redemption began, whether it then succeeded or not. */
  readonly usedAt?: EpochMs | undefined
  /** When tokens were issued for it. */
  readonly redeemedAt?: EpochMs | undefined
}

export interface LiveRefresh {
  readonly hash: string
  readonly idleUntil: EpochMs
  readonly previous?: { readonly hash: string; readonly replacedAt: EpochMs } | undefined
}

export interface IssuedAccess {
  readonly hash: string
  readonly expiresAt: EpochMs
}

/** OWASP ASVS 5.0 10.4.3 (codes) and 10.4.8 (an absolute end for refresh tokens). */
export const CODE_LIFETIME: DurationMs = seconds(60)
const ACCESS_LIFETIME: DurationMs = minutes(60)
const REFRESH_IDLE: DurationMs = days(30)
export const GRANT_LIFETIME: DurationMs = days(180)
/** How long a replaced refresh token still gets the answer it got the first time. */
const REFRESH_REPLAY: DurationMs = seconds(10)
/** Older access tokens end early in a grant that is refreshed more often than this within an hour. */
const ACCESS_MAX = 20

/** When the person gave it: a grant ends a fixed time after that. */
export const grantedAt = ({ endsAt }: Grant): EpochMs => earlier(endsAt, GRANT_LIFETIME)

/** Whether the integrator may change events that it did not create in this calendar. */
export const mayChangeAllIn = ({ unrestricted, unrestrictedIn }: Grant, calendar: string): boolean =>
  unrestricted || unrestrictedIn.includes(calendar)

/** Takes the code out of use, before anything about the redemption is judged: a wrong verifier gets one try. */
export const useCode = (grant: Grant, at: EpochMs): Grant => ({ ...grant, code: { ...grant.code, usedAt: at } })

/** The grant after tokens were issued at `at`; the refresh token before them stays known as the previous one. */
export function issueTokens(grant: Grant, hashes: { access: string; refresh: string }, at: EpochMs): Grant {
  const replaced = grant.refresh
  return {
    ...grant,
    code: { ...grant.code, redeemedAt: grant.code.redeemedAt ?? at },
    refresh: {
      hash: hashes.refresh,
      idleUntil: later(at, REFRESH_IDLE),
      ...(replaced && { previous: { hash: replaced.hash, replacedAt: at } }),
    },
    access: [
      { hash: hashes.access, expiresAt: earliest(later(at, ACCESS_LIFETIME), grant.endsAt) },
      ...grant.access.filter(({ expiresAt }) => expiresAt > at),
    ].slice(0, ACCESS_MAX),
  }
}

const earliest = (a: EpochMs, b: EpochMs): EpochMs => (a < b ? a : b)

/** Whether nothing issued for this grant can be used any more, or ever will be. */
export function isOver(grant: Grant, at: EpochMs): boolean {
  if (at >= grant.endsAt) return true
  return grant.refresh === undefined ? at >= grant.code.expiresAt : at >= grant.refresh.idleUntil
}

/** When the live refresh token was issued. */
export const refreshedAt = ({ idleUntil }: LiveRefresh): EpochMs => earlier(idleUntil, REFRESH_IDLE)

export type RefreshUse = 'current' | 'repeated' | 'reused' | 'ended'

/**
 * What presenting a refresh token of this grant means. `current`: rotate it. `repeated`: its successor has not been used
 * and the answer may have been lost, so give the same answer again. `reused`: an old token is in somebody's hands, so the
 * whole grant ends (RFC 9700 section 4.14.2). `ended`: it had expired anyway.
 */
export function judgeRefresh(grant: Grant, presentedHash: string, at: EpochMs, same: SameHash): RefreshUse {
  const { refresh } = grant
  if (refresh === undefined || at >= grant.endsAt || at >= refresh.idleUntil) return 'ended'
  if (same(refresh.hash, presentedHash)) return 'current'
  const { previous } = refresh
  if (previous === undefined || !same(previous.hash, presentedHash)) return 'reused'
  return at < later(previous.replacedAt, REFRESH_REPLAY) ? 'repeated' : 'reused'
}

type SameHash = (a: string, b: string) => boolean
