import { expect, test } from 'vitest'
import { createQuota, type Policy } from '../../../shared/api/rate/quota.ts'
import { epochMs } from '../../../shared/core/time.ts'
import type { RateCounters } from '../../../shared/storage/rates.ts'

const POLICY: Policy = { name: 'second', limit: 100, seconds: 1 }

/** A shared counter that answers when it is told to. */
function slowCounter() {
  const taken = new Map<number, number>()
  const waiting: (() => void)[] = []
  const take: RateCounters['take'] = async ({ window, limit }, spent, wanted) => {
    await new Promise<void>((resolve) => waiting.push(resolve))
    const before = taken.get(window) ?? 0
    const got = Math.max(0, Math.min(wanted, limit - before - spent))
    taken.set(window, before + spent + got)
    return { got, taken: before + spent + got }
  }
  const answer = async () => {
    for (const resolve of waiting.splice(0)) resolve()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { counters: { take }, taken, answer }
}

test('a request that waits while its window ends opens no window anew', async () => {
  const { counters, answer } = slowCounter()
  const quota = createQuota({ counters, away: () => undefined }, 'x', POLICY)
  const late = quota.take(6, epochMs(900))
  expect(await quota.take(5, epochMs(1_000))).toBe(true)
  await answer()
  expect(await late).toBe(true)
  quota.giveBack(0, epochMs(900))
  expect(quota.state(epochMs(900)).resetMs).toBe(1_100)
  const none = quota.take(1, epochMs(1_001))
  await answer()
  expect(await none).toBe(true)
  expect(quota.state(epochMs(1_001)).remaining).toBe(94)
})

test('no point is given out twice, however many wait for one answer', async () => {
  const { counters, taken, answer } = slowCounter()
  const quota = createQuota({ counters, away: () => undefined }, 'x', POLICY)
  const asked = Array.from({ length: 150 }, () => quota.take(1, epochMs(0)))
  for (let n = 0; n < 20; n++) await answer()
  const granted = (await Promise.all(asked)).filter((isGranted) => isGranted)
  expect(granted).toHaveLength(100)
  expect(taken.get(0)).toBe(100)
})
