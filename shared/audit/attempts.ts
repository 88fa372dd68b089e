import { asSyncError } from '../core/errors.ts'
import { failureFacts, type Log } from '../core/log.ts'
import { type Clock, minutes } from '../core/time.ts'
import type { Audit } from './ports.ts'

interface Dependencies {
  readonly audit: Audit
  readonly clock: Clock
  readonly log: Log
}

interface Count {
  minute: number
  untold: number
}

/**
 * Notes failed authentications: at most one entry for each code, organisation, minute and instance. The first of a minute
 * is noted at once, with how many there were since the entry before it; those after the last entry wait for the next
 * failure in a later minute, and are lost with the instance. Nothing was done that had to be accounted for, so a failure
 * to note it is no failure of the request: it is counted with the next one.
 * @returns what notes one, by a code of ours such as `UNAUTHENTICATED`, never by anything that the caller sent. Never throws.
 */
export function createFailedAttempts({ audit, clock, log }: Dependencies) {
  const counts = new Map<string, Count>()

  return async (code: string, organisation?: string): Promise<void> => {
    const key = `${code} ${organisation}`
    const count = counts.get(key) ?? { minute: Number.NaN, untold: 0 }
    counts.set(key, count)
    count.untold += 1
    const minute = Math.floor(clock.now() / minutes(1))
    if (minute === count.minute) return
    const told = count.untold
    count.minute = minute
    count.untold = 0
    const facts = { code, count: told }
    const record = { act: 'authentication-failed', actor: { kind: 'anyone' }, organisation, facts } as const
    await audit.record(record).catch((error: unknown) => {
      count.untold += told
      log('warn', 'audit-waits', { code, failure: failureFacts(asSyncError(error))['code'] })
    })
  }
}
