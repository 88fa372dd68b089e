import { randomBytes } from 'node:crypto'
import { KeyClient } from '@azure/keyvault-keys'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import * as z from 'zod'
import { type KeyVault, startKeyVault } from '../../infra/local/key-vault/start-key-vault.ts'
import { systemRandom } from '../../shared/core/random.ts'
import { minutes, systemClock } from '../../shared/core/time.ts'
import { createKeyRing } from '../../shared/crypto/key-ring.ts'
import type { KeyOwner, Vault } from '../../shared/crypto/ports.ts'
import { createVault, staticVaultCredential, VAULT_KEY_NAMES } from '../../shared/crypto/vault.ts'
import { createStillClock } from '../support/crypto.ts'
import { createMemoryTables } from '../support/memory-tables.ts'
import { createMemoryVault } from '../support/memory-vault.ts'

const TOKEN = 'a-token-only-this-test-knows'

let server: KeyVault
beforeAll(async () => {
  server = await startKeyVault({ port: 0, token: TOKEN, keys: Object.values(VAULT_KEY_NAMES) })
}, 240_000)
afterAll(() => server.close())

const open = (clock = createStillClock(), token = TOKEN) =>
  createVault({ url: server.url, credential: staticVaultCredential(token, systemClock), clock })
const control = (path: string, method: string, body?: unknown) =>
  fetch(`${server.url}/_control/${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
const Counts = z.object({ counts: z.record(z.string(), z.number()) })
const counts = async () => Counts.parse(await (await control('log', 'GET')).json()).counts
const keyClient = () =>
  new KeyClient(server.url, staticVaultCredential(TOKEN, systemClock), {
    disableChallengeResourceVerification: true,
    allowInsecureConnection: true,
  })

afterEach(async () => {
  await control('behaviour', 'PUT', {})
  await control('log', 'DELETE')
})

const vaults: [string, () => Vault][] = [
  ['memory', () => createMemoryVault()],
  ['key vault', open],
]

test.each(vaults)('%s: what is wrapped unwraps, and names the version that wrapped it', async (_, make) => {
  const vault = make()
  const secret = randomBytes(32)
  const { keyId, wrapped } = await vault.wrap(secret)
  expect(keyId).toMatch(/^wrapping-key\/\w+$/)
  expect(Buffer.from(await vault.unwrap(keyId, wrapped))).toEqual(secret)
})

test.each(vaults)('%s: a signature is good for its message, its version and nothing else', async (_, make) => {
  const vault = make()
  const message = Buffer.from('a record')
  const { keyId, signature } = await vault.sign(message)
  expect(keyId).toMatch(/^signing-key\/\w+$/)
  expect(await vault.verify(keyId, message, signature)).toBe(true)
  expect(await vault.verify(keyId, Buffer.from('another'), signature)).toBe(false)
  expect(await vault.verify(keyId, message, signature.subarray(1))).toBe(false)
})

const FOREIGN = [
  ...['https://evil.example/keys/wrapping-key/1', 'other/1', 'wrapping-key', 'wrapping-key/../signing-key/1'],
  ...['wrapping_key/1', 'wrapping-key/1?x', `wrapping-key/${'1'.repeat(65)}`],
]

test.each(vaults)('K3 %s: a key id of another key is refused without asking anyone', async (_, make) => {
  const vault = make()
  for (const keyId of FOREIGN) {
    await expect(vault.unwrap(keyId, new Uint8Array(384))).rejects.toMatchObject({ code: 'KEY_RECORD_FORGED' })
    expect(await vault.verify(keyId.replace('wrapping', 'signing'), randomBytes(8), new Uint8Array(384))).toBe(false)
  }
  expect(await counts()).toEqual({})
})

test('wrapping and verifying ask the vault for the public key only, once', async () => {
  const vault = open()
  const { keyId, signature } = await vault.sign(Buffer.from('x'))
  for (let round = 0; round < 5; round += 1) {
    await vault.wrap(randomBytes(32))
    await vault.verify(keyId, Buffer.from('x'), signature)
  }
  expect(await counts()).toEqual({ get: 2, sign: 1 })
})

test('K5: after a rotation new records use the new version, and old ones still open', async () => {
  const clock = createStillClock()
  const vault = open(clock)
  const before = await vault.wrap(randomBytes(32))
  await keyClient().rotateKey(VAULT_KEY_NAMES.wrapping)
  clock.advance(minutes(60))
  const after = await vault.wrap(randomBytes(32))
  expect(after.keyId).not.toBe(before.keyId)
  await expect(vault.unwrap(before.keyId, before.wrapped)).resolves.toHaveLength(32)
  await expect(open().unwrap(after.keyId, after.wrapped)).resolves.toHaveLength(32)
})

test('K5: a version that is disabled early fails closed, and enabling it heals', async () => {
  const vault = open()
  const { keyId, wrapped } = await vault.wrap(randomBytes(32))
  const [name = '', version = ''] = keyId.split('/')
  await keyClient().updateKeyProperties(name, version, { enabled: false })
  const refused = { code: 'VAULT_UNAVAILABLE', facts: { operation: 'unwrap', status: 403 } }
  await expect(vault.unwrap(keyId, wrapped)).rejects.toMatchObject(refused)
  await keyClient().updateKeyProperties(name, version, { enabled: true })
  await expect(vault.unwrap(keyId, wrapped)).resolves.toHaveLength(32)
})

test.each(vaults)('%s: the current versions are those that wrap and sign', async (_, make) => {
  const vault = make()
  const [{ keyId: wrapping }, { keyId: signing }] = [
    await vault.wrap(randomBytes(32)),
    await vault.sign(Buffer.from('x')),
  ]
  expect(await vault.current()).toEqual({ wrapping, signing })
})

test('K5: who asks for the current versions is told of a rotation at once, and so is who wraps after that', async () => {
  const vault = open()
  const before = await vault.current()
  await keyClient().rotateKey(VAULT_KEY_NAMES.wrapping)
  const after = await vault.current()
  expect(after).toEqual({ wrapping: expect.not.stringMatching(before.wrapping), signing: before.signing })
  await control('log', 'DELETE')
  expect((await vault.wrap(randomBytes(32))).keyId).toBe(after.wrapping)
  expect(await counts()).toEqual({})
})

test('K5: a signature is verified with the version that has made it', async () => {
  const message = Buffer.from('a record')
  const { keyId, signature } = await open().sign(message)
  await keyClient().rotateKey(VAULT_KEY_NAMES.signing)
  const vault = open()
  expect(await vault.verify(keyId, message, signature)).toBe(true)
  expect(await vault.verify((await vault.current()).signing, message, signature)).toBe(false)
})

test('a version that could not be read is read again', { timeout: 240_000 }, async () => {
  const { keyId, signature } = await open().sign(Buffer.from('x'))
  const vault = open()
  await control('behaviour', 'PUT', { away: true })
  const away = { code: 'VAULT_UNAVAILABLE', facts: { operation: 'get', status: 503 } }
  await expect(vault.verify(keyId, Buffer.from('x'), signature)).rejects.toMatchObject(away)
  await control('behaviour', 'PUT', {})
  expect(await vault.verify(keyId, Buffer.from('x'), signature)).toBe(true)
})

test('K5: a signing version that is disabled early is a failure of signing', async () => {
  const vault = open()
  const { keyId } = await vault.sign(Buffer.from('x'))
  const [name = '', version = ''] = keyId.split('/')
  await keyClient().updateKeyProperties(name, version, { enabled: false })
  const refused = { code: 'VAULT_UNAVAILABLE', facts: { operation: 'sign', status: 403 } }
  await expect(vault.sign(Buffer.from('x'))).rejects.toMatchObject(refused)
  await keyClient().updateKeyProperties(name, version, { enabled: true })
})

test('the token of the stand-in is good for a day', async () => {
  const clock = createStillClock()
  const token = await staticVaultCredential(TOKEN, clock).getToken('scope')
  expect(token).toEqual({ token: TOKEN, expiresOnTimestamp: clock.now() + minutes(24 * 60) })
})

test('a wrong token, an unknown version and damaged bytes are failures of the vault with their status', async () => {
  const { keyId, wrapped } = await open().wrap(randomBytes(32))
  const refused = (status: number) => ({ code: 'VAULT_UNAVAILABLE', facts: { operation: 'unwrap', status } })
  await expect(open(undefined, 'wrong').unwrap(keyId, wrapped)).rejects.toMatchObject(refused(401))
  await expect(open().unwrap('wrapping-key/0123', wrapped)).rejects.toMatchObject(refused(404))
  await expect(open().unwrap(keyId, randomBytes(384))).rejects.toMatchObject(refused(400))
})

test('K4: a vault that is away is a failure that is not remembered', { timeout: 240_000 }, async () => {
  const vault = open()
  await control('behaviour', 'PUT', { away: true })
  const away = { code: 'VAULT_UNAVAILABLE', facts: { operation: 'get', status: 503 } }
  await expect(vault.wrap(randomBytes(32))).rejects.toMatchObject(away)
  await control('behaviour', 'PUT', {})
  await expect(vault.wrap(randomBytes(32))).resolves.toBeDefined()
})

test('K4: who asks for the current versions learns that the vault is away, and who wraps after that needs none', {
  timeout: 240_000,
}, async () => {
  const vault = open()
  const { keyId } = await vault.wrap(randomBytes(32))
  await control('behaviour', 'PUT', { away: true })
  await expect(vault.current()).rejects.toMatchObject({ code: 'VAULT_UNAVAILABLE' })
  expect((await vault.wrap(randomBytes(32))).keyId).toBe(keyId)
})

test('a vault that nobody answers for is a failure', { timeout: 240_000 }, async () => {
  const nobody = createVault({
    url: 'http://127.0.0.1:1',
    credential: staticVaultCredential(TOKEN, systemClock),
    clock: systemClock,
  })
  await expect(nobody.sign(Buffer.from('x'))).rejects.toMatchObject({ code: 'VAULT_UNAVAILABLE' })
})

test('K6: a fresh instance opens accounts of all shards with two vault operations', {
  timeout: 240_000,
}, async () => {
  const tables = createMemoryTables()
  const clock = createStillClock()
  const instance = () =>
    createKeyRing({
      environment: 'test',
      vault: open(clock),
      keysTable: tables.table('keys'),
      clock,
      random: systemRandom,
      log: () => undefined,
    })
  const owners = Array.from({ length: 400 }, (_, index): KeyOwner & { kind: 'account' } => ({
    kind: 'account',
    account: `account-${index}`,
  }))
  const address = { table: 'accounts', partitionKey: 'p', rowKey: 'r' }

  const first = instance()
  const sealed = await Promise.all(
    owners.map(async (owner) => {
      await first.envelope.ensureAccountKey(owner.account)
      return first.envelope.seal(owner, address, 1, Buffer.from(owner.account))
    }),
  )
  const index = await first.blindIndex()
  expect(await counts()).toEqual({ get: 2, sign: 1 })

  await control('log', 'DELETE')
  const second = instance()
  const opened = await Promise.all(
    owners.map((owner, at) => second.envelope.open(owner, address, 1, sealed[at] ?? new Uint8Array())),
  )
  expect(opened.map((bytes) => Buffer.from(bytes).toString())).toEqual(owners.map(({ account }) => account))
  expect((await second.blindIndex()).token('event', 'id')).toBe(index.token('event', 'id'))
  expect(await counts()).toEqual({ get: 1, unwrapkey: 1 })
})
