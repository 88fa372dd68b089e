import * as z from 'zod'
import { type VisitDependencies, visitAccount } from '../accounts/visit-account.ts'
import { SyncError } from '../core/errors.ts'
import type { Waker } from './service-bus.ts'
import { WakeUp } from './wake-up.ts'

const Batch = z.union([z.array(WakeUp).min(1), WakeUp.transform((one) => [one])])

/**
 * The messages of one session, as the queue trigger hands them over: one visit for all of them. Completing them is safe
 * once this resolves, because what is left to do has been sent as a new wake-up.
 * @throws SyncError `MESSAGE_INVALID` for a message that is not a wake-up; `QUEUE_UNAVAILABLE`; bugs.
 */
export async function handleWakeUps(dependencies: VisitDependencies, waker: Waker, received: unknown): Promise<void> {
  const parsed = Batch.safeParse(received)
  if (!parsed.success) throw new SyncError('MESSAGE_INVALID', 'a message is not a wake-up', { cause: parsed.error })
  const [first] = parsed.data
  if (first === undefined || parsed.data.some(({ account }) => account !== first.account))
    throw new SyncError('MESSAGE_INVALID', 'the messages of one session name several accounts')
  const visit = await visitAccount(dependencies, first.account, parsed.data)
  if (visit.kind === 'again') await waker.wake(repeated(first.account, parsed.data), visit.wait)
}

/** What was asked for is asked for again, each calendar once: the visit may have ended before it came to them. */
function repeated(account: string, wakeUps: readonly WakeUp[]): readonly WakeUp[] {
  const about = wakeUps.filter(({ reason }) => ['notified', 'renew', 'resync'].includes(reason))
  const again = [...new Map(about.map((one) => [`${one.reason} ${one.calendar ?? ''}`, one])).values()]
  for (const reason of ['connected', 'revoked', 'erase'] as const)
    if (wakeUps.some((wakeUp) => wakeUp.reason === reason)) again.push({ account, reason })
  return again.length > 0 ? again : [{ account, reason: 'continued' }]
}
