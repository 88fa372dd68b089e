import type { Telemetry } from '../core/telemetry.ts'
import { type Clock, elapsed } from '../core/time.ts'
import { aroundVault } from '../crypto/around-vault.ts'
import type { Vault } from '../crypto/ports.ts'

/** The same vault, with the time that each operation takes. What a patient vault refuses by itself asks nobody: it goes around this one. */
export const measuredVault = (vault: Vault, { telemetry, clock }: { telemetry: Telemetry; clock: Clock }): Vault =>
  aroundVault(vault, async (operation, ask) => {
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
  })
