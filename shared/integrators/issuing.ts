import OAuth2Server from '@node-oauth/oauth2-server'
import type { Audit } from '../audit/ports.ts'
import { isFailure } from '../core/errors.ts'
import { type Random, randomToken } from '../core/random.ts'
import type { Clock, EpochMs } from '../core/time.ts'
import { sameText } from '../crypto/same-text.ts'
import { type Grant, issueTokens } from './grant.ts'
import type { GrantStore, Versioned } from './ports.ts'
import { formatToken, parseToken, type Token, type TokenSecrets } from './token.ts'

/** A code or refresh token on its way to becoming tokens: what was presented, and its grant as last read or written. */
export interface Redemption {
  grant: Versioned<Grant>
  readonly presented: Token
}

/** What the token endpoint answers with. */
export interface IssuedTokens {
  readonly accessToken: string
  readonly refreshToken: string
  readonly accessExpiresAt: EpochMs
  readonly grant: Grant
}

type TokenPair = Pick<IssuedTokens, 'accessToken' | 'refreshToken'>

export interface Issuing {
  /** Chance makes the tokens of a code; those of a refresh token follow from it. */
  nextToken(kind: 'access' | 'refresh', redemption: Redemption): string
  /**
   * Stores the tokens in the grant, replacing the refresh token before them in the same write.
   * @throws InvalidGrantError of the library when the grant ended meanwhile.
   * @throws SyncError `ROW_CHANGED` or `OUTCOME_UNKNOWN` when the tokens are not there; the caller may try again.
   */
  issue(pair: TokenPair, redemption: Redemption): Promise<IssuedTokens>
}

export interface IssuingDependencies {
  readonly store: GrantStore
  readonly audit: Audit
  readonly secrets: TokenSecrets
  readonly clock: Clock
  readonly random: Random
}

export function createIssuing({ store, secrets, clock, random }: Omit<IssuingDependencies, 'audit'>): Issuing {
  return { nextToken, issue }

  function nextToken(kind: 'access' | 'refresh', { grant, presented }: Redemption): string {
    const { ref } = presented
    if (grant.value.refresh === undefined) return formatToken(kind, { ref, secret: randomToken(random) })
    return formatToken(kind, { ref, secret: secrets.successor(kind, ref, secrets.hash('refresh', presented)) })
  }

  async function issue(pair: TokenPair, { grant }: Redemption): Promise<IssuedTokens> {
    const hashes = { access: hashOf('access', pair.accessToken), refresh: hashOf('refresh', pair.refreshToken) }
    if (wasIssued(grant.value, hashes.refresh)) return answer(pair, grant.value)
    const next = issueTokens(grant.value, hashes, clock.now())
    try {
      await store.replace(next, grant.etag)
      return answer(pair, next)
    } catch (error) {
      if (!isFailure(error, 'ROW_CHANGED', 'OUTCOME_UNKNOWN')) throw error
      // Another request wrote the grant, or ours got no answer. If these very tokens are there now, all is well.
      const stored = await store.find(grant.value.ref)
      if (stored === undefined) throw new OAuth2Server.InvalidGrantError('the grant has ended')
      if (wasIssued(stored.value, hashes.refresh)) return answer(pair, stored.value)
      throw error
    }
  }

  /** The newest access token of a grant is the one that came with its live refresh token. */
  function answer(pair: TokenPair, grant: Grant): IssuedTokens {
    return { ...pair, accessExpiresAt: grant.access[0]?.expiresAt ?? clock.now(), grant }
  }

  function hashOf(kind: 'access' | 'refresh', text: string): string {
    const token = parseToken(kind, text)
    if (token === undefined) throw new TypeError('a token of our own making does not parse')
    return secrets.hash(kind, token)
  }
}

const wasIssued = ({ refresh }: Grant, refreshHash: string): boolean =>
  refresh !== undefined && sameText(refresh.hash, refreshHash)
