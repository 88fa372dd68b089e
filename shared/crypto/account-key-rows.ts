import { isFailure, SyncError } from '../core/errors.ts'
import type { Random } from '../core/random.ts'
import { type EpochMs, epochMs } from '../core/time.ts'
import type { Properties, StoredRow, Table, Write } from '../storage/table.ts'
import { MESSAGE_ID_BYTES, openBox, type SecretKey, sealBox } from './box.ts'
import { canonical } from './canonical.ts'
import { generationOf, shardOf } from './key-id.ts'
import type { VaultKeys } from './vault-keys.ts'

const ROW_PREFIX = 'key-'
const AFTER_PREFIX = 'key.'

export interface AccountKey extends SecretKey {
  readonly madeAt: EpochMs
}

/** The stored keys of accounts: partition = account, one row for each generation, sealed under the account's shard key. */
export interface AccountKeyRows {
  /** Oldest first; as they are stored. */
  read(account: string): Promise<readonly StoredRow[]>
  /** @throws SyncError `KEY_RECORD_FORGED` when it is not what was sealed for this account. */
  open(account: string, row: StoredRow): Promise<AccountKey>
  insertion(account: string, key: AccountKey): Promise<Write>
}

interface Dependencies {
  readonly environment: string
  readonly table: Table
  readonly vaultKeys: VaultKeys
  readonly random: Random
}

export function createAccountKeyRows({ environment, table, vaultKeys, random }: Dependencies): AccountKeyRows {
  const contextOf = (account: string, id: Uint8Array, madeAt: EpochMs): Uint8Array =>
    canonical('microsoft-365-sync/account-key', environment, account, generationOf(id), shardOf(account), id, madeAt)

  return {
    async read(account) {
      const rows: StoredRow[] = []
      for await (const page of table.range(account, ROW_PREFIX, AFTER_PREFIX)) rows.push(...page)
      return rows
    },
    async open(account, row) {
      const { id, sealed, madeAt } = row.properties
      if (!(id instanceof Uint8Array && sealed instanceof Uint8Array && typeof madeAt === 'number')) throw forged(row)
      const at = epochMs(madeAt)
      try {
        // Before the secret is opened: its place is not in the context, but its generation is.
        if (row.rowKey !== rowKeyOf(id)) throw forged(row)
        return await vaultKeys.useShard(shardOf(account), (key) => ({
          ...{ id, madeAt: at },
          secret: openBox(key, contextOf(account, id, at), sealed),
        }))
      } catch (error) {
        // For whoever opens a row this must not look like damage to that row, which would be quarantined.
        throw isFailure(error, 'ROW_CORRUPT') || error instanceof RangeError ? forged(row, error) : error
      }
    },
    async insertion(account, { id, madeAt, secret }) {
      const messageId = random.bytes(MESSAGE_ID_BYTES)
      const sealed = await vaultKeys.useShard(shardOf(account), (key) =>
        sealBox(key, messageId, contextOf(account, id, madeAt), secret),
      )
      const properties: Properties = { id, sealed, madeAt }
      return { kind: 'insert', rowKey: rowKeyOf(id), properties }
    },
  }
}

const rowKeyOf = (keyId: Uint8Array): string => keyRowKey(generationOf(keyId))

export const keyRowKey = (generation: number): string => `${ROW_PREFIX}${String(generation).padStart(8, '0')}`

const forged = ({ rowKey }: StoredRow, cause?: unknown) =>
  new SyncError('KEY_RECORD_FORGED', 'account key does not open', { cause, facts: { rowKey } })
