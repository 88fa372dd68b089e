import type { Log } from '../core/log.ts'
import { type Clock, type DurationMs, seconds } from '../core/time.ts'
import type { DueVisits, StoredSchedule } from '../storage/schedule.ts'
import type { Waker } from './service-bus.ts'

interface Dependencies {
  readonly schedule: StoredSchedule
  readonly waker: Waker
  readonly clock: Clock
  readonly log: Log
}

/** After an outage everything is due at once: so many accounts are woken in a second, the others later. */
const PACE = 200

/**
 * Wakes every account whose planned visit is due. A plan stays until a visit has replaced it, and its account is woken
 * again when none comes: what a queue or an instance loses is found by the schedule. Two ticks at once wake twice, and
 * the second visit finds nothing due.
 * @returns how many accounts were woken.
 * @throws SyncError the first failure, after the shards that could be read have been served.
 */
export async function wakeDue({ schedule, waker, clock, log }: Dependencies): Promise<number> {
  const now = clock.now()
  let accounts = 0
  let oldest = now
  const failures: unknown[] = []
  for (const shard of schedule.due(now)) await wakeShard(shard).catch((error: unknown) => failures.push(error))
  if (accounts > 0) log('info', 'due-accounts-woken', { accounts, oldestMs: now - oldest })
  if (failures.length > 0) throw failures[0]
  return accounts

  async function wakeShard(shard: AsyncIterable<DueVisits>): Promise<void> {
    for await (const { visits, woken } of shard) {
      const wait = Math.round((accounts / PACE) * seconds(1)) as DurationMs
      const wakeUps = visits.map(({ account, plannedFor }) => ({ account, reason: 'due' as const, plannedFor }))
      await waker.wake(wakeUps, accounts < PACE ? undefined : wait)
      await woken()
      for (const { plannedFor } of visits) if (plannedFor < oldest) oldest = plannedFor
      accounts += visits.length
    }
  }
}
