import type { Telemetry } from '../core/telemetry.ts'
import type { Vault } from '../crypto/ports.ts'

/** A vault whose every operation has a span. Most of `wrap` and `verify` is done here and asks the vault for nothing. */
export function vaultInSpans(vault: Vault, telemetry: Telemetry): Vault {
  const within = <Result>(operation: keyof Vault, work: () => Promise<Result>): Promise<Result> =>
    telemetry.span(`vault ${operation}`, { kind: 'client' }, work)
  return {
    wrap: (plaintext) => within('wrap', () => vault.wrap(plaintext)),
    unwrap: (keyId, wrapped) => within('unwrap', () => vault.unwrap(keyId, wrapped)),
    sign: (message) => within('sign', () => vault.sign(message)),
    verify: (keyId, message, signature) => within('verify', () => vault.verify(keyId, message, signature)),
    current: () => within('current', () => vault.current()),
  }
}
