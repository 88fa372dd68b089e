import { boundedMap } from '../core/bounded-map.ts'
import { SyncError } from '../core/errors.ts'
import { type Clock, type EpochMs, elapsed, later, minutes } from '../core/time.ts'

const WINDOW = minutes(1)
/** Nobody who holds the secret fails at all, so this is generous. */
const MAX_FAILURES = 30
/** Keys remembered at most; a flood of new ones pushes out the oldest. */
const MAX_KEYS = 10_000

/** Counts attempts in this process that failed, or that cost more than they bring, to slow down whoever makes many. */
export interface Attempts {
  /** @throws SyncError `RATE_LIMITED` when there were too many of `key` within the last minute. */
  check(key: string): void
  failed(key: string): void
}

/** @param most of a key within a minute. */
export function createAttempts(clock: Clock, most = MAX_FAILURES): Attempts {
  const counts = boundedMap<{ failures: number; until: EpochMs }>(MAX_KEYS)

  const current = (key: string) => {
    const count = counts.get(key)
    return count !== undefined && clock.now() < count.until ? count : undefined
  }

  return {
    check(key) {
      const count = current(key)
      if (count === undefined || count.failures < most) return
      const retryAfterMs = elapsed(clock.now(), count.until)
      throw new SyncError('RATE_LIMITED', 'too many attempts', { retryAfterMs })
    },
    failed(key) {
      const count = current(key) ?? { failures: 0, until: later(clock.now(), WINDOW) }
      counts.set(key, { ...count, failures: count.failures + 1 })
    },
  }
}
