import type { Actor, Audit, AuditRecord } from '../audit/ports.ts'
import { isFailure } from '../core/errors.ts'
import { type Random, randomId, randomToken } from '../core/random.ts'
import { type Clock, type EpochMs, later } from '../core/time.ts'
import type { BlindIndex } from '../crypto/ports.ts'
import { sameText } from '../crypto/same-text.ts'
import type { Allowed } from './allowed.ts'
import { CODE_LIFETIME, GRANT_LIFETIME, type Grant, type GrantRef, isOver, type Profile } from './grant.ts'
import { withLostRefreshes } from './lost-refreshes.ts'
import type { GrantStore, Versioned } from './ports.ts'
import type { IsRegistered } from './registered.ts'
import { revocation } from './revocation.ts'
import type { Scope } from './scopes.ts'
import { formatToken, parseToken, type TokenSecrets } from './token.ts'

export interface Consent {
  readonly clientId: string
  readonly accountId: string
  readonly profile: Profile
  readonly scopes: readonly Scope[]
  readonly unrestricted: boolean
  readonly redirectUri: string
  readonly challenge?: string | undefined
}

/**
 * Every method throws SyncError `STORAGE_UNAVAILABLE`, `VAULT_UNAVAILABLE` and `RESTORE_PENDING`. Of an account's grants those
 * that do not open are left out; a token that names one throws `ROW_CORRUPT`.
 */
export interface Grants {
  /**
   * Makes a grant and returns its authorization code, good once and for 60 s.
   * @throws SyncError `OUTCOME_UNKNOWN`: there may be a grant whose code nobody has, which ends with its code.
   */
  issueCode(consent: Consent): Promise<string>
  /** @returns the grant whose live access token this is; undefined for everything else. One read. */
  authenticate(accessToken: string): Promise<Grant | undefined>
  /** All live grants of an account. */
  ofAccount(accountId: string): Promise<readonly Grant[]>
  /** What a person has allowed an integrator so far; undefined when that is nothing. */
  allowed(accountId: string, clientId: string): Promise<Allowed | undefined>
  /**
   * Lets an integrator change every event in these calendars, with all of its live grants of the account. A grant that is
   * made later has it too, as long as one with it lives.
   * @returns false when the integrator has no live grant, so that nothing has changed.
   */
  permit(accountId: string, clientId: string, calendars: readonly string[]): Promise<boolean>
  /** The client ids of the integrators that have the person's consent, or a code that they may still redeem. */
  wantedBy(accountId: string): Promise<ReadonlySet<string>>
  /**
   * Ends the grant an access or refresh token belongs to, if it is this integrator's.
   * @returns the account of the grant that was ended; undefined when the token is of no live one.
   * @throws SyncError also `OUTCOME_UNKNOWN`: do it again. It is in the trail before it is done.
   */
  revokeToken(clientId: string, token: string): Promise<string | undefined>
  /**
   * Ends an account's grants of one integrator.
   * @param by whose doing it is, which is recorded; not given by whoever records it otherwise.
   * @returns whether there was any.
   * @throws SyncError also `OUTCOME_UNKNOWN`: do it again; some may have ended.
   */
  revokeIntegrator(accountId: string, clientId: string, by?: Actor): Promise<boolean>
  /**
   * Ends all grants of an account, also what does not open.
   * @returns whether there was any.
   * @throws SyncError also `OUTCOME_UNKNOWN`: do it again; some may have ended.
   */
  revokeAccount(accountId: string): Promise<boolean>
}

export interface GrantsDependencies {
  readonly store: GrantStore
  readonly secrets: TokenSecrets
  readonly blind: BlindIndex
  readonly isRegistered: IsRegistered
  /** When the tables were last restored from a backup. */
  readonly restoredAt: () => EpochMs | undefined
  readonly audit: Audit
  readonly clock: Clock
  readonly random: Random
}

