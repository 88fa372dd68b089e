import { expect, test } from 'vitest'
import { type DurationMs, type EpochMs, epochMs, later, minutes, seconds } from '../../../shared/core/time.ts'
import { wakeDue } from '../../../shared/messaging/wake-due.ts'
import { createSchedule } from '../../../shared/storage/schedule.ts'
import { createMemoryTables } from '../../support/memory-tables.ts'

const BEGIN = epochMs(Date.parse('2026-11-20T08:00:00Z'))
const TICK = seconds(30)

function start() {
  const schedule = createSchedule(createMemoryTables())
  let now = BEGIN
  let planned = 0
  const clock = { now: () => now, sleep: async () => undefined }
  return {
    /** So many new accounts, all due at that time. */
    async plan(count: number, at: EpochMs) {
      for (let more = 0; more < count; more++) await schedule.plan(`acc_${planned++}`, at)
    },
    /** @returns when each account is woken by a tick at this time. */
    async tickAt(time: EpochMs): Promise<ReadonlyMap<string, DurationMs>> {
      now = time
      const waits = new Map<string, DurationMs>()
      const wake = async (wakeUps: readonly { account: string }[], wait = seconds(0)) => {
        for (const { account } of wakeUps) waits.set(account, wait)
      }
      await wakeDue({ schedule, waker: { wake }, clock, log: () => undefined })
      return waits
    },
  }
}

const longest = (waits: ReadonlyMap<string, DurationMs>): number => Math.max(...waits.values())

test('what each tick finds is spread at the pace, and waits no longer however often there is as much', async () => {
  const { plan, tickAt } = start()
  const found: number[] = []
  for (let tick = 0; tick < 4; tick++) {
    const at = epochMs(BEGIN + tick * TICK)
    await plan(2_000, at)
    const waits = await tickAt(at)
    expect(waits.size).toBe(2_000)
    found.push(longest(waits))
  }
  // The last hundred and the others of their shard are woken when 200 a second were woken before them.
  for (const wait of found) expect(wait).toBeGreaterThan(seconds(9))
  for (const wait of found) expect(wait).toBeLessThan(seconds(10))
})

test('who is woken later is not woken again before a visit from then on could have come', async () => {
  const { plan, tickAt } = start()
  await plan(2_000, BEGIN)
  const waits = await tickAt(BEGIN)
  const last = seconds(Math.ceil(longest(waits) / 1_000))
  const again = await tickAt(later(BEGIN, minutes(15)))
  expect([...again.keys()].sort()).toEqual(
    [...waits]
      .filter(([, wait]) => wait === 0)
      .map(([one]) => one)
      .sort(),
  )
  expect(again.size).toBeLessThan(400)
  const rest = await tickAt(epochMs(BEGIN + minutes(15) + last))
  expect(again.size + rest.size).toBe(2_000)
})
