import { constants, createHash, createPublicKey, randomBytes, verify } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CryptographyClient, KeyClient } from '@azure/keyvault-keys'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type KeyVault, startKeyVault } from '../../infra/local/key-vault/start-key-vault.ts'

const TOKEN = 'a-token-only-this-test-knows'
const OPTIONS = {
  disableChallengeResourceVerification: true,
  allowInsecureConnection: true,
  retryOptions: { maxRetries: 0 },
}

let vault: KeyVault
beforeAll(async () => {
  vault = await startKeyVault({ port: 0, token: TOKEN, keys: ['wrap', 'sign'] })
})
afterAll(() => vault.close())

const credential = (token = TOKEN) => ({
  getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 3_600_000 }),
})
const keyClient = (token?: string) => new KeyClient(vault.url, credential(token), OPTIONS)
const cryptography = (id: string) => new CryptographyClient(id, credential(), OPTIONS)
const currentId = async (name: string) => (await keyClient().getKey(name)).id ?? ''
const sha256 = (text: string) => createHash('sha256').update(text).digest()
const control = (path: string, method: string, body?: unknown) =>
  fetch(`${vault.url}/_control/${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })

test('a key is RSA with 3072 bits and shows its public half only', async () => {
  const key = await keyClient().getKey('wrap')
  expect(key.keyType).toBe('RSA')
  expect(key.key?.n?.length).toBe(384)
  expect(key.key?.d).toBeUndefined()
  expect(key.properties.enabled).toBe(true)
  expect(key.id).toBe(`${vault.url}/keys/wrap/${key.properties.version}`)
})

test('what one version wraps, that version unwraps and another does not', async () => {
  const before = await currentId('wrap')
  const secret = randomBytes(32)
  const { result: wrapped } = await cryptography(before).wrapKey('RSA-OAEP-256', secret)
  const after = (await keyClient().rotateKey('wrap')).id ?? ''

  expect(after).not.toBe(before)
  expect(await currentId('wrap')).toBe(after)
  expect(Buffer.from((await cryptography(before).unwrapKey('RSA-OAEP-256', wrapped)).result)).toEqual(secret)
  await expect(cryptography(after).unwrapKey('RSA-OAEP-256', wrapped)).rejects.toMatchObject({
    statusCode: 400,
    code: 'BadParameter',
  })
})

test('an operation without a version uses the current one and names it in the answer', async () => {
  const { keyID } = await cryptography(`${vault.url}/keys/sign`).sign('PS256', sha256('a message'))
  expect(keyID).toBe(await currentId('sign'))
})

test('a signature over a digest is the PS256 signature of the message', async () => {
  const id = await currentId('sign')
  const { result: signature } = await cryptography(id).sign('PS256', sha256('a message'))
  const { key: jwk } = await keyClient().getKey('sign')
  const base64url = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('base64url')
  const key = createPublicKey({ key: { kty: 'RSA', n: base64url(jwk?.n), e: base64url(jwk?.e) }, format: 'jwk' })
  const ps256 = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }

  expect(verify('sha256', Buffer.from('a message'), ps256, signature)).toBe(true)
  expect((await cryptography(id).verify('PS256', sha256('a message'), signature)).result).toBe(true)
  expect((await cryptography(id).verify('PS256', sha256('another'), signature)).result).toBe(false)
})

test('a signature of a digest of another length is refused', async () => {
  const refused = cryptography(await currentId('sign')).sign('PS256', randomBytes(20))
  await expect(refused).rejects.toMatchObject({ statusCode: 400, code: 'BadParameter' })
})

test('an algorithm the service does not use is refused', async () => {
  const refused = cryptography(await currentId('sign')).sign('RS256', sha256('a message'))
  await expect(refused).rejects.toMatchObject({ statusCode: 400, code: 'BadParameter' })
})

test('every version of a key is listed, oldest first', async () => {
  const client = keyClient()
  const first = await client.createRsaKey('listed', { keySize: 3072 })
  const second = await client.createRsaKey('listed', { keySize: 3072 })
  const listed: string[] = []
  for await (const version of client.listPropertiesOfKeyVersions('listed')) listed.push(version.version ?? '')
  expect(listed).toEqual([first.properties.version, second.properties.version])
})

test('a disabled version refuses to work until it is enabled again', async () => {
  const client = keyClient()
  const { name, id = '', properties } = await client.createRsaKey('disabled', { keySize: 3072 })
  const version = properties.version ?? ''
  await client.updateKeyProperties(name, version, { enabled: false })
  await expect(cryptography(id).sign('PS256', sha256('x'))).rejects.toMatchObject({
    statusCode: 403,
    code: 'Forbidden',
    details: { error: { innerError: { code: 'KeyDisabled' } } },
  })
  await client.updateKeyProperties(name, version, { enabled: true })
  await expect(cryptography(id).sign('PS256', sha256('x'))).resolves.toBeDefined()
})

test('a key made for signing does not unwrap', async () => {
  const { id = '' } = await keyClient().createRsaKey('sign-only', { keySize: 3072, keyOps: ['sign', 'verify'] })
  const answer = await fetch(`${id}/unwrapkey?api-version=2025-07-01`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}` },
    body: JSON.stringify({ alg: 'RSA-OAEP-256', value: randomBytes(384).toString('base64url') }),
  })
  expect(answer.status).toBe(403)
  expect(await answer.json()).toMatchObject({ error: { code: 'Forbidden' } })
})

