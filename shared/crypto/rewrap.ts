import type { Audit } from '../audit/ports.ts'
import { isFailure } from '../core/errors.ts'
import type { Log } from '../core/log.ts'
import type { KeyRecordStore, RecordVersions } from './key-record.ts'
import type { Vault } from './ports.ts'

export interface RewrapStatus {
  /** The versions that the record needs; undefined before the first start of the service. */
  readonly used: RecordVersions | undefined
  readonly current: RecordVersions
  /** No version but the current ones is needed: the others may be disabled. */
  readonly isDone: boolean
}

/** Brings the key record to the current versions of the vault's keys, after they were rotated. */
export interface Rewrapping {
  status(): Promise<RewrapStatus>
  /**
   * Does nothing when the record needs the current versions only. Safe to repeat, and for several instances at once.
   * @returns whether something was done. @throws SyncError `VAULT_UNAVAILABLE` when the vault refuses an old version.
   */
  rewrap(audit: Audit, actor: 'operator' | 'service'): Promise<boolean>
}

interface Dependencies {
  readonly record: KeyRecordStore
  readonly vault: Vault
  readonly log: Log
}

export function createRewrapping({ record, vault, log }: Dependencies): Rewrapping {
  return {
    async status() {
      const [used, current] = [await record.versions(), await vault.current()]
      return { used, current, isDone: used?.wrapping === current.wrapping && used.signing === current.signing }
    },
    async rewrap(audit, actor) {
      const current = await vault.current()
      const before = (used: RecordVersions) =>
        audit.record({
          act: 'keys-rewrapped',
          actor: { kind: actor },
          facts: { fromWrapping: used.wrapping, toWrapping: current.wrapping, toSigning: current.signing },
        })
      try {
        const isDone = await record.rewrap(current, before)
        if (isDone) log('info', 'keys-rewrapped', { ...current })
        return isDone
      } catch (error) {
        // Another instance has done it.
        if (isFailure(error, 'ROW_CHANGED')) return false
        throw error
      }
    },
  }
}
