import { type Random, randomFraction } from '../core/random.ts'
import { type DurationMs, type EpochMs, hours, later, minutes, seconds } from '../core/time.ts'
import type { Channel } from './channel.ts'

/** The pauses after a first, second ... failed delivery: 75 hours. @see Standard Webhooks 1.0.0, "Retry schedule" */
const GAPS = [
  seconds(5),
  minutes(5),
  minutes(30),
  ...[2, 5, 10, 14, 20, 24].map(hours),
] as const satisfies readonly DurationMs[]

/** After the schedule a receiver is asked once a day. */
const AFTERWARDS = hours(24)
/** Receivers that fail together are not asked again together. */
const JITTER = 0.1

/** The channel after a delivery that failed. */
export function afterFailure(channel: Channel, reason: string, now: EpochMs, random: Random): Channel {
  const attempts = (channel.failure?.attempts ?? 0) + 1
  const gap = GAPS[attempts - 1] ?? AFTERWARDS
  const wait = Math.round(gap * (1 + JITTER * randomFraction(random))) as DurationMs
  const since = channel.failure?.since ?? now
  return { ...channel, failure: { since, lastAttemptAt: now, attempts, reason, notBefore: later(now, wait) } }
}
