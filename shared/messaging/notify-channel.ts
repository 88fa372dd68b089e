import * as z from 'zod'
import { type NotifyDependencies, notifyChannel } from '../channels/notify-channel.ts'
import { asSyncError, SyncError } from '../core/errors.ts'
import { failureFacts } from '../core/log.ts'
import { type DurationMs, seconds } from '../core/time.ts'
import { ChannelWake, type ChannelWaker } from './channel-wake.ts'

const Batch = z.union([z.array(ChannelWake).min(1), ChannelWake.transform((one) => [one])])

/** What is waited after a failure of ours. */
const SOON = seconds(30)

/**
 * The messages of one session of the queue `channel`: one look at the channel for all of them.
 * @throws SyncError `MESSAGE_INVALID`; `QUEUE_UNAVAILABLE`; bugs.
 */
export async function handleChannelWakes(
  dependencies: NotifyDependencies,
  waker: ChannelWaker,
  received: unknown,
): Promise<void> {
  const parsed = Batch.safeParse(received)
  if (!parsed.success) throw new SyncError('MESSAGE_INVALID', 'a message names no channel', { cause: parsed.error })
  const [first] = parsed.data
  if (first === undefined || parsed.data.some(({ channel }) => channel !== first.channel))
    throw new SyncError('MESSAGE_INVALID', 'the messages of one session name several channels')
  const wait = await look(dependencies, first)
  if (wait !== undefined) await waker.wake([{ ...first, reason: 'again' }], wait)
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
