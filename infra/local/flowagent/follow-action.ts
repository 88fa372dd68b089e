import type { Log } from '../../../shared/core/log.ts'
import { type Clock, type DurationMs, seconds } from '../../../shared/core/time.ts'
import { ApiError, type Connection } from './connection.ts'
import type { Action } from './wire.ts'
import type { Writes } from './writes.ts'

const FIRST_PAUSE = seconds(0.5)
const LONGEST_PAUSE = seconds(15)
/** A change that has had no outcome for this many looks, about half a day, is not asked about any more. */
const MOST_LOOKS = 3000

interface Dependencies {
  writes: Writes
  clock: Clock
  log: Log
  isClosed: () => boolean
}

/** Asks until the action has its outcome, quickly at first. @returns undefined when that can no longer be learnt. */
export async function followAction(
  { writes, clock, log, isClosed }: Dependencies,
  connection: Connection,
  id: string,
): Promise<Action | undefined> {
  let pause: DurationMs = FIRST_PAUSE
  for (let look = 0; look < MOST_LOOKS && !isClosed(); look++) {
    await clock.sleep(pause)
    if (isClosed()) return undefined
    try {
      const action = await writes.action(connection, id)
      if (action.state !== 'pending') return action
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      log('warn', 'flowagent-action-not-read', { failure: error.failure, status: error.status })
      if (error.failure === 'ended' || error.failure === 'refused') return undefined
    }
    pause = Math.min(pause * 1.5, LONGEST_PAUSE) as DurationMs
  }
  return undefined
}
