import { asSyncError } from '../core/errors.ts'
import { failureFacts, type Log } from '../core/log.ts'
import type { Clock } from '../core/time.ts'
import type { Schedule } from '../pull/due.ts'
import type { Waking } from '../push/ports.ts'
import type { Waker } from './service-bus.ts'

interface Dependencies {
  readonly waker: Waker
  readonly schedule: Schedule
  readonly clock: Clock
  readonly log: Log
}

/**
 * Wakes an account whose action has been stored. When the queue does not take the wake-up, the schedule does: the request
 * is accepted either way.
 */
export function createWaking({ waker, schedule, clock, log }: Dependencies): Waking {
  return {
    async wake(account) {
      try {
        await waker.wake([{ account, reason: 'asked' }])
      } catch (error) {
        log('warn', 'action-waits-for-timer', { account, ...failureFacts(asSyncError(error)) })
        await schedule.plan(account, clock.now())
      }
    },
  }
}
