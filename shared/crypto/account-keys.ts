import { isFailure, SyncError } from '../core/errors.ts'
import type { Random } from '../core/random.ts'
import type { Telemetry } from '../core/telemetry.ts'
import { type Clock, type EpochMs, seconds } from '../core/time.ts'
import type { StoredRow, Table } from '../storage/table.ts'
import { type AccountKey, createAccountKeyRows, keyRowKey } from './account-key-rows.ts'
import { SECRET_BYTES, type SecretKey } from './box.ts'
import { generationOf, keyIdText, newKeyId, shardOf } from './key-id.ts'
import { createSecretCache, lookedInto } from './secret-cache.ts'
import type { VaultKeys } from './vault-keys.ts'

/** How long an instance works with an account's key without looking whether it is still there, and still the newest. */
export const ACCOUNT_KEY_TTL = seconds(60)
const ACCOUNT_KEYS_KEPT = 10_000

const FIRST_GENERATION = 1

/** One account's keys, one for each generation; the newest seals. */
interface Keys {
  readonly newest: AccountKey
  readonly byId: ReadonlyMap<string, SecretKey>
}

/** Which keys an account has. */
export interface AccountKeyState {
  /** When the newest was made. */
  readonly madeAt: EpochMs
  /** The newest's number. */
  readonly generation: number
  /** How many there are; more than one while rows may be under an older one. */
  readonly generations: number
}

export interface AccountKeys {
  /** Runs `work` on the account's newest key. @throws SyncError `KEY_MISSING` when it has none. */
  useNewest<Result>(account: string, work: (key: SecretKey) => Result): Promise<Result>
  /**
   * Runs `work` on the key with this id.
   * @throws SyncError `KEY_MISSING` when the account has no key at all, `ROW_CORRUPT` when it has others only.
   */
  use<Result>(account: string, keyId: Uint8Array, work: (key: SecretKey) => Result): Promise<Result>
  /** As this instance knows it; no request when a row of the account has just been opened. */
  state(account: string): Promise<AccountKeyState>
  ensure(account: string): Promise<void>
  /** Makes the next generation, which seals from now on here, and within `ACCOUNT_KEY_TTL` everywhere. */
  renew(account: string): Promise<void>
  /** Deletes the generations before this one. The caller knows that no row needs them and nobody seals with them. */
  dropBefore(account: string, generation: number): Promise<void>
  erase(account: string): Promise<void>
}

interface Dependencies {
  readonly environment: string
  readonly table: Table
  readonly vaultKeys: VaultKeys
  readonly clock: Clock
  readonly telemetry: Telemetry
  readonly random: Random
}

/** Account keys as rows of the table `keys`: partition = account, sealed under the key of the account's shard. */
export function createAccountKeys({
  environment,
  table,
  vaultKeys,
  clock,
  telemetry,
  random,
}: Dependencies): AccountKeys {
  const stored = createAccountKeyRows({ environment, table, vaultKeys, random })
  const cache = createSecretCache<Keys>({
    ...{ clock, limit: ACCOUNT_KEYS_KEPT, ttl: ACCOUNT_KEY_TTL, load, wipe },
    looked: lookedInto('account-keys', telemetry),
  })

  async function load(account: string): Promise<Keys> {
    const rows = await stored.read(account)
    return keysOf(await Promise.all(rows.map((row) => stored.open(account, row))))
  }

  const newKey = (account: string, generation: number): AccountKey => ({
    id: newKeyId(random, 'account', shardOf(account), generation),
    secret: random.bytes(SECRET_BYTES),
    madeAt: clock.now(),
  })

  async function create(account: string): Promise<void> {
    const key = newKey(account, FIRST_GENERATION)
    try {
      await table.commit(account, [await stored.insertion(account, key)])
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
    state: (account) =>
      known(account, ({ newest, byId }) => ({
        ...{ madeAt: newest.madeAt, generation: generationOf(newest.id), generations: byId.size },
      })),
    async ensure(account) {
      try {
        await refresh(account, () => undefined)
      } catch (error) {
        if (!isFailure(error, 'KEY_MISSING')) throw error
        await create(account)
      }
    },
    async renew(account) {
      const newest = (await stored.read(account)).at(-1)
      if (newest === undefined) throw new SyncError('KEY_MISSING', 'account has no key')
      const { id } = await stored.open(account, newest)
      const { rowKey, etag, properties } = newest
      // The older key is written again as it is, so that an erasure in between takes the new one with it.
      const fence = { kind: 'replace', rowKey, etag, properties } as const
      const insertion = await stored.insertion(account, newKey(account, generationOf(id) + 1))
      await table.commit(account, [fence, insertion])
      cache.drop(account)
    },
    async dropBefore(account, generation) {
      const rows = await stored.read(account)
      await deleteRows(
        account,
        rows.filter(({ rowKey }) => rowKey < keyRowKey(generation)),
      )
      cache.drop(account)
    },
    async erase(account) {
      cache.drop(account)
      while (!(await deleteRows(account, await stored.read(account))));
      cache.drop(account)
    },
  }

  /** @returns false when the account's keys have changed since they were read: it was renewed, or is being erased. */
  async function deleteRows(account: string, rows: readonly StoredRow[]): Promise<boolean> {
    const deletions = rows.map(({ rowKey, etag }) => ({ kind: 'delete', rowKey, etag }) as const)
    try {
      if (deletions.length > 0) await table.commit(account, deletions)
      return true
    } catch (error) {
      if (isFailure(error, 'ROW_CHANGED')) return false
      throw error
    }
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

/** @param keys oldest first. */
function keysOf(keys: readonly AccountKey[]): Keys {
  const newest = keys.at(-1)
  if (newest === undefined) throw new SyncError('KEY_MISSING', 'account has no key')
  return { newest, byId: new Map(keys.map((key) => [keyIdText(key.id), key])) }
}

const wipe = ({ byId }: Keys): void => {
  for (const { secret } of byId.values()) secret.fill(0)
}
