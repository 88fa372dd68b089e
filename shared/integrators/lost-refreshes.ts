import type { EpochMs } from '../core/time.ts'
import { sameText } from '../crypto/same-text.ts'
import { type Grant, refreshedAt } from './grant.ts'
import type { Token, TokenSecrets } from './token.ts'

/** A refresh an hour for the 28 days that backups are kept, and some more. */
const MOST_LOST = 1_000

interface Dependencies {
  readonly secrets: TokenSecrets
  /** When the tables were last restored from a backup. */
  readonly restoredAt: () => EpochMs | undefined
}

/**
 * The grant with the refreshes that a restore from a backup has lost: a refresh token that follows the stored one is what
 * its integrator was given since, and the live one. Without it everybody would have to consent again after a restore, and
 * each grant would end as if a token of it had been stolen.
 * @returns the grant as it is when nothing was lost, or the token is no such one.
 */
export function withLostRefreshes({ secrets, restoredAt }: Dependencies, grant: Grant, presented: Token): Grant {
  const { refresh } = grant
  const restored = restoredAt()
  if (refresh === undefined || restored === undefined || refreshedAt(refresh) >= restored) return grant
  const hash = secrets.hash('refresh', presented)
  if (!follows(secrets, presented, hash, refresh.hash)) return grant
  return { ...grant, refresh: { hash, idleUntil: refresh.idleUntil } }
}

/** Whether a token of this hash follows the one that is stored, after any number of refreshes in between. */
function follows(secrets: TokenSecrets, { ref }: Token, hash: string, stored: string): boolean {
  let at = stored
  for (let lost = 0; lost < MOST_LOST; lost++) {
    at = secrets.hash('refresh', { ref, secret: secrets.successor('refresh', ref, at) })
    if (sameText(at, hash)) return true
  }
  return false
}
