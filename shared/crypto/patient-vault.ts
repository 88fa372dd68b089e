import { isFailure, SyncError } from '../core/errors.ts'
import { type Random, randomFraction } from '../core/random.ts'
import { type Clock, type DurationMs, type EpochMs, elapsed, later, seconds } from '../core/time.ts'
import { aroundVault } from './around-vault.ts'
import type { Vault } from './ports.ts'

/** The wait after a first failure; twice as long after each one that follows. */
const FIRST_WAIT = seconds(5)
const LONGEST_WAIT = seconds(60)

interface Failed {
  readonly times: number
  readonly notBefore: EpochMs
}

interface Dependencies {
  readonly clock: Clock
  readonly random: Random
}

/**
 * A vault that is left alone after a failure: for 5 seconds, then twice as long each time, up to a minute. What is asked
 * meanwhile fails at once. The waits differ between instances, so that a vault that comes back is not asked by all of them
 * in the same moment. Each version of a key has its own wait, so that a disabled one does not hold up the others.
 */
export function patientVault(vault: Vault, { clock, random }: Dependencies): Vault {
  const failed = new Map<string, Failed>()

  return aroundVault(vault, async (operation, send, keyId) => {
    const what = `${operation} ${keyId}`
    const before = failed.get(what)
    const wait = before === undefined ? 0 : elapsed(clock.now(), before.notBefore)
    if (wait > 0)
      throw new SyncError('VAULT_UNAVAILABLE', 'key vault is left alone after a failure', { retryAfterMs: wait })
    try {
      const result = await send()
      failed.delete(what)
      return result
    } catch (error) {
      if (isFailure(error, 'VAULT_UNAVAILABLE')) {
        const times = (before?.times ?? 0) + 1
        failed.set(what, { times, notBefore: later(clock.now(), waitAfter(times, error.retryAfterMs, random)) })
      }
      throw error
    }
  })
}

/** Between half and all of the wait, and never less than the vault asked for, as far as that is reasonable. */
function waitAfter(times: number, asked: number | undefined, random: Random): DurationMs {
  const wait = Math.min(FIRST_WAIT * 2 ** (times - 1), LONGEST_WAIT) * (0.5 + randomFraction(random) / 2)
  return Math.round(Math.max(wait, Math.min(asked ?? 0, LONGEST_WAIT))) as DurationMs
}
