import type { EpochMs } from '../core/time.ts'
import type { BlindIndex } from '../crypto/ports.ts'
import type { Witnessed } from './check-chain.ts'

/** Which chains a shard had at a checkpoint, and where each of them stood. */
export interface ShardList {
  readonly at: EpochMs
  readonly chains: readonly Witnessed[]
}

export interface ListRef {
  readonly shard: string
  readonly id: string
  /** Authenticates what the list says. */
  readonly digest: string
}

/** Where all chains stood at one time. Its digest is in the log as well, which is another place. */
export interface Checkpoint {
  /** From 1, without gaps. */
  readonly number: number
  readonly at: EpochMs
  /** Number of the first checkpoint that is kept. */
  readonly from: number
  readonly lists: readonly ListRef[]
  /** Digest of the checkpoint before, empty for the first. */
  readonly previous: string
  readonly digest: string
  /** Of the digest, with the vault's signing key. */
  readonly keyId: string
  readonly signature: string
}

export interface KnownCheckpoint {
  readonly checkpoint: Checkpoint
  readonly etag: string
}

/** Every method may fail with `STORAGE_UNAVAILABLE`, `VAULT_UNAVAILABLE`, and those that read with `ROW_CORRUPT`. */
export interface CheckpointStore {
  latest(): Promise<KnownCheckpoint | undefined>
  find(number: number): Promise<Checkpoint | undefined>
  /** @throws SyncError `ROW_CHANGED`, `ROW_EXISTS` when somebody else was faster. */
  save(checkpoint: Checkpoint, known: KnownCheckpoint | undefined, gone: readonly number[]): Promise<void>
  list(shard: string, id: string): Promise<ShardList | undefined>
  saveList(shard: string, id: string, list: ShardList): Promise<void>
  /** Deletes the lists of a shard that were written before a time, besides some. */
  forgetLists(shard: string, keep: readonly string[], before: EpochMs): Promise<void>
}

const text = (mac: Uint8Array): string => Buffer.from(mac).toString('base64url')

export const listDigest = (blind: BlindIndex, shard: string, { at, chains }: ShardList): string => {
  const said = chains.flatMap(({ chain, number, value, at: last }) => [chain, String(number), value, String(last)])
  return text(blind.mac('audit', 'list', shard, String(at), ...said))
}

export const checkpointDigest = (
  blind: BlindIndex,
  { number, at, from, lists, previous }: Omit<Checkpoint, 'digest' | 'keyId' | 'signature'>,
): string => {
  const said = lists.flatMap(({ shard, id, digest }) => [shard, id, digest])
  return text(blind.mac('audit', 'checkpoint', String(number), String(at), String(from), previous, ...said))
}

/** What is signed: the label keeps it apart from every other message under the same key. */
export const signedMessage = (digest: string): Uint8Array =>
  Buffer.from(`microsoft-365-sync/audit-checkpoint/v1 ${digest}`)
