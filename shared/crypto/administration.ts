import type { Audit } from '../audit/ports.ts'
import { isFailure } from '../core/errors.ts'
import type { Envelope } from './ports.ts'
import type { Rewrapping, RewrapStatus } from './rewrap.ts'

/** What an operator may do about keys. Everything is safe to repeat. */
export interface KeyAdministration {
  status(): Promise<RewrapStatus>
  /** @returns whether there was something to do. */
  rewrap(): Promise<boolean>
  /** Makes a new key for an account; its rows follow with its visits. @throws SyncError `KEY_MISSING` when it has none. */
  renew(account: string): Promise<void>
  /** The same for every account that has a plan. @returns how many. */
  renewAll(): Promise<number>
}

interface Dependencies {
  readonly keyRing: { readonly rewrapping: Rewrapping }
  readonly envelope: Envelope
  readonly schedule: { accounts(): AsyncIterable<string> }
  readonly audit: Audit
}

export function createKeyAdministration({ keyRing, envelope, schedule, audit }: Dependencies): KeyAdministration {
  const { rewrapping } = keyRing

  async function renew(account: string): Promise<void> {
    // Looked at first, so that the trail has nothing of an account that is not there.
    await envelope.accountKeyState(account)
    await audit.record({ act: 'account-key-renewed', actor: { kind: 'operator' }, account })
    await envelope.renewAccountKey(account)
  }

  return {
    status: rewrapping.status,
    rewrap: () => rewrapping.rewrap(audit, 'operator'),
    renew,
    async renewAll() {
      const accounts = new Set<string>()
      for await (const account of schedule.accounts()) accounts.add(account)
      for (const account of accounts)
        await renew(account).catch((error: unknown) => {
          // Erased meanwhile, or renewed by somebody else.
          if (!isFailure(error, 'KEY_MISSING', 'ROW_CHANGED', 'ROW_EXISTS')) throw error
          accounts.delete(account)
        })
      return accounts.size
    },
  }
}
