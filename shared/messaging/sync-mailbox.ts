import { type VisitDependencies, visitAccount } from '../accounts/visit-account.ts'
import { SyncError } from '../core/errors.ts'
import { type EpochMs, later } from '../core/time.ts'
import type { Answered } from './answered.ts'
import type { QueueClock } from './queue-clock.ts'
import type { Waker } from './service-bus.ts'
import { WakeUp } from './wake-up.ts'

interface Dependencies {
  readonly visit: VisitDependencies
  readonly waker: Waker
  readonly answered: Answered
  readonly queueClock: QueueClock
}

/**
 * A message of the queue `mailbox`: one visit, unless an earlier one has done what it asks for. Completing it is safe once
 * this resolves, because what is left to do has been sent as a new wake-up.
 * @param storedAt when the queue stored it, by the clock of the queue; `undefined` where that is not known.
 * @throws SyncError `MESSAGE_INVALID` for a message that is not a wake-up; `QUEUE_UNAVAILABLE`; bugs.
 */
export async function handleWakeUp(
  { visit: dependencies, waker, answered, queueClock }: Dependencies,
  received: unknown,
  storedAt?: EpochMs,
): Promise<void> {
  if (storedAt !== undefined) queueClock.taken(storedAt)
  const parsed = WakeUp.safeParse(received)
  if (!parsed.success) throw new SyncError('MESSAGE_INVALID', 'a message is not a wake-up', { cause: parsed.error })
  const wakeUp = parsed.data
  if (storedAt !== undefined && answered.isAnswered(wakeUp, storedAt)) return
  const visiting = answered.begin(wakeUp)
  const visit = await visitAccount(dependencies, wakeUp.account, wakeUp)
  if (visit.kind === 'done') return visiting.done()
  const wait = queueClock.lasting(visit.wait)
  const next = { ...repeated(wakeUp), notBefore: later(dependencies.clock.now(), wait) }
  await waker.wake([next], wait)
  visiting[visit.kind](next)
}

/** What has to be asked for again, because the visit may have ended before it came to it. */
const LASTING: readonly WakeUp['reason'][] = ['notified', 'renew', 'resync', 'connected', 'revoked', 'erase']

function repeated({ account, reason, calendar, askedAt }: WakeUp): WakeUp {
  if (!LASTING.includes(reason)) return { account, reason: 'continued' }
  return { account, reason, ...(calendar && { calendar }), ...(askedAt && { askedAt }) }
}
