import type { EpochMs } from '../core/time.ts'
import type { BlindIndex } from '../crypto/ports.ts'
import { beganAt } from './id.ts'
import { MANIFEST } from './manifest.ts'
import type { BackupStore } from './ports.ts'
import { createProgress } from './progress.ts'

/**
 * When the newest complete backup was begun: what came later is lost with the tables. Without one, when the first was tried;
 * undefined when none ever was. It is asked for beside the timer that makes backups, so that one that stopped is noticed.
 */
export async function newestBackup(store: BackupStore, blind: Pick<BlindIndex, 'token'>): Promise<EpochMs | undefined> {
  const progress = createProgress(blind)
  const ids = await store.ids()
  for (const id of ids.toReversed())
    if (progress.read(id, await store.files(id))?.at(-1)?.name === MANIFEST) return beganAt(id)
  const [first] = ids
  return first === undefined ? undefined : beganAt(first)
}
