import { createHmac, hkdfSync } from 'node:crypto'
import { canonical } from './canonical.ts'
import type { BlindIndex, BlindPurpose } from './ports.ts'

const TOKEN_CHARACTERS = 22

/**
 * Names and authentication codes under the root secret: HMAC-SHA-256 with one key for each purpose, derived with
 * HKDF-SHA-512 and the purpose as its label. Works in memory only, so it may be used where no vault may be asked.
 * @param rootSecret 32 secret bytes; copied, so the caller may wipe its own
 */
export function createBlindIndex(rootSecret: Uint8Array): BlindIndex {
  const root = Buffer.from(rootSecret)
  const keys = new Map<BlindPurpose, Buffer>()

  function keyFor(purpose: BlindPurpose): Buffer {
    const known = keys.get(purpose)
    if (known !== undefined) return known
    const derived = Buffer.from(hkdfSync('sha512', root, '', `microsoft-365-sync/blind/v1/${purpose}`, 32))
    keys.set(purpose, derived)
    return derived
  }

  const mac = (purpose: BlindPurpose, ...parts: readonly string[]): Buffer =>
    createHmac('sha256', keyFor(purpose))
      .update(canonical(...parts))
      .digest()

  return {
    mac,
    token: (purpose, ...parts) =>
      mac(purpose, ...parts)
        .toString('base64url')
        .slice(0, TOKEN_CHARACTERS),
  }
}
