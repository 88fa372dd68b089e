import { days, elapsed } from '../core/time.ts'
import { rejectActions } from '../push/settle.ts'
import type { VisitDependencies, VisitSession } from './visit-account.ts'

/** About as long as an action is tried whose event alone fails. */
const GIVEN_UP_AFTER = days(3)
/** In three days of hourly visits there are 70: with few of them it was us who stood still. */
const FEW_VISITS = 24

/**
 * Rejects what has waited for three days in front of a mailbox that has failed all the time: it may be gone for good, and
 * whoever asked has to hear of it. @throws SyncError `ROW_CHANGED`.
 */
export async function rejectUnreached(dependencies: VisitDependencies, { head, push }: VisitSession): Promise<void> {
  const now = dependencies.clock.now()
  const { failingSince = now, failures } = head
  if (!push.hasPending || failures < FEW_VISITS || elapsed(failingSince, now) < GIVEN_UP_AFTER) return
  const old = (await push.pendingActions()).filter(({ acceptedAt }) => elapsed(acceptedAt, now) >= GIVEN_UP_AFTER)
  await rejectActions({ session: push, dependencies }, old, 'microsoft_failing')
}
