import type { EpochMs } from '../core/time.ts'
import { firstPullDone } from '../pull/first-pull.ts'
import type { AccountHead, CalendarState } from '../pull/state.ts'
import type { Channel, Told } from './channel.ts'

/** Why a channel is woken; for the log only. */
export type ChannelReason = 'created' | 'changed' | 'profile' | 'write-failed' | 'retry'

interface Account {
  readonly head: AccountHead
  readonly calendars: readonly CalendarState[]
}

/**
 * Why a channel should be looked at: there is something it may not know, and it may be told now. Costs nothing, so every
 * visit asks; whether it really is to be told is found out by reading.
 */
export function wakeReasonOf(channel: Channel, account: Account, now: EpochMs): ChannelReason | undefined {
  const { told, closed, failure } = channel
  if (closed !== undefined || (failure?.notBefore ?? 0) > now) return undefined
  if (failure !== undefined) return 'retry'
  if (!told.verification) return 'created'
  if (told.connected !== isConnected(account) || (!told.firstPull && firstPullDone(account.head, account.calendars)))
    return 'profile'
  if (told.nextChange < account.head.nextChange) return 'changed'
  return told.rejectedActions < account.head.rejectedActions ? 'write-failed' : undefined
}

export const isConnected = ({ head }: Account): boolean => head.state === 'active'

/** What whoever makes a channel now knows already, by reading. */
export function knownTo({ head, calendars }: Account): Told {
  const { rejectedActions, settledActions } = head
  return {
    verification: false,
    notifications: 0,
    nextChange: firstUncertain({ head, calendars }),
    connected: isConnected({ head, calendars }),
    firstPull: firstPullDone(head, calendars),
    ...{ rejectedActions, settledActions, laterActions: [] },
  }
}

/** Of a commit in several parts the log is written before the events; it has one entry for 5,000 of them. */
function firstUncertain({ head: { nextChange, unwrittenFrom = nextChange }, calendars }: Account): number {
  const isTorn = calendars.some(({ torn }) => torn === true)
  return Math.max(0, Math.min(unwrittenFrom, isTorn ? nextChange - 1 : nextChange))
}
