import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { systemRandom } from '../../../shared/core/random.ts'
import { SILENT } from '../../../shared/core/telemetry.ts'
import { epochMs } from '../../../shared/core/time.ts'
import { aroundVault } from '../../../shared/crypto/around-vault.ts'
import { boxKeyId, openBox, type SecretKey, sealBox } from '../../../shared/crypto/box.ts'
import { digestOf, digestOfValue } from '../../../shared/crypto/digest.ts'
import { newKeyBundle, openBundle, sealBundle, wipeBundle } from '../../../shared/crypto/key-bundle.ts'
import type { Vault } from '../../../shared/crypto/ports.ts'
import { vaultFailure } from '../../../shared/crypto/vault-failure.ts'
import { createVaultKeys } from '../../../shared/crypto/vault-keys.ts'
import type { CalendarEvent } from '../../../shared/events/event.ts'
import { createStillClock } from '../../support/crypto.ts'

describe('a digest', () => {
  const sha = (text: string) => createHash('sha256').update(text).digest('base64url').slice(0, 16)

  test('is that of the JSON with its keys in order and nothing undefined', () => {
    expect(digestOfValue({ b: [2, { d: null, c: 'x' }], a: undefined })).toBe(sha('{"b":[2,{"c":"x","d":null}]}'))
    expect(digestOfValue('text')).toBe(sha('"text"'))
    expect(digestOfValue(null)).toBe(sha('null'))
  })

  test('is the same whatever the order of keys, and another for another value', () => {
    const reversed = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(reversed)
      if (value === null || typeof value !== 'object') return value
      const entries = Object.entries(value).reverse()
      return Object.fromEntries(entries.map(([key, inner]) => [key, reversed(inner)]))
    }
    fc.assert(fc.property(fc.jsonValue(), (value) => digestOfValue(value) === digestOfValue(reversed(value))))
    fc.assert(fc.property(fc.jsonValue(), (value) => digestOfValue(value) !== digestOfValue([value])))
    expect(digestOfValue([1, 2])).not.toBe(digestOfValue([2, 1]))
  })

  test('of an event leaves out what Exchange bumps, and nothing else', () => {
    const event = { summary: 'Lunch', etag: 'a', changedAt: epochMs(1), createdAt: epochMs(2) } as CalendarEvent
    expect(digestOf(event)).toBe(sha('{"summary":"Lunch"}'))
    expect(digestOf({ ...event, etag: 'b', changedAt: epochMs(3), createdAt: epochMs(4) })).toBe(digestOf(event))
    expect(digestOf({ ...event, summary: 'Dinner' })).not.toBe(digestOf(event))
  })
})

describe('what the client library throws', () => {
  const headers = (more: Record<string, string>) => ({ headers: { get: (name: string) => more[name] } })
  test.each<[what: string, thrown: unknown, facts: object, retryAfterMs: number | undefined]>([
    ['an answer', { statusCode: 403, code: 'Forbidden' }, { status: 403, reason: 'Forbidden' }, undefined],
    ['no answer', { code: 'ECONNREFUSED' }, { reason: 'ECONNREFUSED' }, undefined],
    ['a wait', { statusCode: 429, response: headers({ 'retry-after': '7' }) }, { status: 429 }, 7000],
    ['no wait', { statusCode: 503, response: headers({ other: '7' }) }, { status: 503 }, undefined],
    [
      'a date to wait for',
      { statusCode: 503, response: headers({ 'retry-after': 'Fri' }) },
      { status: 503 },
      undefined,
    ],
    ['headers that are none', { statusCode: 503, response: { headers: 'x' } }, {}, undefined],
    ['a text', 'broken', {}, undefined],
  ])('is a failure of the vault: %s', (_, thrown, facts, retryAfterMs) => {
    const failure = vaultFailure('unwrap', thrown)
    expect(failure).toMatchObject({ code: 'VAULT_UNAVAILABLE', cause: thrown, retryAfterMs })
    expect(failure.facts).toStrictEqual({ operation: 'unwrap', ...facts })
  })
})

