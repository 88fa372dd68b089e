import type { Act, Audit } from '../audit/ports.ts'
import { SyncError } from '../core/errors.ts'
import { retryWhenChanged } from '../core/retry-when-changed.ts'
import type { Clock } from '../core/time.ts'
import type { Versioned } from '../integrators/ports.ts'
import type { Ledger } from '../storage/ledger/ledger.ts'
import { type Organisation, type Restriction, UNRESTRICTED } from './organisation.ts'
import type { OrganisationStore } from './ports.ts'

/** What administrators decide. `by` is the account that the administrator has or would have. */
export interface Organisations {
  /** The opaque id of a tenant. */
  idOf(tenantId: string): string
  find(tenantId: string): Promise<Organisation | undefined>
  /**
   * Lets people of a tenant connect; does nothing where they may.
   * @throws SyncError `ORGANISATION_UNINSTALLING` until the last account from before has gone.
   */
  install(tenantId: string, by: string): Promise<void>
  /**
   * Decides who may connect. Whoever is outside and connected loses it within minutes.
   * @throws SyncError `ORGANISATION_NOT_INSTALLED`.
   */
  restrict(tenantId: string, restriction: Restriction, by: string): Promise<void>
  /** From now on nobody connects, and every account is erased. @throws SyncError `ORGANISATION_NOT_INSTALLED`. */
  uninstall(tenantId: string, by: string): Promise<void>
  /** How many accounts there are, counted up to `MOST_COUNTED`. */
  accounts(tenantId: string): Promise<number>
}

/** A page need not wait for more than ten requests. */
export const MOST_COUNTED = 10_000

export interface OrganisationsDependencies {
  readonly store: OrganisationStore
  /** So that no backup lets people connect again. */
  readonly ledger: Pick<Ledger, 'uninstall'>
  readonly audit: Audit
  readonly clock: Clock
}

/** @throws SyncError `ORGANISATION_UNINSTALLING`. */
function isInstalled(organisation: Organisation | undefined): boolean {
  if (organisation?.state === 'uninstalling')
    throw new SyncError('ORGANISATION_UNINSTALLING', 'accounts from before are still there')
  return organisation?.state === 'installed'
}

export function createOrganisations({ store, ledger, audit, clock }: OrganisationsDependencies): Organisations {
  const find = async (tenantId: string) => (await store.find(tenantId))?.value

  const record = (act: Act, tenantId: string, by: string, facts = {}) =>
    audit.record({ act, actor: { kind: 'administrator', account: by }, organisation: store.idOf(tenantId), facts })

  /** @throws SyncError `ORGANISATION_NOT_INSTALLED`. */
  async function installed(tenantId: string): Promise<Versioned<Organisation>> {
    const found = await store.find(tenantId)
    if (found?.value.state === 'installed') return found
    throw new SyncError('ORGANISATION_NOT_INSTALLED', 'the organisation is not installed')
  }

  /** The task goes first: should we die before the decision is stored, it is found to have nothing to do. */
  async function decide(tenantId: string, change: Partial<Organisation>): Promise<void> {
    await store.beginTask(tenantId, clock.now())
    await retryWhenChanged(async () => {
      const found = await installed(tenantId)
      await store.save({ ...found.value, ...change }, found)
    })
  }

  return {
    idOf: store.idOf,
    find,
    async install(tenantId, by) {
      if (isInstalled(await find(tenantId))) return
      await record('organisation-installed', tenantId, by)
      await retryWhenChanged(async () => {
        const found = await store.find(tenantId)
        if (isInstalled(found?.value)) return
        const fresh = { tenantId, state: 'installed', installedAt: clock.now(), installedBy: by } as const
        await store.save({ ...fresh, restriction: UNRESTRICTED }, found)
      })
    },
    async restrict(tenantId, restriction, by) {
      await installed(tenantId)
      const { domains, groups } = restriction
      await record('organisation-restricted', tenantId, by, { domains: domains.length, groups: groups.length })
      await decide(tenantId, { restriction })
    },
    async uninstall(tenantId, by) {
      await installed(tenantId)
      await record('organisation-uninstalled', tenantId, by)
      await decide(tenantId, { state: 'uninstalling', restriction: UNRESTRICTED })
      // Only now: what has failed must not be done by a replay months later.
      await ledger.uninstall(store.idOf(tenantId), clock.now())
    },
    accounts: (tenantId) => store.countMembers(tenantId, MOST_COUNTED),
  }
}
