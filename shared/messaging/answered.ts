import { boundedMap } from '../core/bounded-map.ts'
import { type Clock, type DurationMs, type EpochMs, earlier, elapsed, epochMs, minutes } from '../core/time.ts'
import type { WakeUp } from './wake-up.ts'

/** What the visits of this instance have done, so that a hundred notifications about one mailbox become a few visits. */
export interface Answered {
  /**
   * Whether a visit that began after the wake-up was stored has done what it asks for, or has sent a wake-up that will.
   * @param storedAt when the queue stored it, by the clock of the queue.
   */
  isAnswered(wakeUp: WakeUp, storedAt: EpochMs): boolean
  /** Notes when a visit begins. @returns what is to be told how it has ended. */
  begin(wakeUp: WakeUp): Visiting
}

interface Visiting {
  /** There is nothing left to do. */
  done(): void
  /** A wake-up for the rest was sent. */
  again(next: WakeUp): void
  /** The same, and nobody can do anything for the account before its time. */
  held(next: WakeUp): void
}

/** Until when the wake-ups of one kind are answered. */
interface Until {
  /** By when they were stored. */
  readonly stored: EpochMs
  /** By when they are to be handled, where a visit has sent them for what it left undone: of two of them one is enough. */
  readonly repeated: EpochMs
}

/** What is remembered of many accounts; a wake-up of a forgotten one is a visit too many. */
const MOST = 4_000
/** What was put off for longer may be done sooner for another reason, by an instance that this one hears nothing of. */
const SOON = minutes(1)
const NEVER = epochMs(Number.NEGATIVE_INFINITY)

/**
 * The clocks of the queue and of the instance may differ, and nobody has to know by how much: no message is taken before
 * it is stored, so the queue's clock is behind by no more than the shortest time that a message seems to have waited. Of
 * the wake-ups for what was left undone, the one with the latest time is answered by none of the others.
 */
export function createAnswered(clock: Clock): Answered {
  const answered = boundedMap<Until>(MOST)
  let shortestWait = Number.POSITIVE_INFINITY as DurationMs

  function note({ account, reason, calendar }: WakeUp, stored: EpochMs, repeated: EpochMs): void {
    answered.set(applied(account), { stored, repeated })
    if (reason === 'notified') answered.set(read(account, calendar), { stored, repeated })
  }

  function isBefore({ notBefore }: WakeUp, storedAt: EpochMs, key: string): boolean {
    const { stored, repeated } = answered.get(key) ?? { stored: NEVER, repeated: NEVER }
    return notBefore === undefined ? storedAt < stored : notBefore < repeated
  }

  return {
    isAnswered(wakeUp, storedAt) {
      const { account, reason, calendar } = wakeUp
      shortestWait = Math.min(shortestWait, elapsed(storedAt, clock.now())) as DurationMs
      if (reason === 'asked' || reason === 'continued') return isBefore(wakeUp, storedAt, applied(account))
      if (reason !== 'notified') return false
      return [read(account, calendar), read(account)].some((key) => isBefore(wakeUp, storedAt, key))
    },
    begin(wakeUp) {
      const began = clock.now()
      const from = earlier(began, shortestWait)
      const timeOf = ({ notBefore = began }: WakeUp) => (elapsed(began, notBefore) <= SOON ? notBefore : began)
      return {
        done: () => note(wakeUp, from, from),
        again: (next) => note(next, from, timeOf(next)),
        held: (next) => note(next, earlier(timeOf(next), shortestWait), timeOf(next)),
      }
    },
  }
}

/** Every visit applies what was asked for, and goes on with what was begun. */
const applied = (account: string): string => `${account} applied`

/** Only a visit that was told of a calendar is sure to read it. */
const read = (account: string, calendar = 'all'): string => `${account} ${calendar}`
