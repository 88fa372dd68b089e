import type { StoredChannel } from '../channels/channel.ts'
import { wakeReasonOf } from '../channels/owed.ts'
import { asSyncError } from '../core/errors.ts'
import { failureFacts, type Log } from '../core/log.ts'
import { type Clock, type DurationMs, epochMs, hours, seconds } from '../core/time.ts'
import type { Schedule } from '../pull/due.ts'
import type { AccountSession } from '../pull/session.ts'

interface Dependencies {
  readonly clock: Clock
  readonly log: Log
  readonly schedule: Schedule
  readonly wakeChannels: (account: string, channels: readonly OwedChannel[], wait: DurationMs) => Promise<void>
}

export interface OwedChannel {
  readonly channel: string
  readonly reason: string
}

type Session = Pick<AccountSession, 'account' | 'head' | 'calendars'> & { readonly channels: readonly StoredChannel[] }

/** A burst of changes is told as one: those that follow within this time are in the first notification already. */
const PAUSE = seconds(2)
/** How long a channel of an account that nobody visits may wait for a message that was lost. On the hour: one plan. */
const LOOK_AGAIN = hours(1)
const ALWAYS = epochMs(Number.MAX_SAFE_INTEGER)

/**
 * Wakes the channels of an account that it may owe something, at the end of each of its visits. A queue that does not take
 * the messages is no failure of the visit: the next one finds the same.
 */
export async function wakeOwed({ clock, log, wakeChannels }: Dependencies, session: Session): Promise<void> {
  const owed = session.channels.flatMap(({ channel }) => {
    const reason = wakeReasonOf(channel, session, clock.now())
    return reason === undefined ? [] : [{ channel: channel.id, reason }]
  })
  if (owed.length === 0) return
  try {
    await wakeChannels(session.account, owed, PAUSE)
  } catch (error) {
    log('warn', 'channels-wait-for-timer', { account: session.account, ...failureFacts(asSyncError(error)) })
  }
}

/** An account that nobody can read is visited for its channels' sake as long as they are owed something. */
export async function planForChannels({ clock, schedule }: Dependencies, session: Session): Promise<void> {
  const isOwing = session.channels.some(({ channel }) => wakeReasonOf(channel, session, ALWAYS) !== undefined)
  if (isOwing) await schedule.plan(session.account, epochMs((Math.floor(clock.now() / LOOK_AGAIN) + 1) * LOOK_AGAIN))
}
