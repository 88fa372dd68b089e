import type { Actor, AuditRecord } from '../audit/ports.ts'
import type { Grant } from './grant.ts'

/** That a grant ends, for the trail. */
export const revocation = (grant: Pick<Grant, 'accountId' | 'clientId'>, by: Actor, reason?: string): AuditRecord => ({
  act: 'revoked',
  actor: by,
  account: grant.accountId,
  facts: { integrator: grant.clientId, reason },
})
