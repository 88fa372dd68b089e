import { type Random, randomId, randomToken } from '../core/random.ts'
import { type Clock, later } from '../core/time.ts'
import type { BlindIndex } from '../crypto/ports.ts'
import { CODE_LIFETIME, GRANT_LIFETIME, type Grant, isOver, type Profile } from './grant.ts'
import type { GrantStore } from './ports.ts'
import type { Scope } from './scopes.ts'
import { formatToken, parseToken, sameHash, type TokenSecrets } from './token.ts'

export interface Consent {
  readonly clientId: string
  readonly accountId: string
  readonly profile: Profile
  readonly scopes: readonly Scope[]
  readonly unrestricted: boolean
  readonly redirectUri: string
  readonly challenge?: string | undefined
}

export interface Grants {
  /** Makes a grant and returns its authorization code, good once and for 60 s. */
  issueCode(consent: Consent): Promise<string>
  /** @returns the grant whose live access token this is; undefined for everything else. One read. */
  authenticate(accessToken: string): Promise<Grant | undefined>
  /** All live grants of an account. */
  ofAccount(accountId: string): Promise<readonly Grant[]>
  /** Whether any integrator has the person's consent, or a code that it may still redeem. */
  isWanted(accountId: string): Promise<boolean>
  /**
   * Ends the grant an access or refresh token belongs to, if it is this integrator's.
   * @returns the account of the grant that was ended.
   */
  revokeToken(clientId: string, token: string): Promise<string | undefined>
  /**
   * Ends an account's grants: those of one integrator, or of all when none is named.
   * @returns whether there was any.
   */
  revokeAccount(accountId: string, clientId?: string): Promise<boolean>
}

export interface GrantsDependencies {
  readonly store: GrantStore
  readonly secrets: TokenSecrets
  readonly blind: BlindIndex
  readonly clock: Clock
  readonly random: Random
}

export function createGrants({ store, secrets, blind, clock, random }: GrantsDependencies): Grants {
  return { issueCode, authenticate, ofAccount, isWanted, revokeToken, revokeAccount }

  async function issueCode(consent: Consent): Promise<string> {
    await forgetEnded(consent.accountId)
    const now = clock.now()
    const ref = { account: blind.token('grant', consent.accountId), id: randomId(random) }
    const token = { ref, secret: randomToken(random) }
    const { redirectUri, challenge, ...who } = consent
    const code = { hash: secrets.hash('code', token), expiresAt: later(now, CODE_LIFETIME), redirectUri, challenge }
    await store.insert({ ...who, ref, endsAt: later(now, GRANT_LIFETIME), code, access: [] })
    return formatToken('code', token)
  }

  async function authenticate(accessToken: string): Promise<Grant | undefined> {
    const found = await findByToken('access', accessToken)
    if (found === undefined) return undefined
    const now = clock.now()
    const live = found.grant.access.some((issued) => sameHash(issued.hash, found.hash) && now < issued.expiresAt)
    return live && now < found.grant.endsAt ? found.grant : undefined
  }

  async function ofAccount(accountId: string): Promise<readonly Grant[]> {
    const now = clock.now()
    return (await store.ofAccount(accountId)).filter((grant) => grant.refresh !== undefined && !isOver(grant, now))
  }

  async function isWanted(accountId: string): Promise<boolean> {
    const now = clock.now()
    return (await store.ofAccount(accountId)).some((grant) => !isOver(grant, now))
  }

  async function revokeToken(clientId: string, token: string): Promise<string | undefined> {
    for (const kind of ['access', 'refresh'] as const) {
      const found = await findByToken(kind, token)
      if (found?.grant.clientId !== clientId) continue
      const issued = kind === 'access' ? found.grant.access : [found.grant.refresh, found.grant.refresh?.previous]
      if (!issued.some((one) => one !== undefined && sameHash(one.hash, found.hash))) continue
      await store.delete(found.grant.ref)
      return found.grant.accountId
    }
    return undefined
  }

  async function revokeAccount(accountId: string, clientId?: string): Promise<boolean> {
    const revoked = (await store.ofAccount(accountId)).filter(
      (grant) => (clientId ?? grant.clientId) === grant.clientId,
    )
    for (const { ref } of revoked) await store.delete(ref)
    return revoked.length > 0
  }

  async function findByToken(kind: 'access' | 'refresh', text: string) {
    const token = parseToken(kind, text)
    const found = token && (await store.find(token.ref))
    return found && { grant: found.value, hash: secrets.hash(kind, token) }
  }

  /** Codes nobody redeemed and grants that ran out leave when the same person connects again. */
  async function forgetEnded(accountId: string): Promise<void> {
    const now = clock.now()
    for (const grant of await store.ofAccount(accountId)) if (isOver(grant, now)) await store.delete(grant.ref)
  }
}
