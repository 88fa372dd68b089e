import { constants, createHash, createPublicKey, type KeyObject, publicEncrypt, verify } from 'node:crypto'
import type { CryptographyClient, KeyClient, KeyVaultKey } from '@azure/keyvault-keys'
import { SyncError } from '../core/errors.ts'
import { type Clock, type EpochMs, elapsed, hours, minutes } from '../core/time.ts'
import type { Vault } from './ports.ts'
import { vaultFailure } from './vault-failure.ts'

/** Whatever the Azure client libraries take as a token credential. */
export type VaultCredential = ConstructorParameters<typeof KeyClient>[1]

/** The names of the two keys in the vault. Both are RSA-3072: RSA-2048 gives less than 128 bits (ASVS 5.0, 11.2.3). */
export const VAULT_KEY_NAMES = { wrapping: 'wrapping-key', signing: 'signing-key' } as const

/** After a rotation new records go on using the previous version for at most this long. */
const CURRENT_VERSION_TTL = minutes(60)

/** One operation with all its attempts; the client library would wait as long as a Retry-After header says. */
const DEADLINE_MS = 15_000
const RETRIES = { maxRetries: 2, retryDelayInMs: 500, maxRetryDelayInMs: 4000 }

const OAEP_256 = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' } as const
/** The salt of PS256 is as long as its hash. @see https://www.rfc-editor.org/rfc/rfc7518#section-3.5 */
const PS256 = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } as const

interface Options {
  /** Without a slash at the end. `http:` is for the local stand-in only. */
  readonly url: string
  readonly credential: VaultCredential
  readonly clock: Clock
}

interface PublicKey {
  readonly keyId: string
  readonly key: KeyObject
}

/**
 * The two keys in Azure Key Vault. Unwrapping and signing happen there; wrapping and verifying happen here, because a
 * public key is enough for them and the client library sends RSA-OAEP-256 and PS256 to the vault even when it has it.
 */
export function createVault({ url, credential, clock }: Options): Vault {
  const read = createKeyReader({ url, credential })
  const versions = new Map<string, Promise<PublicKey>>()
  const currents = new Map<string, { at: EpochMs; key: Promise<PublicKey> }>()
  const cryptography = createCryptography({ url, credential })

  function versionOf(keyId: string): Promise<PublicKey> {
    return remember(versions, keyId, () => read(keyId))
  }

  async function currentOf(name: string): Promise<PublicKey> {
    const known = currents.get(name)
    if (known !== undefined && elapsed(known.at, clock.now()) < CURRENT_VERSION_TTL) return known.key
    const key = read(name)
    currents.set(name, { at: clock.now(), key })
    const current = await key.catch((error: unknown) => {
      currents.delete(name)
      throw error
    })
    versions.set(current.keyId, key)
    return current
  }

  /** What is known goes on being used where the vault does not answer. */
  async function currentNow(name: string): Promise<PublicKey> {
    const key = read(name)
    const current = await key
    currents.set(name, { at: clock.now(), key })
    versions.set(current.keyId, key)
    return current
  }

  return {
    async wrap(plaintext) {
      const { keyId, key } = await currentOf(VAULT_KEY_NAMES.wrapping)
      return { keyId, wrapped: publicEncrypt({ key, ...OAEP_256 }, plaintext) }
    },
    async unwrap(keyId, wrapped) {
      if (!isVersionOf(VAULT_KEY_NAMES.wrapping, keyId)) throw foreignKey()
      const client = await cryptography(keyId)
      return ask('unwrap', async (options) => (await client.unwrapKey('RSA-OAEP-256', wrapped, options)).result)
    },
    async sign(message) {
      const { keyId } = await currentOf(VAULT_KEY_NAMES.signing)
      const client = await cryptography(keyId)
      const digest = createHash('sha256').update(message).digest()
      const signature = await ask('sign', async (options) => (await client.sign('PS256', digest, options)).result)
      return { keyId, signature }
    },
    async verify(keyId, message, signature) {
      if (!isVersionOf(VAULT_KEY_NAMES.signing, keyId)) return false
      const { key } = await versionOf(keyId)
      return verify('sha256', message, { key, ...PS256 }, signature)
    },
    async current() {
      const { wrapping, signing } = VAULT_KEY_NAMES
      const [wrap, sign] = await Promise.all([currentNow(wrapping), currentNow(signing)])
      return { wrapping: wrap.keyId, signing: sign.keyId }
    },
  }
}

/** For a vault that knows no identities, such as the local stand-in. */
export const staticVaultCredential = (token: string, clock: Clock): VaultCredential => ({
  getToken: async () => ({ token, expiresOnTimestamp: clock.now() + hours(24) }),
})

type Access = Omit<Options, 'clock'>

/** Reads the public half of `<name>` (the current version) or `<name>/<version>`. */
function createKeyReader({ url, credential }: Access): (keyId: string) => Promise<PublicKey> {
  let client: Promise<KeyClient> | undefined
  return async (keyId) => {
    client ??= import('@azure/keyvault-keys').then(({ KeyClient }) => new KeyClient(url, credential, optionsFor(url)))
    const keys = await client
    const [name = '', version] = keyId.split('/')
    const options = version && { version }
    return ask('get', async (deadline) => publicKeyOf(await keys.getKey(name, { ...options, ...deadline })))
  }
}

/** One client for each version: the library's first request of a client is always refused, to learn where tokens are. */
function createCryptography({ url, credential }: Access): (keyId: string) => Promise<CryptographyClient> {
  const clients = new Map<string, Promise<CryptographyClient>>()
  return (keyId) =>
    remember(clients, keyId, async () => {
      const { CryptographyClient } = await import('@azure/keyvault-keys')
      const [name = '', version = ''] = keyId.split('/')
      const id = `${url}/keys/${keyId}`
      // With the bare id the library reads the key first, and then refuses to unwrap with a version that has expired.
      const key: KeyVaultKey = { id, name, properties: { name, version, vaultUrl: url } }
      return new CryptographyClient(key, credential, optionsFor(url))
    })
}

const optionsFor = (url: string) => ({
  retryOptions: RETRIES,
  ...(url.startsWith('http:') ? { allowInsecureConnection: true, disableChallengeResourceVerification: true } : {}),
})

async function ask<Result>(operation: string, send: (options: object) => Promise<Result>): Promise<Result> {
  try {
    return await send({ abortSignal: AbortSignal.timeout(DEADLINE_MS) })
  } catch (error) {
    throw vaultFailure(operation, error)
  }
}

function publicKeyOf({ name, properties, key }: KeyVaultKey): PublicKey {
  const { n, e } = key ?? {}
  if (n === undefined || e === undefined || !properties.version) throw new TypeError('answer is not an RSA key')
  const jwk = { kty: 'RSA', n: Buffer.from(n).toString('base64url'), e: Buffer.from(e).toString('base64url') }
  return { keyId: `${name}/${properties.version}`, key: createPublicKey({ key: jwk, format: 'jwk' }) }
}

const isVersionOf = (name: string, keyId: string): boolean =>
  keyId.startsWith(`${name}/`) && /^[0-9a-zA-Z]{1,64}$/.test(keyId.slice(name.length + 1))

const foreignKey = () => new SyncError('KEY_RECORD_FORGED', 'record names another wrapping key than ours')

function remember<Value>(map: Map<string, Promise<Value>>, key: string, make: () => Promise<Value>): Promise<Value> {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make().catch((error: unknown) => {
    map.delete(key)
    throw error
  })
  map.set(key, made)
  return made
}
