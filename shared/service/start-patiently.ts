import { asSyncError } from '../core/errors.ts'
import { failureFacts, type Log } from '../core/log.ts'
import { type Clock, type DurationMs, later, seconds } from '../core/time.ts'

/**
 * The host gives a function five minutes, and renews the lock of its message for longer (host.json): the last try of a start
 * may be slow, and a visit of two minutes at most comes after it (`SYNC_BUDGET_SECONDS`), with the step in which that ends.
 */
const TRIED_FOR: DurationMs = seconds(90)
const AT_LEAST: DurationMs = seconds(2)

/**
 * For who is called by a queue: starts the service, and waits while a neighbour that it needs for that is away. A message
 * counts how often it was delivered; one that fails at once while the vault is away would be given up within seconds.
 * @throws what `start` throws: after a minute and a half, and at once what waiting does not change.
 */
export async function startPatiently<Service>(
  start: () => Promise<Service>,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<Service> {
  const deadline = later(clock.now(), TRIED_FOR)
  for (;;) {
    try {
      return await start()
    } catch (error) {
      const failed = asSyncError(error)
      const wait = Math.max(failed.retryAfterMs ?? 0, AT_LEAST) as DurationMs
      if (failed.failure.retry !== 'later' || later(clock.now(), wait) > deadline) throw error
      log('warn', 'start-waits', { waitMs: wait, ...failureFacts(failed) })
      await clock.sleep(wait)
    }
  }
}
