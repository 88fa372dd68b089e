import type { Log } from '../core/log.ts'
import type { Random } from '../core/random.ts'
import { SILENT, type Telemetry } from '../core/telemetry.ts'
import type { Clock } from '../core/time.ts'
import type { Table } from '../storage/table.ts'
import { createAccountKeys } from './account-keys.ts'
import { createBlindIndex } from './blind-index.ts'
import { createEnvelope } from './envelope.ts'
import { createKeyRecord, type FirstKeys } from './key-record.ts'
import type { BlindIndex, Envelope, Vault } from './ports.ts'
import { createRewrapping, type Rewrapping } from './rewrap.ts'
import { createVaultKeys } from './vault-keys.ts'

export interface KeyRing {
  readonly envelope: Envelope
  /**
   * Blind names under the root secret, which is loaded once and then kept: later calls ask neither vault nor table.
   * @throws SyncError `VAULT_UNAVAILABLE`, `STORAGE_UNAVAILABLE`; the next call tries again. `KEY_MISSING` when first keys
   *   are refused and there are none.
   */
  blindIndex(): Promise<BlindIndex>
  /** The rotation of the vault's keys. */
  readonly rewrapping: Rewrapping
}

interface Dependencies {
  /** Bound into every record and seal. */
  readonly environment: string
  readonly vault: Vault
  /** The table `keys`. */
  readonly keysTable: Table
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** Absent for whoever only looks into what is stored. */
  readonly telemetry?: Telemetry
  /** Made when absent. */
  readonly firstKeys?: FirstKeys | undefined
}

/**
 * All keys of one installation, from the top:
 *
 * 1. Two RSA-3072 keys in the vault; their private halves never leave it. One wraps, one signs.
 * 2. 64 shard keys and the root secret, 32 random bytes each, and the bundle key that seals them: one row, `keys` in the
 *    partition `records`. The vault wraps the bundle key (RSA-OAEP-256) and signs the row (PS256 over environment, place,
 *    record version, key id, wrapping key id, wrapped and sealed bytes). The signature is checked before the vault is asked
 *    to unwrap, because anyone can wrap with a public key. Beside it the row `made`: while it is there, a missing record is
 *    a loss (`KEY_MISSING`) and never made anew, because with another root secret all rows would look absent.
 * 3. One key per account and generation, 32 random bytes: row `key-<generation>` in the account's partition, sealed
 *    under the shard key of the account (hash of the account modulo 64) for environment, account, generation, shard, and
 *    the time it was made at.
 * 4. One key per row and write, derived from the account's key. @see envelope.ts
 *
 * What is missing is made on first need with an insert, and read again when another instance was faster, so that all
 * instances have the same keys. In memory: the shard keys for 60 minutes, 10,000 account keys for 60 seconds, the root
 * secret for the life of the process. A cold instance asks the vault twice, for the public half of the signing key and to
 * unwrap, and then once an hour, however many accounts there are. While the vault is away what is in memory works until
 * its time is up, then fails with `VAULT_UNAVAILABLE`. @see patient-vault.ts for how a vault that comes back is spared
 *
 * Rotation of the vault's keys: a timer wraps and signs the record under the current versions; until then the old ones must
 * stay enabled. @see rewrap.ts Renewal of an account's key: the next generation is inserted and seals from then on; rows are
 * sealed again, and the old generation is deleted when no row needs it. The shard keys and the root secret are not renewed:
 * they seal nothing but account keys and the service's own rows, each under a key derived for that row, and leave the
 * process for the record only. Whoever has seen them has seen the memory of an instance, and then a new installation is due.
 * @see RUNBOOK.md
 */
export function createKeyRing({
  environment,
  vault,
  keysTable,
  clock,
  random,
  log,
  telemetry = SILENT,
  firstKeys,
}: Dependencies): KeyRing {
  const record = createKeyRecord({ environment, vault, table: keysTable, random, log, firstKeys })
  const vaultKeys = createVaultKeys({ record, clock, telemetry })
  const accountKeys = createAccountKeys({ environment, table: keysTable, vaultKeys, clock, telemetry, random })
  let index: Promise<BlindIndex> | undefined

  return {
    envelope: createEnvelope({ environment, accountKeys, vaultKeys, random }),
    rewrapping: createRewrapping({ record, vault, log }),
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
