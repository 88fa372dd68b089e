import { SyncError } from '../core/errors.ts'
import type { Random } from '../core/random.ts'
import { type Clock, minutes } from '../core/time.ts'
import type { SecretKey } from './box.ts'
import { newKeyId, SHARDS, shardName } from './key-id.ts'
import { type KeyRecords, ROOT_RECORD } from './key-records.ts'
import { createSecretCache } from './secret-cache.ts'

/** How long an instance works with a shard's key without asking the vault again. */
export const SHARD_KEY_TTL = minutes(60)

const FIRST_GENERATION = 1

/** The keys that the vault protects: 64 shard keys and the root secret. Each is made when it is first needed. */
export interface VaultKeys {
  useShard<Result>(shard: number, work: (key: SecretKey) => Result): Promise<Result>
  /**
   * The root secret, kept for as long as the process lives.
   * @throws SyncError `KEY_MISSING` when it is gone although it was there: every blind name depends on it, and with a
   * new one all rows would look absent. Restore the record from a backup.
   */
  root(): Promise<SecretKey>
}

interface Dependencies {
  readonly records: KeyRecords
  readonly clock: Clock
  readonly random: Random
}

export function createVaultKeys({ records, clock, random }: Dependencies): VaultKeys {
  let rootKey: Promise<SecretKey> | undefined
  const shards = createSecretCache<SecretKey>({
    clock,
    limit: SHARDS,
    ttl: SHARD_KEY_TTL,
    load: (shard) => loadShard(Number(shard)),
    wipe: ({ secret }) => secret.fill(0),
  })

  function root(): Promise<SecretKey> {
    rootKey ??= loadRoot().catch((error: unknown) => {
      rootKey = undefined
      throw error
    })
    return rootKey
  }

  async function loadShard(shard: number): Promise<SecretKey> {
    const name = shardName(shard)
    const stored = await records.read(name)
    if (stored !== undefined) return stored
    // The root comes first, so that its absence beside a shard can only be a loss.
    await root()
    return records.create(name, newKeyId(random, 'shard', shard, FIRST_GENERATION))
  }

  async function loadRoot(): Promise<SecretKey> {
    const stored = await records.read(ROOT_RECORD)
    if (stored !== undefined) return stored
    // Another instance may have made root and shard since that read.
    if (await records.hasShards()) return (await records.read(ROOT_RECORD)) ?? rootIsLost()
    return records.create(ROOT_RECORD, newKeyId(random, 'root', 0, FIRST_GENERATION))
  }

  return { useShard: (shard, work) => shards.use(String(shard), work), root }
}

function rootIsLost(): never {
  throw new SyncError('KEY_MISSING', 'the root secret is gone although shard keys exist', {
    facts: { record: ROOT_RECORD },
  })
}
