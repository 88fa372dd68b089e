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
 * Notes failed authentications: at most one entry for each code, organisation, minute and instance. The first of a minute is told at
 * once, with how many there were since the entry before it. Nothing was done that had to be accounted for, so a failure
 * to note it is no failure of the request: it is told later.
 * @returns told with a code of ours, such as `UNAUTHENTICATED`; never with anything the caller sent.
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
