import { type Random, randomId } from '../../../shared/core/random.ts'
import { type Clock, type DurationMs, seconds } from '../../../shared/core/time.ts'
import { ApiError } from './connection.ts'

/** How long a deletion can be undone: FlowAgent keeps it to itself for this time. */
const HELD = seconds(6)
const FIRST_PAUSE = seconds(1)
const LONGEST_PAUSE = seconds(15)
const MOST_TRIES = 200

/** Deletions that wait for a change of mind. They are sent in the end whatever the page does. */
export interface HeldDeletions<Deletion> {
  /** @returns the name to take it back by. */
  hold(deletion: Deletion): string
  /** @returns whether it will not be sent now: false when it is too late, or when the deletion may not be taken back. */
  takeBack(id: string, may: (deletion: Deletion) => boolean): boolean
  /** Those that are held or on their way. */
  all(): Deletion[]
  /** Sends these now, and waits until that is done. */
  sendNow(which: (deletion: Deletion) => boolean): Promise<void>
}

interface Held<Deletion> {
  deletion: Deletion
  sending?: Promise<void>
}

interface Dependencies<Deletion> {
  clock: Clock
  random: Random
  /** @throws ApiError when it is to be tried again. */
  send: (deletion: Deletion) => Promise<void>
  /** It was not accepted, and there is no use in trying on. */
  onFailure: (deletion: Deletion, error: ApiError) => void
}

export function createHeldDeletions<Deletion>(dependencies: Dependencies<Deletion>): HeldDeletions<Deletion> {
  const { clock, random, send, onFailure } = dependencies
  const held = new Map<string, Held<Deletion>>()

  async function trySending(deletion: Deletion, tries: number): Promise<void> {
    let pause: DurationMs = FIRST_PAUSE
    for (let attempt = 1; ; attempt++) {
      try {
        return await send(deletion)
      } catch (error) {
        if (!(error instanceof ApiError)) throw error
        const isWorthMore = error.failure === 'unreachable' || error.failure === 'throttled'
        if (!isWorthMore || attempt >= tries) return onFailure(deletion, error)
      }
      await clock.sleep(pause)
      pause = Math.min(pause * 2, LONGEST_PAUSE) as DurationMs
    }
  }

  function start(id: string, tries: number): Promise<void> {
    const entry = held.get(id)
    if (entry === undefined) return Promise.resolve()
    entry.sending ??= trySending(entry.deletion, tries).finally(() => held.delete(id))
    return entry.sending
  }

  return {
    hold(deletion) {
      const id = randomId(random)
      held.set(id, { deletion })
      void clock.sleep(HELD).then(() => start(id, MOST_TRIES))
      return id
    },
    takeBack(id, may) {
      const entry = held.get(id)
      if (entry === undefined || entry.sending !== undefined || !may(entry.deletion)) return false
      return held.delete(id)
    },
    all: () => [...held.values()].map(({ deletion }) => deletion),
    async sendNow(which) {
      const chosen = [...held].filter(([, { deletion }]) => which(deletion))
      await Promise.all(chosen.map(([id]) => start(id, 1)))
    },
  }
}
