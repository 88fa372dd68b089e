import { type Clock, type EpochMs, elapsed, minutes } from '../../shared/core/time.ts'
import type { Vault } from '../../shared/crypto/ports.ts'

/** The vault as one instance uses it. */
export interface CountedVault extends Vault {
  /** How many requests `createVault` would have sent: a public key that it remembers is none. */
  requests(): number
}

/** How long the current version of a key is remembered; a version, by its id, for as long as the instance lives. */
const CURRENT_FOR = minutes(60)

/** The same vault, for one instance. `test/contract/counted-vault.test.ts` holds the count to the adapter's. */
export function createCountedVault(vault: Vault, clock: Clock): CountedVault {
  const currents = new Map<'wrapping' | 'signing', EpochMs>()
  const versions = new Set<string>()
  let requests = 0

  function readCurrent(name: 'wrapping' | 'signing'): void {
    const known = currents.get(name)
    if (known !== undefined && elapsed(known, clock.now()) < CURRENT_FOR) return
    requests += 1
    currents.set(name, clock.now())
  }

  function readVersion(keyId: string): void {
    if (!versions.has(keyId)) requests += 1
    versions.add(keyId)
  }

  return {
    requests: () => requests,
    async wrap(plaintext) {
      readCurrent('wrapping')
      return vault.wrap(plaintext)
    },
    async unwrap(keyId, wrapped) {
      requests += 1
      return vault.unwrap(keyId, wrapped)
    },
    async sign(message) {
      readCurrent('signing')
      requests += 1
      const signed = await vault.sign(message)
      versions.add(signed.keyId)
      return signed
    },
    async verify(keyId, message, signature) {
      readVersion(keyId)
      return vault.verify(keyId, message, signature)
    },
    async current() {
      currents.clear()
      for (const name of ['wrapping', 'signing'] as const) readCurrent(name)
      const { wrapping, signing } = await vault.current()
      versions.add(signing)
      return { wrapping, signing }
    },
  }
}
