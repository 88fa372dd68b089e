import * as z from 'zod'
import type { DurationMs } from '../core/time.ts'
import { AccountId, Trace } from './wake-up.ts'

/**
 * "This channel may have something to be told", and nothing more; what it is stands in the tables. The reason is for the
 * log: a reason that only another release knows does no harm.
 */
export const ChannelWake = z.object({
  account: AccountId,
  channel: z.string().regex(/^[A-Za-z0-9_-]{22}$/),
  reason: z.string().max(40),
  trace: Trace,
})
export type ChannelWake = z.infer<typeof ChannelWake>

/** Wakes channels. Messages of one channel are handled one at a time; a slow receiver keeps only its own waiting. */
export interface ChannelWaker {
  /**
   * Stores the messages durably, each with an id of its own.
   * @param wait how long nothing is to happen before.
   * @throws SyncError `QUEUE_UNAVAILABLE`; perhaps some of them were stored.
   */
  wake(wakes: readonly ChannelWake[], wait?: DurationMs): Promise<void>
}

/** Wakes some channels of one account. */
export const createChannelWaking =
  (waker: ChannelWaker) =>
  (account: string, channels: readonly Omit<ChannelWake, 'account'>[], wait?: DurationMs): Promise<void> =>
    waker.wake(
      channels.map((one) => ({ account, ...one })),
      wait,
    )
