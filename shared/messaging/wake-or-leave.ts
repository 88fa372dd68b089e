import { isFailure } from '../core/errors.ts'
import { failureFacts, type Log } from '../core/log.ts'
import type { Waker } from './service-bus.ts'
import type { WakeUp } from './wake-up.ts'

interface Dependencies {
  readonly waker: Waker
  readonly log: Log
}

/**
 * Wakes an account that a timer finds as well: what has been stored is good without the queue.
 * @param event of the line when the queue does not take it.
 * @returns whether the queue has taken it.
 */
export async function wakeOrLeave({ waker, log }: Dependencies, wakeUp: WakeUp, event: string): Promise<boolean> {
  try {
    await waker.wake([wakeUp])
    return true
  } catch (error) {
    if (!isFailure(error, 'QUEUE_UNAVAILABLE')) throw error
    log('warn', event, { account: wakeUp.account, ...failureFacts(error) })
    return false
  }
}
