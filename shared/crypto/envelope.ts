import type { Random } from '../core/random.ts'
import type { AccountKeys } from './account-keys.ts'
import { boxKeyId, MESSAGE_ID_BYTES, openBox, type SecretKey, sealBox } from './box.ts'
import { canonical } from './canonical.ts'
import { shardOf } from './key-id.ts'
import type { Envelope, KeyOwner, RowAddress } from './ports.ts'
import type { VaultKeys } from './vault-keys.ts'

interface Dependencies {
  readonly environment: string
  readonly accountKeys: AccountKeys
  readonly vaultKeys: VaultKeys
  readonly random: Random
}

/**
 * Seals rows. The sealed bytes are, in order:
 *
 * | bytes | what |
 * |---|---|
 * | 1 | layout version, 1 |
 * | 2 | suite: 0x0001 = AES-256-GCM, HKDF-SHA-512, key commitment |
 * | 16 | key id: kind, shard, generation (4), random (10); tells which key opens the row after a rotation |
 * | 32 | message id, random |
 * | 32 | commitment = HKDF-SHA-512(key, salt = message id, info = suite + `COMMITKEY`), compared before decrypting |
 * | n | ciphertext under the row key = HKDF-SHA-512(key, salt = message id, info = suite + `DERIVEKEY`) |
 * | 16 | GCM tag |
 *
 * Authenticated as well, and not stored: the first 51 bytes, then this application's label, environment, table,
 * partition key, row key, owner, schema version, row version, all length-prefixed. A row of an account is sealed under the account's
 * newest key, a row of the service under the key of its partition's shard.
 *
 * Not noticed here: a whole row put back to an older sealed version of itself. The rows of which the head keeps the
 * versions are compared with it when they are read, event rows with the index once a night; other rows, and a partition
 * that is put back as a whole, are not noticed. @see ../storage/schema.md
 * @see https://github.com/awslabs/aws-encryption-sdk-specification suite 0x0478, whose derivation this follows
 */
export function createEnvelope({ environment, accountKeys, vaultKeys, random }: Dependencies): Envelope {
  const useNewest = <Result>(owner: KeyOwner, { partitionKey }: RowAddress, work: (key: SecretKey) => Result) =>
    owner.kind === 'account'
      ? accountKeys.useNewest(owner.account, work)
      : vaultKeys.useShard(shardOf(partitionKey), work)

  const use = <Result>(owner: KeyOwner, address: RowAddress, keyId: Uint8Array, work: (key: SecretKey) => Result) =>
    owner.kind === 'account' ? accountKeys.use(owner.account, keyId, work) : useNewest(owner, address, work)

  const contextOf = (
    owner: KeyOwner,
    { table, partitionKey, rowKey, rowVersion = 0 }: RowAddress,
    schemaVersion: number,
  ) =>
    canonical(
      'microsoft-365-sync/row',
      environment,
      table,
      partitionKey,
      rowKey,
      owner.kind,
      owner.kind === 'account' ? owner.account : '',
      schemaVersion,
      rowVersion,
    )

  const seal: Envelope['seal'] = async (owner, address, schemaVersion, plaintext) => {
    const context = contextOf(owner, address, schemaVersion)
    const messageId = random.bytes(MESSAGE_ID_BYTES)
    return useNewest(owner, address, (key) => sealBox(key, messageId, context, plaintext))
  }

  const open: Envelope['open'] = async (owner, address, schemaVersion, sealed) => {
    const context = contextOf(owner, address, schemaVersion)
    return use(owner, address, boxKeyId(sealed), (key) => openBox(key, context, sealed))
  }

  return {
    seal,
    open,
    async reseal(owner, address, schemaVersion, sealed) {
      const keyId = boxKeyId(sealed)
      if (await useNewest(owner, address, ({ id }) => Buffer.from(id).equals(keyId))) return undefined
      const plaintext = await open(owner, address, schemaVersion, sealed)
      return seal(owner, address, schemaVersion, plaintext)
    },
    ensureAccountKey: (account) => accountKeys.ensure(account),
    eraseAccountKey: (account) => accountKeys.erase(account),
    renewAccountKey: (account) => accountKeys.renew(account),
    accountKeyState: (account) => accountKeys.state(account),
    dropAccountKeysBefore: (account, generation) => accountKeys.dropBefore(account, generation),
  }
}
