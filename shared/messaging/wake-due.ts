import type { Log } from '../core/log.ts'
import { type Clock, type DurationMs, later, seconds } from '../core/time.ts'
import type { DueVisits, StoredSchedule } from '../storage/schedule.ts'
import type { Waker } from './service-bus.ts'

interface Dependencies {
  readonly schedule: StoredSchedule
  readonly waker: Waker
  readonly clock: Clock
  readonly log: Log
}

/**
 * What a tick finds is woken so many in a second, for the sake of whoever serves them after an outage, when everything is
 * due at once. It is no limit to how many are woken in the long run: what is due at the next tick is spread beside it.
 */
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
      const isNow = accounts < PACE
      await waker.wake(wakeUps, isNow ? undefined : wait)
      await woken(isNow ? now : later(now, wait))
      for (const { plannedFor } of visits) if (plannedFor < oldest) oldest = plannedFor
      accounts += visits.length
    }
  }
}
