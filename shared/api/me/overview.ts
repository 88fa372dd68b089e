import { type EpochMs, epochMs } from '../../core/time.ts'
import { type Allowed, sentencesOf } from '../../integrators/allowed.ts'
import { type Grant, grantedAt } from '../../integrators/grant.ts'
import type { Grants } from '../../integrators/grants.ts'
import type { Integrators } from '../../integrators/integrators.ts'
import { type AccountState, type Accounts, knownState } from '../../storage/accounts/accounts.ts'
import type { AccountTrail, Erasures } from './ports.ts'

/** What an integrator may do with the account. */
export interface Access {
  readonly clientId: string
  readonly name: string
  readonly sentences: readonly string[]
  readonly since: EpochMs
  readonly lastUsedAt: EpochMs | undefined
}

/** What is held about somebody who has signed in, as their page shows it. */
export type Overview =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'erasing' }
  /** Nothing is left, and it is looked at once more before anybody connects again. */
  | { readonly kind: 'erased' }
  | { readonly kind: 'account'; readonly state: AccountState; readonly accesses: readonly Access[] }

export interface OverviewDependencies {
  readonly accounts: Pick<Accounts, 'state'>
  readonly grants: Pick<Grants, 'ofAccount'>
  readonly integrators: Pick<Integrators, 'find'>
  readonly trail: Pick<AccountTrail, 'lastUses'>
  readonly erasures: Erasures
}

/**
 * Looks at the ledger first: of an account that is being erased nothing else is read.
 * @throws SyncError `STORAGE_UNAVAILABLE`, `VAULT_UNAVAILABLE`, `ROW_CORRUPT`. A key that has gone is no failure: then
 * nothing is held.
 */
export async function readOverview(dependencies: OverviewDependencies, account: string): Promise<Overview> {
  const erasure = await dependencies.erasures.erasureOf(account)
  if (erasure !== undefined) return { kind: erasure.emptiedAt === undefined ? 'erasing' : 'erased' }
  const state = await knownState(dependencies.accounts, account)
  if (state === undefined) return { kind: 'nothing' }
  return { kind: 'account', state, accesses: await accessesOf(dependencies, account) }
}

async function accessesOf(
  { grants, integrators, trail }: OverviewDependencies,
  account: string,
): Promise<readonly Access[]> {
  const given = await grants.ofAccount(account)
  const lastUses = await trail.lastUses(account)
  const clients = [...new Set(given.map(({ clientId }) => clientId))]
  return Promise.all(
    clients.map(async (clientId) => {
      const own = given.filter((grant) => grant.clientId === clientId)
      const name = (await integrators.find(clientId))?.name ?? clientId
      const since = epochMs(Math.min(...own.map(grantedAt)))
      return { clientId, name, sentences: sentencesOfAll(own), since, lastUsedAt: lastUses.get(clientId) }
    }),
  )
}

/** An integrator may have been given access more than once. */
function sentencesOfAll(grants: readonly Grant[]): readonly string[] {
  const scopes = [...new Set(grants.flatMap((grant) => grant.scopes))]
  const allowed: Allowed = { scopes, unrestricted: grants.some(({ unrestricted }) => unrestricted) }
  const calendars = new Set(grants.flatMap(({ unrestrictedIn }) => unrestrictedIn)).size
  const further = `Change and delete events it did not create in ${calendars} of your calendars`
  return [...sentencesOf(allowed), ...(calendars > 0 && !allowed.unrestricted ? [further] : [])]
}
