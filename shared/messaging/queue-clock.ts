import { type Clock, type DurationMs, type EpochMs, earlier, elapsed, later, minutes } from '../core/time.ts'

/**
 * What messages tell of the queue's clock, which nobody has set by ours. No message is taken before it is stored, so the
 * queue's clock is behind ours by no more than the shortest time that a message seems to have waited.
 */
export interface QueueClock {
  /** @param storedAt when a message that was just taken was stored, by the clock of the queue. */
  taken(storedAt: EpochMs): void
  /** The least that it shows by now; long ago where no message has told anything. */
  earliest(): EpochMs
  /**
   * How long a message has to wait by our clock, by which it is sent, to wait about as long by the queue's. For a clock that
   * is behind, it would be there at once otherwise, again and again.
   */
  lasting(wait: DurationMs): DurationMs
}

/** Clocks are put right: what messages told is forgotten after one to two of these. */
const REMEMBERED = minutes(5)
const UNKNOWN = Number.POSITIVE_INFINITY as DurationMs

export function createQueueClock(clock: Clock): QueueClock {
  let [since, shortest, before] = [clock.now(), UNKNOWN, UNKNOWN]

  function forgetOld(now: EpochMs): void {
    const age = elapsed(since, now)
    if (age < REMEMBERED) return
    const isRecent = age < 2 * REMEMBERED
    before = isRecent ? shortest : UNKNOWN
    shortest = UNKNOWN
    since = isRecent ? later(since, REMEMBERED) : now
  }

  const shortestWait = () => Math.min(shortest, before) as DurationMs

  return {
    taken(storedAt) {
      const now = clock.now()
      forgetOld(now)
      shortest = Math.min(shortest, elapsed(storedAt, now)) as DurationMs
    },
    earliest: () => earlier(clock.now(), shortestWait()),
    lasting: (wait) => (wait + Math.max(0, -shortestWait())) as DurationMs,
  }
}
