import type { Identity } from '../accounts/ports.ts'
import { isFailure, SyncError } from '../core/errors.ts'
import type { Clock } from '../core/time.ts'
import { domainOf, type Member, outside } from './organisation.ts'
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
  async function check({ tenantId, username }: Identity, { groups }: Standing): Promise<void> {
    const organisation = (await store.find(tenantId))?.value
    const facts = { organisation: store.idOf(tenantId) }
    if (organisation?.state !== 'installed')
      throw new SyncError('ORGANISATION_NOT_INSTALLED', 'nobody has installed the app for this tenant', { facts })
    const reason = outside(organisation.restriction, { domain: domainOf(username), groups })
    if (reason === undefined) return
    throw new SyncError('ORGANISATION_RESTRICTED', 'installed for others', { facts: { ...facts, reason } })
  }

  const memberOf = ({ username }: Identity, { groups }: Standing, account: string): Member => ({
    ...{ account, domain: domainOf(username), groups, joinedAt: clock.now() },
  })

  /** Whoever was inside is outside now, and Microsoft has said so. */
  async function expel(identity: Identity, standing: Standing, account: string): Promise<void> {
    const { tenantId } = identity
    const restriction = (await store.find(tenantId))?.value.restriction
    const known = await store.member(store.idOf(tenantId), account)
    if (restriction === undefined || known === undefined || outside(restriction, known) !== undefined) return
    await store.addMember(tenantId, memberOf(identity, standing, account))
    await store.putTask({ tenantId, since: clock.now(), notBefore: clock.now(), met: 0 })
  }

  return {
    async admit(identity, standing, account) {
      try {
        await check(identity, standing)
      } catch (error) {
        if (isFailure(error, 'ORGANISATION_RESTRICTED')) await expel(identity, standing, account)
        throw error
      }
    },
    async joined(identity, standing, account) {
      const { tenantId } = identity
      const isNew = await store.addMember(tenantId, memberOf(identity, standing, account))
      try {
        await check(identity, standing)
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
