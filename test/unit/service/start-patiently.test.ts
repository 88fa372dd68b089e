import { expect, test } from 'vitest'
import { SyncError } from '../../../shared/core/errors.ts'
import type { Log } from '../../../shared/core/log.ts'
import { epochMs, later, minutes, seconds } from '../../../shared/core/time.ts'
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
  const { start, clock, neighbours, waits, tries } = starting(6)
  expect(await startPatiently(start, neighbours)).toBe('started')
  expect(waits).toEqual(Array.from({ length: 6 }, () => 'warn start-waits VAULT_UNAVAILABLE'))
  expect([tries(), clock.now()]).toEqual([7, minutes(3)])
})

test('nobody waits longer than three minutes, nor without a pause', async () => {
  const long = starting(7)
  await expect(startPatiently(long.start, long.neighbours)).rejects.toMatchObject({ code: 'VAULT_UNAVAILABLE' })
  expect(long.clock.now()).toBe(minutes(3))
  const hasty = starting(1000, new SyncError('STORAGE_UNAVAILABLE', 'away'))
  await expect(startPatiently(hasty.start, hasty.neighbours)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
  expect(hasty.tries()).toBe(91)
})

test('what waiting does not change fails at once', async () => {
  for (const code of ['KEY_RECORD_FORGED', 'INTERNAL'] as const) {
    const { start, neighbours, tries } = starting(1, new SyncError(code, 'wrong'))
    await expect(startPatiently(start, neighbours)).rejects.toMatchObject({ code })
    expect(tries()).toBe(1)
  }
})
