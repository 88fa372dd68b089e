import { boundedMap } from '../core/bounded-map.ts'
import { type EpochMs, elapsed, epochMs, minutes } from '../core/time.ts'
import type { QueueClock } from './queue-clock.ts'
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
  /** The same, and nothing can be done for the account before its time, as far as this visit knows. */
  held(next: WakeUp): void
}

/** Until when, by the queue's clock, wake-ups that ask for the same are answered. */
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

/** Of the wake-ups for what was left undone, the one with the latest time is answered by none of the others. */
export function createAnswered(queue: QueueClock): Answered {
  const answered = boundedMap<Until>(MOST)

  function note(wakeUp: WakeUp, stored: EpochMs, repeated: EpochMs): void {
    for (const key of [asked(wakeUp), applied(wakeUp)]) answered.set(key, { stored, repeated })
  }

  return {
    isAnswered(wakeUp, storedAt) {
      const { notBefore } = wakeUp
      return answersTo(wakeUp).some((key) => {
        const { stored, repeated } = answered.get(key) ?? { stored: NEVER, repeated: NEVER }
        return notBefore === undefined ? storedAt < stored : notBefore < repeated
      })
    },
    begin(wakeUp) {
      const from = queue.earliest()
      const until = ({ notBefore = from }: WakeUp) => (elapsed(queue.earliest(), notBefore) <= SOON ? notBefore : from)
      return {
        done: () => note(wakeUp, from, from),
        again: (next) => note(next, from, until(next)),
        held: (next) => note(next, until(next), until(next)),
      }
    },
  }
}

/** Wake-ups with the same key ask for the same. */
const asked = ({ account, reason, calendar, plannedFor, askedAt }: WakeUp): string =>
  [account, reason, calendar, plannedFor ?? askedAt].join(' ')

/** Every visit applies what integrators have asked for, and goes on with what was begun. */
const applied = ({ account }: WakeUp): string => `${account} applied`

/** Only a visit that was told of a calendar is sure to read it; one that was told of all of them reads each. */
function answersTo(wakeUp: WakeUp): readonly string[] {
  if (wakeUp.reason === 'asked' || wakeUp.reason === 'continued') return [applied(wakeUp)]
  return [asked(wakeUp), asked({ ...wakeUp, calendar: undefined })]
}
