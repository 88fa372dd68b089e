import { isFailure, type SyncError } from '../core/errors.ts'
import { days, elapsed } from '../core/time.ts'
import { rejectActions } from '../push/settle.ts'
import type { VisitDependencies, VisitSession } from './visit-account.ts'

/** About as long as an action is tried whose event alone fails. */
const GIVEN_UP_AFTER = days(3)

/**
 * Rejects what has waited for long in front of a mailbox that fails: it may be gone for good, and whoever asked has to hear
 * of it. Patience that Microsoft asks for ends, and a credential of ours that is refused is renewed by an operator.
 * @throws SyncError `ROW_CHANGED`.
 */
export async function rejectUnreached(
  dependencies: VisitDependencies,
  { push }: VisitSession,
  error: SyncError,
): Promise<void> {
  if (!push.hasPending || isFailure(error, 'MICROSOFT_THROTTLED', 'MICROSOFT_CREDENTIAL_REFUSED')) return
  const now = dependencies.clock.now()
  const old = (await push.pendingActions()).filter(({ acceptedAt }) => elapsed(acceptedAt, now) >= GIVEN_UP_AFTER)
  await rejectActions({ session: push, dependencies }, old, 'microsoft_failing')
}
