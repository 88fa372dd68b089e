import type { Clock } from '../../../shared/core/time.ts'
import { seconds } from '../../../shared/core/time.ts'
import { away, throttled } from './errors.ts'

const WINDOW = seconds(10)

/** How the vault behaves towards its clients; a test changes it through `PUT /_control/behaviour`. */
export interface Behaviour {
  /** Operations let through in any 10 seconds; the rest are answered with 429. No limit when absent. */
  limitPer10Seconds?: number | undefined
  /** Added to every answer, in milliseconds. */
  latencyMs: number
  /** Answers everything with 503. */
  away: boolean
}

export const CALM: Behaviour = { latencyMs: 0, away: false }

/**
 * Counts the operations of the last 10 seconds. Refused ones do not count against the limit.
 * @see https://learn.microsoft.com/azure/key-vault/general/overview-throttling
 */
export function createGate(clock: Clock) {
  let passed: number[] = []
  let peak = 0
  return {
    /** The most operations that were let through in any 10 seconds, since the last call. */
    takePeak(): number {
      const most = peak
      peak = 0
      return most
    },
    /** @throws VaultRefusal `Throttled` or `ServiceUnavailable` */
    enter({ away: isAway, limitPer10Seconds = Number.POSITIVE_INFINITY }: Behaviour): void {
      const now = clock.now()
      if (isAway) throw away()
      passed = passed.filter((at) => now - at < WINDOW)
      if (passed.length >= limitPer10Seconds) throw throttled()
      passed.push(now)
      peak = Math.max(peak, passed.length)
    },
  }
}

/** One answered request. Carries names and versions of keys, never a value. */
export interface LogEntry {
  operation: string
  key: string
  version: string | undefined
  status: number
}

/** How often each operation was answered with success. */
export function countOperations(entries: readonly LogEntry[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { operation, status } of entries) {
    if (status < 400) counts[operation] = (counts[operation] ?? 0) + 1
  }
  return counts
}
