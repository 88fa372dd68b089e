import { boundedMap } from '../core/bounded-map.ts'
import { type Clock, type DurationMs, type EpochMs, earlier, elapsed, epochMs } from '../core/time.ts'
import type { WakeUp } from './wake-up.ts'

/** What the visits of this instance have done, so that a hundred notifications about one mailbox become a few visits. */
export interface Answered {
  /**
   * Whether a visit that began after the wake-up was stored has done what it asks for.
   * @param storedAt when the queue stored it, by the clock of the queue.
   */
  isAnswered(wakeUp: WakeUp, storedAt: EpochMs): boolean
  /** Notes when a visit begins. @returns what is to be called when it has ended with nothing left to do. */
  begin(wakeUp: WakeUp): () => void
}

/** What is remembered of many accounts; a wake-up of a forgotten one is a visit too many. */
const MOST = 4_000

/**
 * The clocks of the queue and of the instance may differ, and nobody has to know by how much: no message is taken before
 * it is stored, so the queue's clock is behind by no more than the shortest time that a message seems to have waited.
 */
export function createAnswered(clock: Clock): Answered {
  /** What was done, with the least that the queue's clock showed when the visit began. */
  const done = boundedMap<EpochMs>(MOST)
  let shortestWait = Number.POSITIVE_INFINITY as DurationMs

  const doneFrom = (key: string): EpochMs => done.get(key) ?? epochMs(Number.NEGATIVE_INFINITY)

  return {
    isAnswered({ account, reason, calendar }, storedAt) {
      shortestWait = Math.min(shortestWait, elapsed(storedAt, clock.now())) as DurationMs
      if (reason === 'asked') return storedAt < doneFrom(asked(account))
      if (reason !== 'notified') return false
      return storedAt < Math.max(doneFrom(read(account, calendar)), doneFrom(read(account)))
    },
    begin({ account, reason, calendar }) {
      const from = earlier(clock.now(), shortestWait)
      return () => {
        done.set(asked(account), from)
        if (reason === 'notified') done.set(read(account, calendar), from)
      }
    },
  }
}

/** Every visit applies what was asked for. */
const asked = (account: string): string => `${account} asked`

/** Only a visit that was told of a calendar is sure to read it. */
const read = (account: string, calendar = 'all'): string => `${account} ${calendar}`
