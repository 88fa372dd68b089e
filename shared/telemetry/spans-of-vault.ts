import type { Telemetry } from '../core/telemetry.ts'
import { aroundVault } from '../crypto/around-vault.ts'
import type { Vault } from '../crypto/ports.ts'

/** A vault whose every operation has a span. Most of `wrap` and `verify` is done here and asks the vault for nothing. */
export const vaultInSpans = (vault: Vault, telemetry: Telemetry): Vault =>
  aroundVault(vault, (operation, ask) => telemetry.span(`vault ${operation}`, { kind: 'client' }, ask))
