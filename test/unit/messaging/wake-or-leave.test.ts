import { expect, test } from 'vitest'
import { SyncError } from '../../../shared/core/errors.ts'
import type { LogFacts } from '../../../shared/core/log.ts'
import { wakeOrLeave } from '../../../shared/messaging/wake-or-leave.ts'

const ACCOUNT = `acc_${'a'.repeat(22)}`

/** Wakes through a queue that fails so. @returns the lines of the log. */
async function woken(failure?: Error) {
  const lines: unknown[] = []
  const log = (level: string, event: string, facts?: LogFacts) => void lines.push({ level, event, ...facts })
  const wake = async () => {
    if (failure !== undefined) throw failure
  }
  await wakeOrLeave({ waker: { wake }, log }, { account: ACCOUNT, reason: 'connected' }, 'connect-waits-for-timer')
  return lines
}

test('a queue that takes nothing is told, and what is no matter of the queue is thrown', async () => {
  expect(await woken()).toEqual([])
  expect(await woken(new SyncError('QUEUE_UNAVAILABLE', 'away'))).toEqual([
    { level: 'warn', event: 'connect-waits-for-timer', account: ACCOUNT, code: 'QUEUE_UNAVAILABLE' },
  ])
  await expect(woken(new TypeError('a mistake'))).rejects.toThrow('a mistake')
})
