import { createDecipheriv, createHash, createHmac, hkdfSync } from 'node:crypto'
import { expect, test } from 'vitest'
import type { StoredRow } from '../../../shared/storage/table.ts'
import { createKeyWorld, type KeyWorld } from '../../support/crypto.ts'

// A reader of its own, written from the documentation of the formats: what is stored has to be readable in ten years, and
// code that changed a label or a place on both sides, sealing and opening, would agree with itself.

const bytesOf = (part: string | number | Uint8Array) =>
  part instanceof Uint8Array ? Buffer.from(part) : Buffer.from(`${part}`)

const lengthPrefixed = (...parts: readonly (string | number | Uint8Array)[]): Buffer =>
  Buffer.concat(
    parts.flatMap((part) => {
      const bytes = bytesOf(part)
      const length = bytes.length
      return [Buffer.from([length >>> 24, (length >>> 16) & 255, (length >>> 8) & 255, length & 255]), bytes]
    }),
  )

function openSealed(secret: Uint8Array, context: Buffer, sealed: Uint8Array): Buffer {
  const box = Buffer.from(sealed)
  const [head, messageId, commitment] = [box.subarray(0, 51), box.subarray(19, 51), box.subarray(51, 83)]
  expect(head.subarray(0, 3).toString('hex')).toBe('010001')
  const derive = (label: string) =>
    Buffer.from(hkdfSync('sha512', secret, messageId, Buffer.concat([Buffer.from([0, 1]), Buffer.from(label)]), 32))
  expect(commitment).toEqual(derive('COMMITKEY'))
  const nonce = Buffer.from('000000000000000000000001', 'hex')
  const decipher = createDecipheriv('aes-256-gcm', derive('DERIVEKEY'), nonce)
  decipher.setAAD(lengthPrefixed(head, context))
  decipher.setAuthTag(box.subarray(-16))
  return Buffer.concat([decipher.update(box.subarray(83, -16)), decipher.final()])
}

const rowOf = ({ tables }: KeyWorld, partition: string, row: string): StoredRow['properties'] =>
  tables.rows('keys').find(({ partitionKey, rowKey }) => partitionKey === partition && rowKey === row)?.properties ?? {}

/** Kind, shard and generation of a key id. */
const partsOf = (id: Uint8Array) => [id[0], id[1], Buffer.from(id).readUInt32BE(2)]

const bytes = (value: unknown): Uint8Array => (value instanceof Uint8Array ? value : new Uint8Array())

async function readRecord(world: KeyWorld) {
  const record = rowOf(world, 'records', 'keys')
  const [keyId, wrapped, sealed] = [bytes(record['keyId']), bytes(record['wrapped']), bytes(record['sealed'])]
  const signed = lengthPrefixed(
    ...['microsoft-365-sync/key-record', 'test', 'records', 'keys', 1],
    ...[keyId, String(record['wrappingKeyId']), wrapped, sealed],
  )
  const signature = bytes(record['signature'])
  expect(record['recordVersion']).toBe(1)
  expect(partsOf(keyId)).toEqual([3, 0, 1])
  expect(await world.vault.verify(String(record['signingKeyId']), signed, signature)).toBe(true)
  const secret = await world.vault.unwrap(String(record['wrappingKeyId']), wrapped)
  const bundle = openSealed(secret, lengthPrefixed('microsoft-365-sync/key-bundle', 'test', 64, keyId), sealed)
  return Array.from({ length: 65 }, (_, at) => bundle.subarray(at * 48, (at + 1) * 48))
}

const shardOf = (name: string) => createHash('sha256').update(name).digest().readUInt32BE(0) % 64

test('what is documented is enough to read keys, rows and blind names without our code', async () => {
  const world = createKeyWorld()
  const ring = world.instance()
  await ring.envelope.ensureAccountKey('acc_1')
  const keys = await readRecord(world)
  for (const [at, key] of keys.entries()) expect(partsOf(key)).toEqual(at < 64 ? [1, at, 1] : [0, 0, 1])
  expect(rowOf(world, 'records', 'made')).toEqual({ recordVersion: 1 })

  const shard = shardOf('acc_1')
  const stored = rowOf(world, 'acc_1', 'key-00000001')
  const [id, madeAt] = [bytes(stored['id']), Number(stored['madeAt'])]
  expect(partsOf(id)).toEqual([2, shard, 1])
  expect(madeAt).toBe(world.clock.now())
  const context = lengthPrefixed('microsoft-365-sync/account-key', 'test', 'acc_1', 1, shard, id, madeAt)
  const accountKey = openSealed(keys[shard]?.subarray(16) ?? bytes(0), context, bytes(stored['sealed']))
  expect(accountKey).toHaveLength(32)

  const address = { table: 'events', partitionKey: 'acc_1', rowKey: 'e1', rowVersion: 7 }
  const row = await ring.envelope.seal({ kind: 'account', account: 'acc_1' }, address, 3, Buffer.from('Lunch'))
  const rowContext = ['microsoft-365-sync/row', 'test', 'events', 'acc_1', 'e1', 'account', 'acc_1', 3, 7]
  expect(row.subarray(3, 19)).toEqual(Buffer.from(id))
  expect(openSealed(accountKey, lengthPrefixed(...rowContext), row).toString()).toBe('Lunch')

  const ours = { table: 'schedule', partitionKey: 'p', rowKey: 'r' }
  const service = await ring.envelope.seal({ kind: 'service' }, ours, 1, Buffer.from('plan'))
  const serviceContext = lengthPrefixed('microsoft-365-sync/row', 'test', 'schedule', 'p', 'r', 'service', '', 1, 0)
  const shardKey = keys[shardOf('p')] ?? bytes(0)
  expect(openSealed(shardKey.subarray(16), serviceContext, service).toString()).toBe('plan')

  const root = keys[64]?.subarray(16) ?? bytes(0)
  const purposeKey = Buffer.from(hkdfSync('sha512', root, '', 'microsoft-365-sync/blind/v1/event', 32))
  const mac = createHmac('sha256', purposeKey).update(lengthPrefixed('sample', 'id-1')).digest()
  const blind = await ring.blindIndex()
  expect(Buffer.from(blind.mac('event', 'sample', 'id-1'))).toEqual(mac)
  expect(blind.token('event', 'sample', 'id-1')).toBe(mac.toString('base64url').slice(0, 22))
})
