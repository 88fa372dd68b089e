import { asSyncError } from '../core/errors.ts'
import { failureFacts, type Log } from '../core/log.ts'
import type { Clock } from '../core/time.ts'
import type { Ledger } from '../storage/ledger/ledger.ts'
import type { Waker } from './service-bus.ts'

interface Dependencies {
  readonly ledger: Ledger
  readonly waker: Waker
  readonly clock: Clock
  readonly log: Log
}

/**
 * Wakes the accounts whose erasure is not complete and was not heard of for a while: what a queue or an instance loses is
 * found by the ledger. Also gives the ledger its number of this minute, so that tables which are restored show their age.
 * @returns how many accounts were woken.
 */
export async function wakeErasures({ ledger, waker, clock, log }: Dependencies): Promise<number> {
  await ledger.beat()
  const now = clock.now()
  let accounts = 0
  for await (const erasures of ledger.due(now)) {
    if (erasures.length === 0) continue
    await waker.wake(erasures.map(({ account }) => ({ account, reason: 'erase' as const })))
    accounts += erasures.length
    // A visit that came in between has noted something newer.
    await ledger.woken(erasures, now).catch((error: unknown) => {
      log('warn', 'erasures-woken-again', failureFacts(asSyncError(error)))
    })
  }
  if (accounts > 0) log('info', 'erasures-woken', { accounts })
  return accounts
}
