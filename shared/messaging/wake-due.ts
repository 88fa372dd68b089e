import { isFailure } from '../core/errors.ts'
import type { Log } from '../core/log.ts'
import type { Clock } from '../core/time.ts'
import type { StoredSchedule } from '../storage/schedule.ts'
import type { Waker } from './service-bus.ts'

/**
 * Wakes every account whose planned visit is due. A plan is forgotten after its wake-up is stored: a crash in between
 * wakes twice, never not at all.
 * @returns how many accounts were woken.
 */
export async function wakeDue({
  schedule,
  waker,
  clock,
  log,
}: {
  schedule: StoredSchedule
  waker: Waker
  clock: Clock
  log: Log
}): Promise<number> {
  let woken = 0
  for await (const { account, done } of schedule.due(clock.now())) {
    await waker.wake([{ account, reason: 'due' }])
    await done().catch(ignoreForgotten)
    woken++
  }
  if (woken > 0) log('info', 'due-accounts-woken', { accounts: woken })
  return woken
}

/** Two ticks may overlap: the other one has forgotten the plan already. */
function ignoreForgotten(error: unknown): void {
  if (!isFailure(error, 'ROW_CHANGED')) throw error
}
