import { isFailure, SyncError } from '../core/errors.ts'
import type { Random } from '../core/random.ts'
import { type Clock, minutes } from '../core/time.ts'
import type { StoredRow, Table } from '../storage/table.ts'
import { MESSAGE_ID_BYTES, openBox, SECRET_BYTES, type SecretKey, sealBox } from './box.ts'
import { canonical } from './canonical.ts'
import { generationOf, keyIdText, newKeyId, shardOf } from './key-id.ts'
import { createSecretCache } from './secret-cache.ts'
import type { VaultKeys } from './vault-keys.ts'

/** How long an instance works with an account's key without looking whether it is still there. */
export const ACCOUNT_KEY_TTL = minutes(5)
const ACCOUNT_KEYS_KEPT = 10_000

const FIRST_GENERATION = 1
const ROW_PREFIX = 'key-'
const AFTER_PREFIX = 'key.'

/** One account's keys, one for each generation; the newest seals. */
interface Keys {
  readonly newest: SecretKey
  readonly byId: ReadonlyMap<string, SecretKey>
}

export interface AccountKeys {
  /** Runs `work` on the account's newest key. @throws SyncError `KEY_MISSING` when it has none. */
  useNewest<Result>(account: string, work: (key: SecretKey) => Result): Promise<Result>
  /**
   * Runs `work` on the key with this id.
   * @throws SyncError `KEY_MISSING` when the account has no key at all, `ROW_CORRUPT` when it has others only.
   */
  use<Result>(account: string, keyId: Uint8Array, work: (key: SecretKey) => Result): Promise<Result>
  ensure(account: string): Promise<void>
  erase(account: string): Promise<void>
}

interface Dependencies {
  readonly environment: string
  readonly table: Table
  readonly vaultKeys: VaultKeys
  readonly clock: Clock
  readonly random: Random
}

/** Account keys as rows of the table `keys`: partition = account, sealed under the key of the account's shard. */
export function createAccountKeys({ environment, table, vaultKeys, clock, random }: Dependencies): AccountKeys {
  const cache = createSecretCache<Keys>({ clock, limit: ACCOUNT_KEYS_KEPT, ttl: ACCOUNT_KEY_TTL, load, wipe })

  async function load(account: string): Promise<Keys> {
    const rows = await readRows(table, account)
    if (rows.length === 0) throw new SyncError('KEY_MISSING', 'account has no key')
    const keys = await Promise.all(rows.map((row) => unseal(account, row)))
    return keysOf(keys)
  }

  async function unseal(account: string, row: StoredRow): Promise<SecretKey> {
    const { id, sealed } = row.properties
    if (!(id instanceof Uint8Array && sealed instanceof Uint8Array)) throw forged(row)
    try {
      return await vaultKeys.useShard(shardOf(account), (key) => ({
        id,
        secret: openBox(key, contextOf(environment, account, id), sealed),
      }))
    } catch (error) {
      // For whoever opens a row this must not look like damage to that row, which would be quarantined.
      throw isFailure(error, 'ROW_CORRUPT') ? forged(row, error) : error
    }
  }

  async function create(account: string): Promise<void> {
    const shard = shardOf(account)
    const key = { id: newKeyId(random, 'account', shard, FIRST_GENERATION), secret: random.bytes(SECRET_BYTES) }
    const context = contextOf(environment, account, key.id)
    const messageId = random.bytes(MESSAGE_ID_BYTES)
    const sealed = await vaultKeys.useShard(shard, (shardKey) => sealBox(shardKey, messageId, context, key.secret))
    const properties = { id: key.id, sealed }
    try {
      await table.commit(account, [{ kind: 'insert', rowKey: rowKeyOf(key.id), properties }])
      cache.put(account, keysOf([key]))
    } catch (error) {
      // Another instance was faster; its key is read with the next use.
      if (!isFailure(error, 'ROW_EXISTS')) throw error
    }
  }

  return {
    useNewest: (account, work) => known(account, ({ newest }) => work(newest)),
    async use(account, keyId, work) {
      const find = ({ byId }: Keys) => {
        const key = byId.get(keyIdText(keyId))
        return key === undefined ? undefined : { result: work(key) }
      }
      // The account may have got its key after the cached ones were read; also, what seals next must be the new one.
      const found = (await known(account, find)) ?? (await refresh(account, find))
      if (found === undefined) throw new SyncError('ROW_CORRUPT', 'sealed under a key the account does not have')
      return found.result
    },
    async ensure(account) {
      try {
        await refresh(account, () => undefined)
      } catch (error) {
        if (!isFailure(error, 'KEY_MISSING')) throw error
        await create(account)
      }
    },
    async erase(account) {
      cache.drop(account)
      const rows = await readRows(table, account)
      if (rows.length === 0) return
      await table.commit(
        account,
        rows.map(({ rowKey }) => ({ kind: 'delete', rowKey })),
      )
      cache.drop(account)
    },
  }

  /** A load that began before the account had a key must not speak for those that join it later. */
  async function known<Result>(account: string, work: (keys: Keys) => Result): Promise<Result> {
    try {
      return await cache.use(account, work)
    } catch (error) {
      if (!isFailure(error, 'KEY_MISSING')) throw error
      return refresh(account, work)
    }
  }

  function refresh<Result>(account: string, work: (keys: Keys) => Result): Promise<Result> {
    cache.drop(account)
    return cache.use(account, work)
  }
}

async function readRows(table: Table, account: string): Promise<StoredRow[]> {
  const rows: StoredRow[] = []
  for await (const page of table.range(account, ROW_PREFIX, AFTER_PREFIX)) rows.push(...page)
  return rows
}

function keysOf(keys: readonly SecretKey[]): Keys {
  const newest = keys.reduce((best, key) => (generationOf(key.id) > generationOf(best.id) ? key : best))
  return { newest, byId: new Map(keys.map((key) => [keyIdText(key.id), key])) }
}

const wipe = ({ byId }: Keys): void => {
  for (const { secret } of byId.values()) secret.fill(0)
}

const rowKeyOf = (keyId: Uint8Array): string => `${ROW_PREFIX}${String(generationOf(keyId)).padStart(8, '0')}`

const contextOf = (environment: string, account: string, keyId: Uint8Array): Uint8Array =>
  canonical('microsoft-365-sync/account-key', environment, account, generationOf(keyId), shardOf(account), keyId)

const forged = ({ rowKey }: StoredRow, cause?: unknown) =>
  new SyncError('KEY_RECORD_FORGED', 'account key does not open', { cause, facts: { rowKey } })
