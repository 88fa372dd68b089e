import type { Random } from '../core/random.ts'
import type { Clock } from '../core/time.ts'
import type { Table } from '../storage/table.ts'
import { createAccountKeys } from './account-keys.ts'
import { createBlindIndex } from './blind-index.ts'
import { createEnvelope } from './envelope.ts'
import { createKeyRecords } from './key-records.ts'
import type { BlindIndex, Envelope, Vault } from './ports.ts'
import { createVaultKeys } from './vault-keys.ts'

export interface KeyRing {
  readonly envelope: Envelope
  /**
   * Blind names under the root secret, which is loaded once and then kept: later calls ask neither vault nor table.
   * @throws SyncError `VAULT_UNAVAILABLE`, `STORAGE_UNAVAILABLE`; the next call tries again.
   */
  blindIndex(): Promise<BlindIndex>
}

interface Dependencies {
  /** Bound into every record and seal. */
  readonly environment: string
  readonly vault: Vault
  /** The table `keys`. */
  readonly keysTable: Table
  readonly clock: Clock
  readonly random: Random
}

/**
 * All keys of one installation, from the top:
 *
 * 1. Two RSA-3072 keys in the vault; their private halves never leave it. One wraps, one signs.
 * 2. 64 shard keys and the root secret, 32 random bytes each: rows `shard-00` to `shard-63` and `root` in the partition
 *    `records`, wrapped with RSA-OAEP-256 and signed with PS256 over environment, row key, record version, key id,
 *    wrapping key id and wrapped bytes. The signature is checked before the vault is asked to unwrap, because anyone
 *    can wrap with a public key.
 * 3. One key per account and generation, 32 random bytes: row `key-<generation>` in the account's partition, sealed
 *    under the shard key of the account (hash of the account modulo 64) for environment, account, generation, shard.
 * 4. One key per row and write, derived from the account's key. @see envelope.ts
 *
 * What is missing is made on first need with an insert, and read again when another instance was faster, so that all
 * instances have the same keys. In memory: 64 shard keys for 60 minutes, 10,000 account keys for 5 minutes, the root
 * secret for the life of the process. The vault is asked at most 64 + 4 times an hour (each shard, the root, two public
 * keys, one spare) however many accounts there are; in an installation's first hour an instance that loses the race for
 * a record asks once more for it. While the vault is away what is in memory works until its time is up, then fails with
 * `VAULT_UNAVAILABLE`.
 *
 * Rotating the vault's keys: records name the version that wrapped and signed them, so old versions must stay enabled
 * until every record has been written again. Rotating an account's key: insert the next generation; the old ones open
 * what they sealed until they are deleted.
 */
export function createKeyRing({ environment, vault, keysTable, clock, random }: Dependencies): KeyRing {
  const records = createKeyRecords({ environment, vault, table: keysTable, random })
  const vaultKeys = createVaultKeys({ records, clock, random })
  const accountKeys = createAccountKeys({ environment, table: keysTable, vaultKeys, clock, random })
  let index: Promise<BlindIndex> | undefined

  return {
    envelope: createEnvelope({ environment, accountKeys, vaultKeys, random }),
    blindIndex() {
      index ??= vaultKeys
        .root()
        .then(({ secret }) => createBlindIndex(secret))
        .catch((error: unknown) => {
          index = undefined
          throw error
        })
      return index
    },
  }
}
