import { randomToken } from '../../../../shared/core/random.ts'
import { days, type EpochMs, later, minutes } from '../../../../shared/core/time.ts'
import type { Person, World } from '../world.ts'
import { Refusal } from './refusal.ts'

/** What a sign-in ended with, and what the token endpoint must find again. */
export interface SignIn {
  readonly oid: string
  readonly clientId: string
  readonly redirectUri: string
  readonly scopes: readonly string[]
  readonly nonce: string | undefined
  readonly codeChallenge: string | undefined
}

/** A person's lasting permission to one application. Entra binds it to both, and to no resource. */
export interface RefreshGrant {
  readonly oid: string
  readonly clientId: string
  readonly scopes: readonly string[]
}

export interface Grants {
  /** A code that works once within ten minutes. */
  newCode(signIn: SignIn): string
  /** @throws Refusal 70000, 54005 or 70008: the person has to sign in again. */
  redeemCode(code: string): SignIn
  /** A refresh token. The ones before it stay valid, as Entra's do. */
  newRefreshToken(grant: RefreshGrant): string
  /** @throws Refusal 70000, 50173 or 700082: the person has to sign in again. */
  findRefreshToken(refreshToken: string): RefreshGrant
  /** The oid of whom a code or refresh token was given to, good or not; undefined when it was given to nobody. */
  personOf(codeOrToken: string): string | undefined
  /** Makes every code and refresh token of this person worthless. */
  revoke(person: Person): void
}

const CODE_LIFETIME = minutes(10)
const REFRESH_TOKEN_LIFETIME = days(90)

/** Codes and refresh tokens, kept in memory: they are gone when the stand-in stops. */
export function createGrants({ clock, random }: World): Grants {
  const codes = new Map<string, { signIn: SignIn; session: number; expiresAt: EpochMs; isRedeemed: boolean }>()
  const refreshTokens = new Map<string, { grant: RefreshGrant; session: number; expiresAt: EpochMs }>()
  const revocations = new Map<string, number>()
  const sessionOf = (oid: string): number => revocations.get(oid) ?? 0

  return {
    newCode(signIn) {
      const code = `1.${randomToken(random)}`
      const expiresAt = later(clock.now(), CODE_LIFETIME)
      codes.set(code, { signIn, session: sessionOf(signIn.oid), expiresAt, isRedeemed: false })
      return code
    },
    redeemCode(code) {
      const known = codes.get(code)
      if (known === undefined) throw new Refusal(70000)
      if (known.isRedeemed) throw new Refusal(54005)
      if (known.expiresAt <= clock.now()) throw new Refusal(70008)
      if (known.session !== sessionOf(known.signIn.oid)) throw new Refusal(50173)
      known.isRedeemed = true
      return known.signIn
    },
    newRefreshToken(grant) {
      const token = `1.${randomToken(random)}${randomToken(random)}`
      const expiresAt = later(clock.now(), REFRESH_TOKEN_LIFETIME)
      refreshTokens.set(token, { grant, session: sessionOf(grant.oid), expiresAt })
      return token
    },
    findRefreshToken(refreshToken) {
      const known = refreshTokens.get(refreshToken)
      if (known === undefined) throw new Refusal(70000)
      if (known.session !== sessionOf(known.grant.oid)) throw new Refusal(50173)
      if (known.expiresAt <= clock.now()) throw new Refusal(700082)
      return known.grant
    },
    personOf: (given) => codes.get(given)?.signIn.oid ?? refreshTokens.get(given)?.grant.oid,
    revoke(person) {
      revocations.set(person.oid, sessionOf(person.oid) + 1)
    },
  }
}
