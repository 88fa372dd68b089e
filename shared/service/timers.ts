import { backUp } from '../backup/back-up.ts'
import { asSyncError } from '../core/errors.ts'
import { failureFacts } from '../core/log.ts'
import { reportDeadLetters } from '../messaging/dead-letters.ts'
import { wakeDue } from '../messaging/wake-due.ts'
import { wakeErasures } from '../messaging/wake-erasures.ts'
import { type LookAfterDependencies, lookAfterOrganisations } from '../organisations/look-after.ts'
import type { RestoreGate } from '../storage/ledger/restore-gate.ts'
import type { Ports } from './ports.ts'
import { replayWhenRestored } from './restore.ts'
import type { Stores } from './stores.ts'

/** What timers call, beside the trail's own. */
export interface Timers {
  /** Deletes sign-ins, questions, sessions and links that are over. */
  forgetSignIns(): Promise<void>
  /** Deletes the counters of requests of the days before yesterday. */
  forgetRates(): Promise<void>
  /**
   * Goes on with erasures that something has kept from being completed. After the tables were restored from a backup it
   * erases again what the ledger says, before anything is served. @returns how many accounts were woken.
   */
  wakeErasures(): Promise<number>
  /** Wakes the accounts whose planned visit is due. @returns how many. */
  wakeDue(): Promise<number>
  /** Carries out what administrators have decided about their organisations. */
  lookAfterOrganisations(): Promise<void>
  /** Brings the key record to the current versions of the vault's keys. @returns whether it was not there yet. */
  rewrapKeys(): Promise<boolean>
  /** Tells the log of messages that were given up. @returns how many. */
  reportDeadLetters(): Promise<number>
  /** Goes on with the backup of the day; does nothing where none are made, or while a replay is pending. */
  backUpTables(): Promise<void>
}

interface Parts extends Pick<LookAfterDependencies, 'grants' | 'accounts'> {
  readonly ports: Ports
  readonly stores: Stores
  readonly gate: RestoreGate
}

export function createTimers({ ports, stores, gate, grants, accounts }: Parts): Timers {
  const { waker, clock, log } = ports
  const { oneTime, rates, ledger, schedule, keyRing, organisations: store, erasure, audit } = stores
  return {
    forgetSignIns: () => oneTime.forgetOld(),
    forgetRates: () => rates.forgetOld(),
    lookAfterOrganisations: () =>
      lookAfterOrganisations({ store, grants, accounts, erasure, ledger, audit, clock, log }),
    async wakeErasures() {
      await replayWhenRestored(ports, gate)
      return wakeErasures({ ledger, waker, clock, log })
    },
    wakeDue: () => wakeDue({ schedule, waker, clock, log }),
    rewrapKeys: () => keyRing.rewrapping.rewrap(audit, 'service'),
    reportDeadLetters: () => reportDeadLetters(ports.deadLetters, log),
    backUpTables: () => backUpTables(ports, stores, gate),
  }
}

/** Tables that are just being restored are no backup. */
async function backUpTables(ports: Ports, { blind }: Stores, gate: RestoreGate): Promise<void> {
  const { backups, config, log } = ports
  if (backups === undefined) return log('info', 'backup-off')
  if (await gate.isPending()) return
  const given = { ...ports, ...backups, blind, environment: config.ENVIRONMENT, restoredAt: gate.restoredAt() }
  await backUp(given).catch((error: unknown) => {
    log('error', 'backup-failed', failureFacts(asSyncError(error)))
    throw error
  })
}
