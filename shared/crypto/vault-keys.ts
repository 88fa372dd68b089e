import type { Telemetry } from '../core/telemetry.ts'
import { type Clock, minutes } from '../core/time.ts'
import type { SecretKey } from './box.ts'
import { type KeyBundle, wipeBundle } from './key-bundle.ts'
import type { KeyRecordStore } from './key-record.ts'
import { createSecretCache, lookedInto } from './secret-cache.ts'

/** How long an instance works with the shard keys without asking the vault again. */
const SHARD_KEY_TTL = minutes(60)

const ALL = 'all'

/** The keys that the vault protects: 64 shard keys and the root secret, loaded together. */
export interface VaultKeys {
  useShard<Result>(shard: number, work: (key: SecretKey) => Result): Promise<Result>
  /** The root secret, kept for as long as the process lives. @throws SyncError `KEY_MISSING` when the record is lost. */
  root(): Promise<SecretKey>
}

interface Dependencies {
  readonly record: KeyRecordStore
  readonly clock: Clock
  readonly telemetry: Telemetry
}

export function createVaultKeys({ record, clock, telemetry }: Dependencies): VaultKeys {
  let rootKey: SecretKey | undefined
  const bundles = createSecretCache<KeyBundle>({
    clock,
    limit: 1,
    looked: lookedInto('key-record', telemetry),
    ttl: SHARD_KEY_TTL,
    load: () => record.load(),
    wipe: wipeBundle,
  })

  return {
    useShard: (shard, work) => bundles.use(ALL, ({ shards }) => work(shardOf(shards, shard))),
    async root() {
      rootKey ??= await bundles.use(ALL, ({ root }) => ({ id: root.id, secret: Uint8Array.from(root.secret) }))
      return rootKey
    },
  }
}

function shardOf(shards: readonly SecretKey[], shard: number): SecretKey {
  const key = shards[shard]
  if (key === undefined) throw new RangeError('there is no such shard')
  return key
}
