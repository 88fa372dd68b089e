import type { Delivery, Post } from '../../../shared/channels/ports.ts'
import type { DurationMs } from '../../../shared/core/time.ts'
import { remote, type Surroundings } from './instance-ports.ts'

/** A notification as it comes to an integrator. */
export interface Posted {
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

/** Who takes what comes to an address. */
export interface Receiver {
  take(posted: Posted): void
  /** It has said that it takes nothing any more. */
  gone(): void
}

/** The integrators' receivers, by their addresses. */
export interface ReceiverDesk {
  open(url: string, receiver: Receiver): void
  /** How many notifications have come to all of them. */
  readonly taken: number
  /** What one instance sends with. */
  postOf(surroundings: Surroundings): Post
}

/** An instance waits for an answer as long as this. */
const PATIENCE = 5_000

const failed = (reason: 'timed_out' | 'unreachable'): Delivery => ({ kind: 'failed', reason })

export function createReceiverDesk(): ReceiverDesk {
  const receivers = new Map<string, Receiver>()
  let taken = 0
  return {
    open: (url, receiver) => void receivers.set(url, receiver),
    get taken() {
      return taken
    },
    postOf: (surroundings) => async (url, headers, text) => {
      const { dice, isCut, scheduler } = surroundings
      const rates = surroundings.receivers()
      const receiver = receivers.get(url)
      const isSlow = dice.chance(rates.slow)
      const isLost = dice.chance(rates.lost)
      const isTaken = !isLost || dice.chance(0.5)
      const status = dice.chance(rates.gone) ? 410 : dice.chance(rates.fails) ? dice.pick([302, 404, 500, 503]) : 204
      const outcome = await remote(surroundings, `post ${new URL(url).hostname}`, (): Delivery => {
        if (isCut('receivers')) return failed('unreachable')
        taken += 1
        if (isTaken && status === 410) receiver?.gone()
        // Who refuses has not read it.
        if (isTaken && status === 204) receiver?.take({ headers, text })
        return isLost ? failed('unreachable') : { kind: 'answered', status }
      })
      if (!isSlow) return outcome
      await scheduler.clock(surroundings.owner).sleep(PATIENCE as DurationMs)
      return failed('timed_out')
    },
  }
}
