import type { Telemetry } from '../core/telemetry.ts'
import { type Clock, elapsed } from '../core/time.ts'
import type { Vault } from '../crypto/ports.ts'

/** The same vault, with the time that each operation takes. What a patient vault refuses by itself asks nobody: it goes around this one. */
export function measuredVault(vault: Vault, { telemetry, clock }: { telemetry: Telemetry; clock: Clock }): Vault {
  async function timed<Result>(operation: string, ask: () => Promise<Result>): Promise<Result> {
    const began = clock.now()
    const told = (outcome: string) =>
      telemetry.record('vault.duration', { operation, outcome }, elapsed(began, clock.now()))
    try {
      const result = await ask()
      told('ok')
      return result
    } catch (error) {
      told('failed')
      throw error
    }
  }
  return {
    wrap: (plaintext) => timed('wrap', () => vault.wrap(plaintext)),
    unwrap: (keyId, wrapped) => timed('unwrap', () => vault.unwrap(keyId, wrapped)),
    sign: (message) => timed('sign', () => vault.sign(message)),
    verify: (keyId, message, signature) => timed('verify', () => vault.verify(keyId, message, signature)),
    current: () => timed('current', () => vault.current()),
  }
}