test('an unknown key and an unknown version are not found', async () => {
  const missing = { statusCode: 404, code: 'KeyNotFound' }
  await expect(keyClient().getKey('nothing')).rejects.toMatchObject(missing)
  await expect(keyClient().getKey('wrap', { version: 'f'.repeat(32) })).rejects.toMatchObject(missing)
})

test('a request without a token is challenged, and a wrong token is refused', async () => {
  const bare = await fetch(`${vault.url}/keys/wrap?api-version=2025-07-01`)
  expect(bare.status).toBe(401)
  expect(bare.headers.get('www-authenticate')).toContain('resource="https://vault.azure.net"')
  await expect(keyClient('wrong').getKey('wrap')).rejects.toMatchObject({ statusCode: 401 })
})

test('a request without an api-version is refused', async () => {
  const answer = await fetch(`${vault.url}/keys/wrap`, { headers: { authorization: `Bearer ${TOKEN}` } })
  expect(answer.status).toBe(400)
  expect(await answer.json()).toMatchObject({ error: { code: 'BadParameter' } })
})

test('operations beyond the limit of 10 seconds are throttled, and the log counts the others', async () => {
  const id = await currentId('sign')
  const client = cryptography(id)
  await client.sign('PS256', sha256('warm'))
  await control('log', 'DELETE')
  await control('behaviour', 'PUT', { limitPer10Seconds: 0 })
  await expect(client.sign('PS256', sha256('x'))).rejects.toMatchObject({ statusCode: 429, code: 'Throttled' })
  await control('behaviour', 'PUT', { latencyMs: 30 })
  const began = performance.now()
  await client.sign('PS256', sha256('x'))
  expect(performance.now() - began).toBeGreaterThanOrEqual(25)
  await control('behaviour', 'PUT', {})

  const log = await (await control('log', 'GET')).json()
  expect(log.counts).toEqual({ sign: 1 })
  expect(log.entries).toMatchObject([
    { operation: 'sign', key: 'sign', status: 429 },
    { operation: 'sign', key: 'sign', status: 200, version: id.split('/').at(-1) },
  ])
})

test('a vault that is away answers 503', async () => {
  await control('behaviour', 'PUT', { away: true })
  const refused = keyClient().getKey('wrap')
  await expect(refused).rejects.toMatchObject({ statusCode: 503 })
  await control('behaviour', 'PUT', {})
})

test('keys kept in a file open after a restart what they wrapped before', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'key-vault-'))
  const options = { port: 0, token: TOKEN, keys: ['wrap'], persistTo: join(folder, 'keys', 'keys.json') }
  const first = await startKeyVault(options)
  const { result } = await cryptography(`${first.url}/keys/wrap`).wrapKey('RSA-OAEP-256', Buffer.from('secret'))
  await first.close()

  const second = await startKeyVault(options)
  const opened = await cryptography(`${second.url}/keys/wrap`).unwrapKey('RSA-OAEP-256', result)
  expect(Buffer.from(opened.result).toString()).toBe('secret')
  await second.close()
  await rm(folder, { recursive: true })
})

test('a disabled version does not even tell its public half', async () => {
  const client = keyClient()
  const { name, properties } = await client.createRsaKey('hidden', { keySize: 3072 })
  const version = properties.version ?? ''
  await control(`keys/${name}/${version}`, 'PUT', { enabled: false })
  await expect(client.getKey(name, { version })).rejects.toMatchObject({ statusCode: 403, code: 'Forbidden' })
  await control(`keys/${name}/${version}`, 'PUT', { enabled: true })
  await expect(client.getKey(name, { version })).resolves.toBeDefined()
})

test('an expired version unwraps and verifies what it protected, and wraps and signs nothing new', async () => {
  const client = keyClient()
  const { id = '', name, properties } = await client.createRsaKey('expired', { keySize: 3072 })
  const cipher = cryptography(id)
  const { result: wrapped } = await cipher.wrapKey('RSA-OAEP-256', randomBytes(32))
  await client.updateKeyProperties(name, properties.version ?? '', { expiresOn: new Date(Date.now() - 1000) })
  const raw = (operation: string, body: object) =>
    fetch(`${id}/${operation}?api-version=2025-07-01`, {
      ...{ method: 'POST', headers: { authorization: `Bearer ${TOKEN}` } },
      body: JSON.stringify(body),
    })
  const value = Buffer.from(wrapped).toString('base64url')
  expect((await raw('unwrapkey', { alg: 'RSA-OAEP-256', value })).status).toBe(200)
  const refused = await raw('sign', { alg: 'PS256', value: sha256('x').toString('base64url') })
  expect(refused.status).toBe(403)
  expect(await refused.json()).toMatchObject({ error: { innererror: { code: 'KeyNotYetValidOrExpired' } } })
})

test('the control address makes a new version', async () => {
  const { keyId } = await (await control('keys/wrap/rotate', 'POST')).json()
  expect(await currentId('wrap')).toBe(`${vault.url}/keys/${keyId}`)
})