test('a vault with something around it does what the vault does, each operation under its name', async () => {
  const asked: unknown[][] = []
  const ask =
    (name: string) =>
    async (...sent: unknown[]) => {
      asked.push([name, ...sent])
      return `${name} done`
    }
  const operations = {
    wrap: ask('wrap'),
    unwrap: ask('unwrap'),
    sign: ask('sign'),
    verify: ask('verify'),
    current: ask('current'),
  }
  const [names, versions]: [string[], (string | undefined)[]] = [[], []]
  const vault = aroundVault(operations as unknown as Vault, (operation, send, keyId) => {
    names.push(operation)
    versions.push(keyId)
    return send()
  })
  const [one, two] = [Uint8Array.of(1), Uint8Array.of(2)]
  const done = [
    await vault.wrap(one),
    await vault.unwrap('k', one),
    await vault.sign(one),
    await vault.verify('k', one, two),
    await vault.current(),
  ]
  expect(names).toEqual(['wrap', 'unwrap', 'sign', 'verify', 'current'])
  expect(versions).toEqual([undefined, 'k', undefined, 'k', undefined])
  expect(done).toEqual(names.map((name) => `${name} done`))
  expect(asked).toEqual([['wrap', one], ['unwrap', 'k', one], ['sign', one], ['verify', 'k', one, two], ['current']])
})

describe('a box', () => {
  const key: SecretKey = { id: Buffer.alloc(16, 7), secret: Buffer.alloc(32, 9) }
  const seal = (text: string) => sealBox(key, systemRandom.bytes(32), Buffer.from('context'), Buffer.from(text))

  test('may be empty', () => {
    expect(openBox(key, Buffer.from('context'), seal(''))).toHaveLength(0)
  })

  test('of another version or suite is not looked into', () => {
    for (const at of [0, 1, 2]) {
      const box = Uint8Array.from(seal('x'))
      box[at] = 9
      expect(() => boxKeyId(box)).toThrow(expect.objectContaining({ code: 'ROW_CORRUPT' }))
    }
    expect(() => boxKeyId(seal('').subarray(1))).toThrow(expect.objectContaining({ code: 'ROW_CORRUPT' }))
    expect(Buffer.from(boxKeyId(seal('x')))).toEqual(key.id)
  })

  test('sealed under another key does not open, although the secret is the same, and tells why in its cause', () => {
    const other = { ...key, id: Buffer.alloc(16, 8) }
    expect(() => openBox(other, Buffer.from('context'), seal('x'))).toThrow(/another key/)
    let thrown: unknown
    try {
      openBox(key, Buffer.from('else'), seal('x'))
    } catch (error) {
      thrown = error
    }
    expect(thrown).toMatchObject({ code: 'ROW_CORRUPT', cause: expect.any(Error) })
  })
})

describe('the keys of the vault', () => {
  const start = () => {
    const bundle = newKeyBundle(systemRandom)
    const counted: object[] = []
    const telemetry = { ...SILENT, count: (name: string, labels?: object) => void counted.push({ name, ...labels }) }
    const record = { load: async () => bundle, versions: async () => undefined, rewrap: async () => false }
    return { bundle, counted, keys: createVaultKeys({ record, clock: createStillClock(), telemetry }) }
  }

  test('are found by the number of their shard, and there is no other', async () => {
    const { bundle, keys } = start()
    for (const shard of [0, 63]) expect(await keys.useShard(shard, ({ id }) => id)).toBe(bundle.shards[shard]?.id)
    await expect(keys.useShard(64, () => 'used')).rejects.toThrow(RangeError)
  })

  test('are looked for in memory first, and that is counted', async () => {
    const { counted, keys } = start()
    for (let time = 0; time < 2; time++) await keys.useShard(1, () => undefined)
    const lookup = { name: 'cache.lookups', cache: 'key-record' }
    expect(counted).toEqual([
      { ...lookup, outcome: 'miss' },
      { ...lookup, outcome: 'hit' },
    ])
  })

  test('are all overwritten when they go, and not because they were sealed', () => {
    const bundle = newKeyBundle(systemRandom)
    const key: SecretKey = { id: Buffer.alloc(16, 7), secret: Buffer.alloc(32, 9) }
    expect(openBundle('test', key, sealBundle(systemRandom, 'test', key, bundle))).toEqual(
      expect.objectContaining({
        root: { id: Uint8Array.from(bundle.root.id), secret: Uint8Array.from(bundle.root.secret) },
      }),
    )
    wipeBundle(bundle)
    for (const { secret } of [...bundle.shards, bundle.root]) expect(secret.every((byte) => byte === 0)).toBe(true)
  })
})
