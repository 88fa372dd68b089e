import type { Erasure } from '../../accounts/erasure.ts'
import type { AccountsPort } from '../../accounts/ports.ts'
import type { Audit } from '../../audit/ports.ts'
import type { Grants } from '../../integrators/grants.ts'

export interface DeedsDependencies {
  readonly grants: Pick<Grants, 'ofAccount' | 'revokeIntegrator' | 'revokeAccount'>
  readonly accounts: Pick<AccountsPort, 'revoked'>
  readonly erasure: Erasure
  readonly audit: Audit
}

/** The person, as the trail names them. */
export interface Doer {
  readonly account: string
  readonly organisation: string
}

/** What people do about their own account. All of it may be repeated. */
export interface Deeds {
  /** Ends the access of one integrator, as its own revocation does. */
  revoke(doer: Doer, clientId: string): Promise<void>
  /** Ends the access of all; the next visit drops our tokens and subscriptions. */
  disconnect(doer: Doer): Promise<void>
  /** What `Erasure.begin` does, which records it. */
  erase(doer: Doer): Promise<void>
}

const PERSON = { kind: 'person' } as const

export function createDeeds({ grants, accounts, erasure, audit }: DeedsDependencies): Deeds {
  return {
    async revoke(doer, clientId) {
      const { account } = doer
      const given = await grants.ofAccount(account)
      // What is not an integrator of this person does not get into the trail.
      if (!given.some((grant) => grant.clientId === clientId)) return
      await audit.record({ act: 'revoked', actor: PERSON, ...doer, facts: { integrator: clientId } })
      await grants.revokeIntegrator(account, clientId)
      await accounts.revoked(account)
    },
    async disconnect(doer) {
      const { account } = doer
      // Of somebody who has let nobody in nothing is recorded, however often they ask.
      if ((await grants.ofAccount(account)).length > 0)
        await audit.record({ act: 'disconnected', actor: PERSON, ...doer })
      // Also a code that nobody has redeemed yet, and what does not open.
      await grants.revokeAccount(account)
      await accounts.revoked(account)
    },
    async erase({ account, organisation }) {
      await erasure.begin(account, 'person', organisation)
    },
  }
}
