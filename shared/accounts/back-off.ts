import { type FailureCode, isFailure, type SyncError } from '../core/errors.ts'
import { failureFacts, type Log } from '../core/log.ts'
import { type Random, randomFraction } from '../core/random.ts'
import { type Clock, type DurationMs, type EpochMs, hours, later, seconds } from '../core/time.ts'
import type { AccountSession } from '../pull/session.ts'
import type { AccountHead } from '../pull/state.ts'
import { DONE, type Visit } from './visit.ts'

/** However long Microsoft asks us to wait, it is asked again after this time. */
const LONGEST_WAIT = hours(1)
/** What is waited after a first failure that says nothing about waiting itself. */
const FIRST_WAIT = seconds(30)

/** Failures of a whole mailbox: it is left alone for a while, and everything of it waits. */
const OF_THE_MAILBOX: readonly FailureCode[] = [
  'MICROSOFT_THROTTLED',
  'MICROSOFT_UNREACHABLE',
  'MICROSOFT_CREDENTIAL_REFUSED',
  'MICROSOFT_TOKEN_EXPIRED',
  'MICROSOFT_REFUSED',
  'MICROSOFT_UNEXPECTED_SHAPE',
  'MAILBOX_GONE',
  'ITEM_GONE',
  // 410 and 409, from whatever is no link and no subscription.
  'CURSOR_EXPIRED',
  'SUBSCRIPTION_EXISTS',
]

interface Dependencies {
  readonly clock: Clock
  readonly log: Log
  readonly random: Random
}

/**
 * Back-off is data: a mailbox that asks for patience gets it from every instance, and other mailboxes do not wait for it.
 * @returns how long to wait.
 * @throws the failure when it is not one of the mailbox.
 */
export async function leaveAlone(
  { clock, log, random }: Dependencies,
  session: AccountSession,
  error: SyncError,
): Promise<DurationMs> {
  if (!isFailure(error, ...OF_THE_MAILBOX)) throw error
  const failures = session.head.failures + 1
  const asked = error.retryAfterMs
  // "At once" is believed once.
  const isNamed = asked !== undefined && (asked > 0 || failures === 1)
  const wait = Math.min(isNamed ? asked : backOff(failures, random), LONGEST_WAIT) as DurationMs
  const failingSince = failingFrom(session.head, error, clock.now())
  await session.save({ head: { ...session.head, failures, failingSince, notBefore: later(clock.now(), wait) } })
  // Our own secret is refused: nobody but an operator can help, and nobody has to connect again.
  const level = error.code === 'MICROSOFT_CREDENTIAL_REFUSED' ? 'error' : 'warn'
  log(level, 'mailbox-left-alone', { account: session.account, waitMs: wait, failures, ...failureFacts(error) })
  return wait
}

/** Patience that Microsoft asks for ends, and a credential of ours that is refused is renewed by an operator. */
const failingFrom = ({ failures, failingSince }: AccountHead, error: SyncError, now: EpochMs): EpochMs | undefined => {
  if (isFailure(error, 'MICROSOFT_THROTTLED', 'MICROSOFT_CREDENTIAL_REFUSED')) return undefined
  return failures > 0 ? (failingSince ?? now) : now
}

const LEVELS = { now: 'info', later: 'warn', never: 'warn', bug: 'error' } as const

/** What is waited after a failure of ours that says nothing about waiting itself. */
const DEFAULT_WAIT = { now: seconds(1), later: seconds(30) } as const

/** How a visit ends that has failed, other than by its mailbox. @throws the failure when it is a bug, or a row that does not open. */
export function afterFailure({ log }: Pick<Dependencies, 'log'>, account: string, error: SyncError): Visit {
  const { retry } = error.failure
  log(LEVELS[retry], 'sync-failed', { account, ...failureFacts(error) })
  if (retry === 'bug') throw error
  // The next visit is planned; there is no reason to come sooner.
  if (retry === 'never') return DONE
  return { kind: 'held', wait: (error.retryAfterMs ?? DEFAULT_WAIT[retry]) as DurationMs }
}

/** Twice as long after each failure, and not at the same moment for mailboxes that fail together. */
const backOff = (failures: number, random: Random): number =>
  Math.round(FIRST_WAIT * 2 ** (failures - 1) * (0.5 + randomFraction(random) / 2))
