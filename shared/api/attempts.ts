import { boundedMap } from '../core/bounded-map.ts'
import { SyncError } from '../core/errors.ts'
import { type Clock, type EpochMs, elapsed, later, minutes } from '../core/time.ts'

const WINDOW = minutes(1)
/** Nobody who holds the secret fails at all, so this is generous. */
const MAX_FAILURES = 30
/** Keys remembered at most; a flood of new ones pushes out the oldest. */
const MAX_KEYS = 10_000

/** Counts failed attempts in this process, to slow down whoever guesses. */
export interface Attempts {
  /** @throws SyncError `RATE_LIMITED` when `key` failed too often within the last minute. */
  check(key: string): void
  failed(key: string): void
}

export function createAttempts(clock: Clock): Attempts {
  const counts = boundedMap<{ failures: number; until: EpochMs }>(MAX_KEYS)

  const current = (key: string) => {
    const count = counts.get(key)
    return count !== undefined && clock.now() < count.until ? count : undefined
  }

  return {
    check(key) {
      const count = current(key)
      if (count === undefined || count.failures < MAX_FAILURES) return
      const retryAfterMs = elapsed(clock.now(), count.until)
      throw new SyncError('RATE_LIMITED', 'too many failed attempts', { retryAfterMs })
    },
    failed(key) {
      const count = current(key) ?? { failures: 0, until: later(clock.now(), WINDOW) }
      counts.set(key, { ...count, failures: count.failures + 1 })
    },
  }
}
