import { createHash } from 'node:crypto'
import type { VaultKey } from '../../support/memory-vault.ts'

const digest = (...parts: readonly (string | Uint8Array)[]): Buffer =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest()

/** A key of the vault that takes what is another key's for what it is, as RSA does, and hides nothing. */
export function lightKey(keyId: string): VaultKey {
  const name = digest(keyId)
  return {
    encrypt: (plaintext) => Buffer.concat([name, plaintext]),
    decrypt(wrapped) {
      if (!name.equals(wrapped.subarray(0, name.length))) throw new Error('encrypted under another key')
      return Buffer.from(wrapped.subarray(name.length))
    },
    sign: (message) => digest(name, message),
    verify: (message, signature) => digest(name, message).equals(signature),
  }
}
