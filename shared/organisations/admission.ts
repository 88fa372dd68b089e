import type { Identity } from '../accounts/ports.ts'
import { SyncError } from '../core/errors.ts'
import type { Clock } from '../core/time.ts'
import { domainOf, outside } from './organisation.ts'
import type { Admission, OrganisationStore, Standing } from './ports.ts'

interface Dependencies {
  readonly store: OrganisationStore
  readonly clock: Clock
}

/**
 * Only people of an installed organisation connect, and of those only whom its administrator lets in. Looked at twice:
 * what changes while somebody is being connected must not be missed by whoever goes through the accounts.
 */
export function createAdmission({ store, clock }: Dependencies): Admission {
  async function admit({ tenantId, username }: Identity, { groups }: Standing): Promise<void> {
    const organisation = (await store.find(tenantId))?.value
    const facts = { organisation: store.idOf(tenantId) }
    if (organisation?.state !== 'installed')
      throw new SyncError('ORGANISATION_NOT_INSTALLED', 'nobody has installed the app for this tenant', { facts })
    const reason = outside(organisation.restriction, { domain: domainOf(username), groups })
    if (reason === undefined) return
    throw new SyncError('ORGANISATION_RESTRICTED', 'installed for others', { facts: { ...facts, reason } })
  }

  return {
    admit,
    async joined(identity, standing, account) {
      const { tenantId, username } = identity
      const member = { account, domain: domainOf(username), groups: standing.groups, joinedAt: clock.now() }
      const isNew = await store.addMember(tenantId, member)
      try {
        await admit(identity, standing)
      } catch (error) {
        if (isNew) await store.removeMember(store.idOf(tenantId), account)
        throw error
      }
    },
    joinedAt: async (organisation, account) => (await store.member(organisation, account))?.joinedAt,
    left: (organisation, account) => store.removeMember(organisation, account),
    idOf: store.idOf,
  }
}
