import type { Log } from '../core/log.ts'
import type { Telemetry } from '../core/telemetry.ts'
import type { Clock, EpochMs } from '../core/time.ts'
import type { PullDependencies } from '../pull/commit-pull.ts'
import { UNSUBSCRIBED } from '../pull/read-calendars.ts'
import { withoutCursor } from '../pull/round.ts'
import type { AccountSession } from '../pull/session.ts'
import type { AccountHead } from '../pull/state.ts'
import type { PushSession } from '../push/session.ts'
import { rejectActions } from '../push/settle.ts'

interface Dependencies {
  readonly clock: Clock
  readonly log: Log
  readonly telemetry: Telemetry
  readonly digestOf: PullDependencies['digestOf']
  /** When the tables were last restored from a backup. */
  readonly restoredAt: () => EpochMs | undefined
}

interface Session extends AccountSession {
  readonly push: PushSession
  checkEvents(digestOf: PullDependencies['digestOf'], now: EpochMs, even: 'torn'): Promise<void>
}

const isOlder = ({ connectedAt, restoredAt = connectedAt }: AccountHead, restore: EpochMs): boolean =>
  restoredAt < restore

/**
 * Makes an account whose rows came out of a backup ready to be read again from the beginning: what its cursors and
 * subscriptions stand for is not what the rows hold. Nothing is deleted by it: the fresh rounds compare, and the guard
 * against mass deletions watches them. Changes that were still to be applied when the backup was made may have been
 * applied since, and the event changed by somebody after that, so they are rejected and not tried again. What integrators
 * have made since is in no agreement: it is looked for before it is made again. A backup reads
 * rows one after the other while they change: an index that is younger than its events would hide that they are old, and a
 * head that is younger than an action that nobody applies it any more.
 */
export async function beginAnew(given: Dependencies, session: Session): Promise<void> {
  const { clock, log, restoredAt, digestOf } = given
  const restore = restoredAt()
  if (restore === undefined || !isOlder(session.head, restore)) return
  await session.checkEvents(digestOf, clock.now(), 'torn')
  const rejected = await rejectOld(given, session, restore)
  const calendars = session.calendars
    .filter(({ deleted }) => !deleted)
    .map((calendar) => ({
      ...withoutCursor(calendar),
      ...{ ...UNSUBSCRIBED, subscribeAfter: undefined, mayHoldUnclaimed: undefined, dirty: true },
    }))
  const head = { ...session.head, restoredAt: restore, calendarsReadAt: undefined }
  await session.save({ head, calendars })
  log('warn', 'account-read-anew', { account: session.account, calendars: calendars.length, rejected })
}

async function rejectOld(dependencies: Dependencies, { push }: Session, restore: EpochMs): Promise<number> {
  await push.recount()
  if (!push.hasPending) return 0
  const old = (await push.pendingActions()).filter(({ acceptedAt }) => acceptedAt < restore)
  await rejectActions({ session: push, dependencies }, old, 'restored')
  return old.length
}
