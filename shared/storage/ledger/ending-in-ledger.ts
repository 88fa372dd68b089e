import type { Clock } from '../../core/time.ts'
import type { GrantStore } from '../../integrators/ports.ts'
import type { Ledger } from './ledger.ts'

/** Grants whose end is in the ledger before they go, so that no backup brings them back. */
export const endingInLedger = (grants: GrantStore, ledger: Pick<Ledger, 'revoke'>, clock: Clock): GrantStore => ({
  ...grants,
  async delete(ref) {
    await ledger.revoke([ref], clock.now())
    await grants.delete(ref)
  },
})
