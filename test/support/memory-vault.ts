import {
  constants,
  generateKeyPairSync,
  type KeyObject,
  privateDecrypt,
  publicEncrypt,
  sign,
  verify,
} from 'node:crypto'
import { SyncError } from '../../shared/core/errors.ts'
import type { Vault } from '../../shared/crypto/ports.ts'

const OAEP = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' } as const
const PS256 = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } as const

/** What a vault does with one of its keys. */
export interface VaultKey {
  encrypt(plaintext: Uint8Array): Uint8Array
  /** @throws when it was encrypted under another key. */
  decrypt(wrapped: Uint8Array): Uint8Array
  sign(message: Uint8Array): Uint8Array
  verify(message: Uint8Array, signature: Uint8Array): boolean
}

type Role = 'wrapping' | 'signing'

/** The vault of a test, without network: real RSA unless it is given other keys. */
export interface MemoryVault extends Vault {
  /** Private-key operations that succeeded. */
  readonly operations: { unwrap: number; sign: number }
  /** While true every method fails with `VAULT_UNAVAILABLE`. */
  away: boolean
  /** What an attacker knows too. */
  readonly wrappingPublicKey: KeyObject
  /** Versions that are refused with 403, as `<name>/<version>`. */
  readonly disabled: Set<string>
  /** Makes a new version of one key. @returns its id. */
  rotate(role: Role): string
}

interface Options {
  /** 2048 is a few times faster to use than the 3072 bits of the real vault, and enough where many rings are made. */
  readonly modulusLength?: 1024 | 2048 | 3072
  /** The key of an id. */
  readonly keys?: (keyId: string) => VaultKey
}

interface KeyPair {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

// Making a key pair takes up to a second, so all vaults of a process share theirs.
const pairs = new Map<string, KeyPair>()

function pairOf(keyId: string, modulusLength: number): KeyPair {
  const slot = `${keyId} ${modulusLength}`
  const pair = pairs.get(slot) ?? generateKeyPairSync('rsa', { modulusLength })
  pairs.set(slot, pair)
  return pair
}

function rsaKey({ publicKey, privateKey }: KeyPair): VaultKey {
  return {
    encrypt: (plaintext) => publicEncrypt({ key: publicKey, ...OAEP }, plaintext),
    decrypt: (wrapped) => privateDecrypt({ key: privateKey, ...OAEP }, wrapped),
    sign: (message) => sign('sha256', message, { key: privateKey, ...PS256 }),
    verify: (message, signature) => verify('sha256', message, { key: publicKey, ...PS256 }, signature),
  }
}

export function createMemoryVault({ modulusLength = 3072, keys }: Options = {}): MemoryVault {
  const keyOf = keys ?? ((keyId: string) => rsaKey(pairOf(keyId, modulusLength)))
  const newest = { wrapping: 1, signing: 1 }
  const currentOf = (role: Role) => `${role}-key/${newest[role]}`

  function use(role: Role, keyId = currentOf(role)): VaultKey {
    if (vault.disabled.has(keyId))
      throw new SyncError('VAULT_UNAVAILABLE', 'version is disabled', { facts: { operation: role, status: 403 } })
    return keyOf(keyId)
  }

  const isKnown = (role: Role, keyId: string) => {
    const [name, version] = keyId.split('/')
    return name === `${role}-key` && /^[1-9]$/.test(version ?? '') && Number(version) <= newest[role]
  }

  const vault: MemoryVault = {
    operations: { unwrap: 0, sign: 0 },
    away: false,
    get wrappingPublicKey() {
      return pairOf('wrapping-key/1', modulusLength).publicKey
    },
    disabled: new Set(),
    rotate(role) {
      newest[role] += 1
      return currentOf(role)
    },
    async wrap(plaintext) {
      enter()
      return { keyId: currentOf('wrapping'), wrapped: use('wrapping').encrypt(plaintext) }
    },
    async unwrap(keyId, wrapped) {
      enter()
      if (!isKnown('wrapping', keyId)) throw new SyncError('KEY_RECORD_FORGED', 'wrapped by another key')
      const plaintext = use('wrapping', keyId).decrypt(wrapped)
      vault.operations.unwrap += 1
      return plaintext
    },
    async sign(message) {
      enter()
      const key = use('signing')
      vault.operations.sign += 1
      return { keyId: currentOf('signing'), signature: key.sign(message) }
    },
    async verify(keyId, message, signature) {
      enter()
      if (!isKnown('signing', keyId)) return false
      return use('signing', keyId).verify(message, signature)
    },
    async current() {
      enter()
      return { wrapping: currentOf('wrapping'), signing: currentOf('signing') }
    },
  }

  function enter(): void {
    if (vault.away) throw new SyncError('VAULT_UNAVAILABLE', 'vault is away')
  }

  return vault
}
