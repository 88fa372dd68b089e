import { createHash } from 'node:crypto'
import type { Random } from '../core/random.ts'
import { KEY_ID_BYTES } from './box.ts'

/** How many shard keys there are. Part of the format: changing it loses the way from an account to its shard. */
export const SHARDS = 64

/** The first byte of a key's id. */
export const KEY_KINDS = { root: 0, shard: 1, account: 2, bundle: 3 } as const

/**
 * A new key id: kind (1 byte), shard (1), generation (4, big-endian), random (10). The random part keeps keys apart that
 * were made for the same account before and after an erasure.
 */
export function newKeyId(random: Random, kind: keyof typeof KEY_KINDS, shard: number, generation: number): Uint8Array {
  const id = Buffer.from(random.bytes(KEY_ID_BYTES))
  id.writeUInt8(KEY_KINDS[kind], 0)
  id.writeUInt8(shard, 1)
  id.writeUInt32BE(generation, 2)
  return id
}

export const generationOf = (keyId: Uint8Array): number => Buffer.from(keyId).readUInt32BE(2)

/** The shard of an account's key, and of a service-owned row (by its partition key). */
export const shardOf = (name: string): number => createHash('sha256').update(name).digest().readUInt32BE(0) % SHARDS

/** A key id as text, for a place in a `Map`. */
export const keyIdText = (keyId: Uint8Array): string => Buffer.from(keyId).toString('hex')
