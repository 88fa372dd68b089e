import type { Vault } from './ports.ts'

type Around = <Result>(operation: keyof Vault, ask: () => Promise<Result>) => Promise<Result>

/** The same vault, of which `around` does each operation. */
export const aroundVault = (vault: Vault, around: Around): Vault => ({
  wrap: (plaintext) => around('wrap', () => vault.wrap(plaintext)),
  unwrap: (keyId, wrapped) => around('unwrap', () => vault.unwrap(keyId, wrapped)),
  sign: (message) => around('sign', () => vault.sign(message)),
  verify: (keyId, message, signature) => around('verify', () => vault.verify(keyId, message, signature)),
  current: () => around('current', () => vault.current()),
})
