import { type NotifyDependencies, notifyChannel } from '../channels/notify-channel.ts'
import { boundedMap } from '../core/bounded-map.ts'
import { asSyncError, SyncError } from '../core/errors.ts'
import { failureFacts } from '../core/log.ts'
import { type DurationMs, type EpochMs, later, seconds } from '../core/time.ts'
import { ChannelWake, type ChannelWaker } from './channel-wake.ts'
import type { QueueClock } from './queue-clock.ts'

/** What is waited after a failure of ours. */
const SOON = seconds(30)

/** Channels of which is remembered when they are looked at again; a message of a forgotten one is a look too many. */
const MOST = 4_000
const AGAIN = 'again'

interface Dependencies {
  readonly notify: NotifyDependencies
  readonly waker: ChannelWaker
  readonly queueClock: QueueClock
}

/** @param storedAt when the queue stored the message, by the clock of the queue; `undefined` where that is not known. */
type ChannelHandler = (received: unknown, storedAt?: EpochMs) => Promise<void>

/**
 * Handles messages of the queue `channel`: one look at the channel. Many may come while it is not to be told; one that is
 * sent again is enough for all of them.
 * @returns a handler that throws SyncError `MESSAGE_INVALID`; `QUEUE_UNAVAILABLE`; bugs.
 */
export function createChannelHandler({ notify, waker, queueClock }: Dependencies): ChannelHandler {
  const { clock } = notify
  /** When the message comes that was sent for a channel. */
  const sent = boundedMap<EpochMs>(MOST)

  return async (received, storedAt) => {
    if (storedAt !== undefined) queueClock.taken(storedAt)
    const parsed = ChannelWake.safeParse(received)
    if (!parsed.success) throw new SyncError('MESSAGE_INVALID', 'a message names no channel', { cause: parsed.error })
    const { channel, reason } = parsed.data
    // It may be that one, a moment early.
    if (reason === AGAIN) sent.delete(channel)
    const asked = await look(notify, parsed.data)
    if (asked === undefined) return
    const wait = queueClock.lasting(asked)
    const at = later(clock.now(), wait)
    const coming = sent.get(channel)
    if (coming !== undefined && coming > clock.now() && coming <= at) return
    await waker.wake([{ ...parsed.data, reason: AGAIN }], wait)
    sent.set(channel, at)
  }
}

async function look(dependencies: NotifyDependencies, wake: ChannelWake): Promise<DurationMs | undefined> {
  const { account, channel } = wake
  try {
    return await notifyChannel(dependencies, account, channel)
  } catch (thrown) {
    const error = asSyncError(thrown)
    const { retry } = error.failure
    dependencies.log(retry === 'bug' ? 'error' : 'warn', 'channel-not-told', {
      account,
      channel,
      ...failureFacts(error),
    })
    if (retry === 'bug') throw error
    return (error.retryAfterMs ?? SOON) as DurationMs
  }
}
