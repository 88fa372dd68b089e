import { type NotifyDependencies, notifyChannel } from '../channels/notify-channel.ts'
import { asSyncError, SyncError } from '../core/errors.ts'
import { failureFacts } from '../core/log.ts'
import { type DurationMs, seconds } from '../core/time.ts'
import { ChannelWake, type ChannelWaker } from './channel-wake.ts'

/** What is waited after a failure of ours. */
const SOON = seconds(30)

/**
 * A message of the queue `channel`: one look at the channel.
 * @throws SyncError `MESSAGE_INVALID`; `QUEUE_UNAVAILABLE`; bugs.
 */
export async function handleChannelWake(
  dependencies: NotifyDependencies,
  waker: ChannelWaker,
  received: unknown,
): Promise<void> {
  const parsed = ChannelWake.safeParse(received)
  if (!parsed.success) throw new SyncError('MESSAGE_INVALID', 'a message names no channel', { cause: parsed.error })
  const wait = await look(dependencies, parsed.data)
  if (wait !== undefined) await waker.wake([{ ...parsed.data, reason: 'again' }], wait)
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
