import type { Random } from '../core/random.ts'
import { KEY_ID_BYTES, MESSAGE_ID_BYTES, openBox, SECRET_BYTES, type SecretKey, sealBox } from './box.ts'
import { canonical } from './canonical.ts'
import { newKeyId, SHARDS } from './key-id.ts'

const FIRST_GENERATION = 1
const KEY_BYTES = KEY_ID_BYTES + SECRET_BYTES

/** The keys that the vault protects. */
export interface KeyBundle {
  /** `SHARDS` keys, by their number. */
  readonly shards: readonly SecretKey[]
  readonly root: SecretKey
}

export const newKeyBundle = (random: Random): KeyBundle => ({
  shards: Array.from({ length: SHARDS }, (_, shard) => newKey(random, 'shard', shard)),
  root: newKey(random, 'root', 0),
})

const newKey = (random: Random, kind: 'shard' | 'root', shard: number): SecretKey => ({
  id: newKeyId(random, kind, shard, FIRST_GENERATION),
  secret: random.bytes(SECRET_BYTES),
})

/** The bundle under the bundle key: each key's id and secret, the shards in order and the root last. */
export function sealBundle(random: Random, environment: string, key: SecretKey, bundle: KeyBundle): Uint8Array {
  const plaintext = Buffer.concat([...bundle.shards, bundle.root].flatMap(({ id, secret }) => [id, secret]))
  const sealed = sealBox(key, random.bytes(MESSAGE_ID_BYTES), contextOf(environment, key), plaintext)
  plaintext.fill(0)
  return sealed
}

/** @throws SyncError `ROW_CORRUPT` when it is not what this key sealed in this environment. */
export function openBundle(environment: string, key: SecretKey, sealed: Uint8Array): KeyBundle {
  const plaintext = openBox(key, contextOf(environment, key), sealed)
  const keyAt = (at: number) => keyOf(Uint8Array.from(plaintext.subarray(at * KEY_BYTES, (at + 1) * KEY_BYTES)))
  const bundle = { shards: Array.from({ length: SHARDS }, (_, shard) => keyAt(shard)), root: keyAt(SHARDS) }
  plaintext.fill(0)
  return bundle
}

const keyOf = (bytes: Uint8Array): SecretKey => ({
  id: bytes.subarray(0, KEY_ID_BYTES),
  secret: bytes.subarray(KEY_ID_BYTES),
})

export function wipeBundle({ shards, root }: KeyBundle): void {
  for (const { secret } of [...shards, root]) secret.fill(0)
}

const contextOf = (environment: string, { id }: SecretKey) =>
  canonical('microsoft-365-sync/key-bundle', environment, SHARDS, id)
