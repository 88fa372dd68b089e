import { expect, test } from 'vitest'
import host from '../../../host.json' with { type: 'json' }
import { Settings } from '../../../shared/config.ts'
import { SyncError } from '../../../shared/core/errors.ts'
import type { Log } from '../../../shared/core/log.ts'
import { epochMs, later, seconds } from '../../../shared/core/time.ts'
import { startPatiently } from '../../../shared/service/start-patiently.ts'

/** A clock that moves while somebody sleeps, and a start that fails so often. */
function starting(failures: number, error = new SyncError('VAULT_UNAVAILABLE', 'away', { retryAfterMs: seconds(30) })) {
  let [now, tries] = [epochMs(0), 0]
  const clock = {
    now: () => now,
    async sleep(by: Parameters<typeof later>[1]) {
      now = later(now, by)
    },
  }
  const start = async () => {
    if (tries++ < failures) throw error
    return 'started'
  }
  const waits: string[] = []
  const log: Log = (level, event, facts) => void waits.push(`${level} ${event} ${facts?.['code']}`)
  return { start, clock, neighbours: { clock, log }, waits, tries: () => tries }
}

test('what is away for a while is waited for, as long as it says', async () => {
  const { start, clock, neighbours, waits, tries } = starting(3)
  expect(await startPatiently(start, neighbours)).toBe('started')
  expect(waits).toEqual(Array.from({ length: 3 }, () => 'warn start-waits VAULT_UNAVAILABLE'))
  expect([tries(), clock.now()]).toEqual([4, seconds(90)])
})

test('nobody waits longer than a minute and a half, nor without a pause', async () => {
  const long = starting(4)
  await expect(startPatiently(long.start, long.neighbours)).rejects.toMatchObject({ code: 'VAULT_UNAVAILABLE' })
  expect(long.clock.now()).toBe(seconds(90))
  const hasty = starting(1000, new SyncError('STORAGE_UNAVAILABLE', 'away'))
  await expect(startPatiently(hasty.start, hasty.neighbours)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
  expect(hasty.tries()).toBe(46)
})

test('what waiting does not change fails at once', async () => {
  for (const code of ['KEY_RECORD_FORGED', 'INTERNAL'] as const) {
    const { start, neighbours, tries } = starting(1, new SyncError(code, 'wrong'))
    await expect(startPatiently(start, neighbours)).rejects.toMatchObject({ code })
    expect(tries()).toBe(1)
  }
})

test('a start, the longest visit and a request to Graph at its end are over before the host ends the process', async () => {
  const away = starting(1000)
  await expect(startPatiently(away.start, away.neighbours)).rejects.toThrow()
  const visits = [...Array(1000).keys()].filter(
    (budget) => Settings.shape.SYNC_BUDGET_SECONDS.safeParse(budget).success,
  )
  const request = seconds(60)
  const [hour = 0, minute = 0, second = 0] = host.functionTimeout.split(':').map(Number)
  expect(away.clock.now() + seconds(Math.max(...visits)) + request).toBeLessThan(
    seconds(hour * 3600 + minute * 60 + second),
  )
})
