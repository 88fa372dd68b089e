import type { Log } from '../core/log.ts'
import { type Clock, epochMs, seconds } from '../core/time.ts'
import type { Schedule } from '../pull/due.ts'
import type { Waking } from '../push/ports.ts'
import type { Waker } from './service-bus.ts'
import { wakeOrLeave } from './wake-or-leave.ts'

interface Dependencies {
  readonly waker: Waker
  readonly schedule: Schedule
  readonly clock: Clock
  readonly log: Log
}

/** Plans of actions come together at every other half minute, so that a burst of them is one plan. */
const PLANS_EVERY = seconds(30)

/**
 * Wakes an account whose action has been stored. The schedule wakes it once more soon after: the queue may not take the
 * wake-up, and the process may end between storing and waking.
 */
export function createWaking({ waker, schedule, clock, log }: Dependencies): Waking {
  return {
    async expect(account) {
      await schedule.plan(account, epochMs((Math.ceil(clock.now() / PLANS_EVERY) + 1) * PLANS_EVERY))
    },
    async wake(account) {
      await wakeOrLeave({ waker, log }, { account, reason: 'asked' }, 'action-waits-for-timer')
    },
  }
}
