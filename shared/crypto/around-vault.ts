import type { Vault } from './ports.ts'

/** @param keyId the version of a key that is asked for; undefined where it is the current one. */
type Around = <Result>(operation: keyof Vault, ask: () => Promise<Result>, keyId?: string) => Promise<Result>

/** The same vault, of which `around` does each operation. */
export const aroundVault = (vault: Vault, around: Around): Vault => ({
  wrap: (plaintext) => around('wrap', () => vault.wrap(plaintext)),
  unwrap: (keyId, wrapped) => around('unwrap', () => vault.unwrap(keyId, wrapped), keyId),
  sign: (message) => around('sign', () => vault.sign(message)),
  verify: (keyId, message, signature) => around('verify', () => vault.verify(keyId, message, signature), keyId),
  current: () => around('current', () => vault.current()),
})
