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

interface KeyPair {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

type Role = 'wrapping' | 'signing'

/** The vault of a test: real RSA, no network. */
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
}

// Making a key pair takes up to a second, so all vaults of a process share theirs.
const pairs = new Map<string, KeyPair>()

function pairOf(keyId: string, modulusLength: number): KeyPair {
  const slot = `${keyId} ${modulusLength}`
  const pair = pairs.get(slot) ?? generateKeyPairSync('rsa', { modulusLength })
  pairs.set(slot, pair)
  return pair
}

export function createMemoryVault({ modulusLength = 3072 }: Options = {}): MemoryVault {
  const newest = { wrapping: 1, signing: 1 }
  const currentOf = (role: Role) => `${role}-key/${newest[role]}`

  function use(role: Role, keyId = currentOf(role)): KeyPair {
    checkIsThere()
    if (vault.disabled.has(keyId))
      throw new SyncError('VAULT_UNAVAILABLE', 'version is disabled', { facts: { operation: role, status: 403 } })
    return pairOf(keyId, modulusLength)
  }

  const isKnown = (role: Role, keyId: string) => {
    const [name, version] = keyId.split('/')
    return name === `${role}-key` && /^[1-9]$/.test(version ?? '') && Number(version) <= newest[role]
  }

  const vault: MemoryVault = {
    operations: { unwrap: 0, sign: 0 },
    away: false,
    wrappingPublicKey: pairOf('wrapping-key/1', modulusLength).publicKey,
    disabled: new Set(),
    rotate(role) {
      newest[role] += 1
      return currentOf(role)
    },
    async wrap(plaintext) {
      const { publicKey } = use('wrapping')
      return { keyId: currentOf('wrapping'), wrapped: publicEncrypt({ key: publicKey, ...OAEP }, plaintext) }
    },
    async unwrap(keyId, wrapped) {
      checkIsThere()
      if (!isKnown('wrapping', keyId)) throw new SyncError('KEY_RECORD_FORGED', 'wrapped by another key')
      const plaintext = privateDecrypt({ key: use('wrapping', keyId).privateKey, ...OAEP }, wrapped)
      vault.operations.unwrap += 1
      return plaintext
    },
    async sign(message) {
      const { privateKey } = use('signing')
      vault.operations.sign += 1
      return { keyId: currentOf('signing'), signature: sign('sha256', message, { key: privateKey, ...PS256 }) }
    },
    async verify(keyId, message, signature) {
      checkIsThere()
      if (!isKnown('signing', keyId)) return false
      return verify('sha256', message, { key: use('signing', keyId).publicKey, ...PS256 }, signature)
    },
    async current() {
      checkIsThere()
      return { wrapping: currentOf('wrapping'), signing: currentOf('signing') }
    },
  }

  function checkIsThere(): void {
    if (vault.away) throw new SyncError('VAULT_UNAVAILABLE', 'vault is away')
  }

  return vault
}