export function createGrants(dependencies: GrantsDependencies): Grants {
  const { store, secrets, blind, isRegistered, audit, clock, random } = dependencies
  const revoking = { revokeToken, revokeIntegrator, revokeAccount }
  return { issueCode, authenticate, ofAccount, allowed, permit, wantedBy, ...revoking }

  /** One read and one write until the grant is there: an account without any is taken to be unwanted after a while. */
  async function issueCode(consent: Consent): Promise<string> {
    const [known] = await Promise.all([store.ofAccount(consent.accountId), audit.record(consented(consent))])
    const now = clock.now()
    const ref = { account: blind.token('grant', consent.accountId), id: randomId(random) }
    const token = { ref, secret: randomToken(random) }
    const { redirectUri, challenge, ...who } = consent
    const code = { hash: secrets.hash('code', token), expiresAt: later(now, CODE_LIFETIME), redirectUri, challenge }
    const unrestrictedIn = calendarsOf(
      known.map(({ value }) => value).filter((grant) => isOf(consent.clientId, grant) && isInUse(grant, now)),
    )
    await store.insert({ ...who, unrestrictedIn, ref, endsAt: later(now, GRANT_LIFETIME), code, access: [] })
    await forgetEnded(known)
    return formatToken('code', token)
  }

  async function authenticate(accessToken: string): Promise<Grant | undefined> {
    const found = await findByToken('access', accessToken)
    if (found === undefined) return undefined
    const now = clock.now()
    // None of them outlives its grant.
    const live = found.grant.access.some((issued) => sameText(issued.hash, found.hash) && now < issued.expiresAt)
    return live && (await isRegistered(found.grant.clientId)) ? found.grant : undefined
  }

  async function ofAccount(accountId: string): Promise<readonly Grant[]> {
    const now = clock.now()
    return (await remaining(accountId)).filter((grant) => isInUse(grant, now))
  }

  async function own(accountId: string, clientId: string): Promise<readonly Grant[]> {
    return (await ofAccount(accountId)).filter((grant) => isOf(clientId, grant))
  }

  async function allowed(accountId: string, clientId: string): Promise<Allowed | undefined> {
    const grants = await own(accountId, clientId)
    if (grants.length === 0) return undefined
    const scopes = [...new Set(grants.flatMap((grant) => grant.scopes))]
    return { scopes, unrestricted: grants.some((grant) => grant.unrestricted) }
  }

  async function permit(accountId: string, clientId: string, calendars: readonly string[]): Promise<boolean> {
    const grants = await own(accountId, clientId)
    if (grants.length === 0) return false
    const facts = { integrator: clientId, calendars: calendars.length }
    await audit.record({ act: 'permitted', actor: { kind: 'person' }, account: accountId, facts })
    for (const { ref } of grants) await permitOne(ref, calendars)
    return true
  }

  /** A refresh may write the grant at the same time; the permission goes on top of whatever it wrote. */
  async function permitOne(ref: GrantRef, calendars: readonly string[]): Promise<void> {
    const found = await store.find(ref)
    if (found === undefined) return
    const unrestrictedIn = [...new Set([...found.value.unrestrictedIn, ...calendars])]
    try {
      await store.replace({ ...found.value, unrestrictedIn }, found.etag)
    } catch (error) {
      if (!isFailure(error, 'ROW_CHANGED')) throw error
      await permitOne(ref, calendars)
    }
  }

  async function wantedBy(accountId: string): Promise<ReadonlySet<string>> {
    return new Set((await remaining(accountId)).map(({ clientId }) => clientId))
  }

  /** The grants and codes that are good for anything, those of removed integrators left out. */
  async function remaining(accountId: string): Promise<readonly Grant[]> {
    const now = clock.now()
    const live = (await store.ofAccount(accountId)).map(({ value }) => value).filter((grant) => !isOver(grant, now))
    const registered = await Promise.all(live.map(({ clientId }) => isRegistered(clientId)))
    return live.filter((_, at) => registered[at])
  }

  async function revokeToken(clientId: string, token: string): Promise<string | undefined> {
    for (const kind of ['access', 'refresh'] as const) {
      const found = await findByToken(kind, token)
      if (found?.grant.clientId !== clientId) continue
      const grant = withLostRefreshes(dependencies, found.grant, found.token)
      const issued = kind === 'access' ? grant.access : [grant.refresh, grant.refresh?.previous]
      if (!issued.some((one) => one !== undefined && sameText(one.hash, found.hash))) continue
      await audit.record(revocation(grant, { kind: 'integrator', id: clientId }))
      await store.delete(grant.ref)
      return grant.accountId
    }
    return undefined
  }

  async function revokeIntegrator(accountId: string, clientId: string, by?: Actor): Promise<boolean> {
    const grants = (await store.ofAccount(accountId)).map(({ value }) => value).filter((grant) => isOf(clientId, grant))
    if (by !== undefined && grants.length > 0) await audit.record(revocation({ accountId, clientId }, by))
    for (const { ref } of grants) await store.delete(ref)
    return grants.length > 0
  }

  async function revokeAccount(accountId: string): Promise<boolean> {
    const refs = await store.refsOf(accountId)
    for (const ref of refs) await store.delete(ref)
    return refs.length > 0
  }

  async function findByToken(kind: 'access' | 'refresh', text: string) {
    const token = parseToken(kind, text)
    const found = token && (await store.find(token.ref))
    return found && { grant: found.value, token, hash: secrets.hash(kind, token) }
  }

  /**
   * Codes nobody redeemed and grants that ran out leave when the same person connects again, if they are still what they
   * were: an instance whose clock is behind may have redeemed a code meanwhile. So do grants of removed integrators.
   */
  async function forgetEnded(known: readonly Versioned<Grant>[]): Promise<void> {
    const now = clock.now()
    for (const grant of known)
      if (isOver(grant.value, now)) await store.discard(grant)
      else if (!(await isRegistered(grant.value.clientId))) await store.delete(grant.value.ref)
  }
}

const consented = ({ accountId, clientId, scopes, unrestricted }: Consent): AuditRecord => ({
  act: 'consented',
  actor: { kind: 'person' },
  account: accountId,
  facts: { integrator: clientId, scopes: scopes.join(' '), unrestricted },
})

const isOf = (clientId: string, grant: Grant): boolean => grant.clientId === clientId

/** Whether an integrator holds tokens of it. */
const isInUse = (grant: Grant, now: EpochMs): boolean => grant.refresh !== undefined && !isOver(grant, now)

const calendarsOf = (grants: readonly Grant[]): readonly string[] => [
  ...new Set(grants.flatMap(({ unrestrictedIn }) => unrestrictedIn)),
]
