import type { Identity } from '../accounts/ports.ts'
import { SyncError } from '../core/errors.ts'
import type { Clock } from '../core/time.ts'
import { domainOf, type Member, outside, type Restriction } from './organisation.ts'
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
  async function restrictionOf(tenantId: string): Promise<Restriction> {
    const organisation = (await store.find(tenantId))?.value
    if (organisation?.state === 'installed') return organisation.restriction
    const facts = { organisation: store.idOf(tenantId) }
    throw new SyncError('ORGANISATION_NOT_INSTALLED', 'nobody has installed the app for this tenant', { facts })
  }

  function refusalOf(member: Member, restriction: Restriction, tenantId: string): SyncError | undefined {
    const reason = outside(restriction, member)
    if (reason === undefined) return undefined
    const facts = { organisation: store.idOf(tenantId), reason }
    return new SyncError('ORGANISATION_RESTRICTED', 'installed for others', { facts })
  }

  const memberOf = ({ username }: Identity, { groups }: Standing, account: string): Member => ({
    ...{ account, domain: domainOf(username), groups, joinedAt: clock.now() },
  })

  /** Whoever was inside is outside now, and Microsoft has said so. */
  async function expel(member: Member, restriction: Restriction, tenantId: string): Promise<void> {
    const known = await store.member(store.idOf(tenantId), member.account)
    if (known === undefined || outside(restriction, known) !== undefined) return
    await store.addMember(tenantId, member)
    await store.beginTask(tenantId, clock.now())
  }

  return {
    async admit(identity, standing, account) {
      const { tenantId } = identity
      const restriction = await restrictionOf(tenantId)
      const member = memberOf(identity, standing, account)
      const refusal = refusalOf(member, restriction, tenantId)
      if (refusal === undefined) return
      await expel(member, restriction, tenantId)
      throw refusal
    },
    async joined(identity, standing, account) {
      const { tenantId } = identity
      const member = memberOf(identity, standing, account)
      const isNew = await store.addMember(tenantId, member)
      try {
        const refusal = refusalOf(member, await restrictionOf(tenantId), tenantId)
        if (refusal !== undefined) throw refusal
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
