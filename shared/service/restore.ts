import { type Replayed, replayLedger } from '../accounts/replay-ledger.ts'
import { SyncError } from '../core/errors.ts'
import { createLedgerNumbers } from '../storage/ledger/numbers.ts'
import type { RestoreGate } from '../storage/ledger/restore-gate.ts'
import type { Ports } from './ports.ts'
import { createStores } from './stores.ts'

/**
 * Erases and revokes once more what the ledger says, whether the service has noticed a restore or not.
 * @throws SyncError `RESTORE_PENDING` when only a part of a backup has been put back, perhaps of the ledger too;
 *   `KEY_MISSING` when nothing has been put back yet: it never makes first keys, which would be in the way.
 */
export async function replay(ports: Ports): Promise<Replayed> {
  const { putting } = await createLedgerNumbers(ports.tables).restoreState()
  if (putting !== undefined)
    throw new SyncError('RESTORE_PENDING', `only a part of the backup ${putting} has been put back`)
  const { erasing, envelope, organisations } = await createStores(ports, 'refused')
  return replayLedger({ ...erasing, envelope, organisations })
}

/** @returns whether the tables had been restored from a backup. */
export async function replayWhenRestored(ports: Ports, gate: RestoreGate): Promise<boolean> {
  if (!(await gate.isPending())) return false
  ports.log('error', 'restore-noticed')
  await replay(ports)
  await gate.isPending()
  return true
}
