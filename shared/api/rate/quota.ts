import type { EpochMs } from '../../core/time.ts'
import type { RateCounters } from '../../storage/rates.ts'

/** So many points in each window of so many seconds. */
export interface Policy {
  readonly name: string
  readonly limit: number
  readonly seconds: number
}

/** What is left of a policy for one subject. */
export interface QuotaState {
  readonly policy: Policy
  readonly remaining: number
  /** Until the next window. */
  readonly resetMs: number
}

/** The points this instance holds of one policy for one subject. */
export interface Quota {
  /** @returns whether there were as many points; none are taken when there were not. */
  take(points: number, now: EpochMs): Promise<boolean>
  /** Gives points back that were taken in this window. */
  giveBack(points: number, now: EpochMs): void
  state(now: EpochMs): QuotaState
}

/** Each instance gives out a twentieth of a window without asking, and then asks for a tenth at a time. */
const FREE = 1 / 20
const CHUNK = 1 / 10

interface Dependencies {
  readonly counters: Pick<RateCounters, 'take'>
  /** Told when the counters cannot be asked: the rest of the window is given out without them. */
  readonly away: (error: unknown) => void
}

/**
 * Points are fetched in chunks from a counter that all instances share, so that most requests cost no table request, and
 * those of a subject that asks little none at all. When the counter cannot be asked, an instance gives out as much as if it
 * were the only one. Together n instances give out at most the limit and n times the free points, unless the counter is
 * away.
 */
export function createQuota({ counters, away }: Dependencies, subject: string, policy: Policy): Quota {
  const { name, limit, seconds } = policy
  const length = seconds * 1000
  const free = Math.ceil(limit * FREE)
  const chunk = Math.ceil(limit * CHUNK)
  let held = begun(-1)
  let asking: Promise<void> | undefined

  /**
   * `wanted`: what requests are waiting for; `got`: all that this instance was given in the window; `taken`: what all
   * instances have, as far as it knows.
   */
  function begun(window: number) {
    return { window, available: free, wanted: 0, got: free, taken: free, hasAsked: false, isFull: false }
  }

  function current(now: EpochMs) {
    const window = Math.floor(now / length)
    // A request that has waited asks for a window that may be over: it counts in the one that is now.
    if (window > held.window) held = begun(window)
    return held
  }

  async function ask(own: ReturnType<typeof begun>): Promise<void> {
    const wanted = Math.max(own.wanted - own.available, chunk)
    const spent = own.hasAsked ? 0 : free
    const answer = await counters
      .take({ subject, policy: name, window: own.window, limit }, spent, wanted)
      .catch((error: unknown) => {
        away(error)
        return { got: limit - own.got, taken: limit, isAway: true }
      })
    own.hasAsked = true
    own.available += answer.got
    own.got += answer.got
    own.taken = answer.taken
    own.isFull = answer.got < wanted || 'isAway' in answer
  }

  async function take(points: number, now: EpochMs): Promise<boolean> {
    const own = current(now)
    own.wanted += points
    while (own.available < points && !own.isFull) {
      asking ??= ask(own).finally(() => {
        asking = undefined
      })
      await asking
    }
    own.wanted -= points
    if (own.available < points) return false
    own.available -= points
    return true
  }

  return {
    take,
    giveBack(points, now) {
      current(now).available += points
    },
    state(now) {
      const { window, available, taken, isFull } = current(now)
      const elsewhere = isFull ? 0 : Math.max(0, limit - taken)
      return { policy, remaining: Math.min(limit, available + elsewhere), resetMs: (window + 1) * length - now }
    },
  }
}
