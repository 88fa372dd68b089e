import type { Entry, Head } from './chain.ts'

/** A head as it was read. */
export interface KnownHead {
  readonly head: Head
  readonly etag: string
}

/** What is stored at one place of a chain. */
export interface StoredEntry {
  readonly number: number
  /** Undefined when the row does not open, or holds something else. */
  readonly entry: Entry | undefined
}

/** Every method may fail with `STORAGE_UNAVAILABLE` or `VAULT_UNAVAILABLE`. */
export interface TrailStore {
  /** @throws SyncError `ROW_CORRUPT`. */
  head(chain: string): Promise<KnownHead | undefined>
  /**
   * Stores a head and the entries up to it in one transaction.
   * @returns the head's new etag.
   * @throws SyncError `ROW_CHANGED`, `ROW_EXISTS`: the head is another one by now. `OUTCOME_UNKNOWN`.
   */
  append(chain: string, known: KnownHead | undefined, head: Head, entries: readonly Entry[]): Promise<string>
  entry(chain: string, number: number): Promise<Entry | undefined>
  /** In order, from a number on. */
  entries(chain: string, from?: number): AsyncIterable<StoredEntry>
  /** Deletes entries from the beginning, together with the head that says so; without a head, the head too. */
  drop(chain: string, known: KnownHead, numbers: readonly number[], head: Head | undefined): Promise<void>
  /** The partitions that the chains are spread over. */
  readonly shards: readonly string[]
  shardOf(chain: string): string
  /** Every head of a shard; without one where the row does not open. */
  heads(shard: string): AsyncIterable<{ readonly chain: string; readonly known: KnownHead | undefined }>
  /** The chains of a shard of which there are entries. */
  chainsWithEntries(shard: string): Promise<ReadonlySet<string>>
}
