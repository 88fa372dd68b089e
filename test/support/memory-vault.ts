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

const WRAPPING_KEY_ID = 'wrapping-key/1'
const SIGNING_KEY_ID = 'signing-key/1'
const OAEP = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' } as const
const PS256 = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } as const

interface KeyPair {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

/** The vault of a test: real RSA, no network. */
export interface MemoryVault extends Vault {
  /** Private-key operations that succeeded. */
  readonly operations: { unwrap: number; sign: number }
  /** While true every method fails with `VAULT_UNAVAILABLE`. */
  away: boolean
  /** What an attacker knows too. */
  readonly wrappingPublicKey: KeyObject
}

interface Options {
  /** 2048 is a few times faster to use than the 3072 bits of the real vault, and enough where many rings are made. */
  readonly modulusLength?: 2048 | 3072
}

// Making a key pair takes up to a second, so all vaults of a process share theirs.
const pairs = new Map<string, KeyPair>()

function pairOf(name: string, modulusLength: number): KeyPair {
  const slot = `${name} ${modulusLength}`
  const pair = pairs.get(slot) ?? generateKeyPairSync('rsa', { modulusLength })
  pairs.set(slot, pair)
  return pair
}

export function createMemoryVault({ modulusLength = 3072 }: Options = {}): MemoryVault {
  const wrapping = pairOf('wrapping', modulusLength)
  const signing = pairOf('signing', modulusLength)
  const vault: MemoryVault = {
    operations: { unwrap: 0, sign: 0 },
    away: false,
    wrappingPublicKey: wrapping.publicKey,
    async wrap(plaintext) {
      checkIsThere()
      return { keyId: WRAPPING_KEY_ID, wrapped: publicEncrypt({ key: wrapping.publicKey, ...OAEP }, plaintext) }
    },
    async unwrap(keyId, wrapped) {
      checkIsThere()
      if (keyId !== WRAPPING_KEY_ID) throw new SyncError('KEY_RECORD_FORGED', 'wrapped by another key')
      const plaintext = privateDecrypt({ key: wrapping.privateKey, ...OAEP }, wrapped)
      vault.operations.unwrap += 1
      return plaintext
    },
    async sign(message) {
      checkIsThere()
      vault.operations.sign += 1
      return { keyId: SIGNING_KEY_ID, signature: sign('sha256', message, { key: signing.privateKey, ...PS256 }) }
    },
    async verify(keyId, message, signature) {
      checkIsThere()
      return keyId === SIGNING_KEY_ID && verify('sha256', message, { key: signing.publicKey, ...PS256 }, signature)
    },
  }

  function checkIsThere(): void {
    if (vault.away) throw new SyncError('VAULT_UNAVAILABLE', 'vault is away')
  }

  return vault
}
