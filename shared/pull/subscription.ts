import { type DurationMs, days, type EpochMs, earlier, epochMs, hours, later, minutes } from '../core/time.ts'
import type { CalendarState } from './state.ts'

/** Graph allows under seven days; a day of slack is kept, and renewal starts with about two days left. */
export const LIFETIME = days(6)
const RENEW_WITH_LEFT = days(2)
/** Subscriptions that were made together are renewed within so many hours, one account after the other. */
const RENEW_WITHIN = hours(12)

/** A refused subscription is tried again after this time, then after twice as long, and so on. */
const TRY_AGAIN_AFTER = minutes(30)
const TRY_AGAIN_WITHIN = hours(6)

/**
 * When the calendar's subscription is to be made, renewed, or replaced because nothing is heard of it.
 * @param place of the account among all, 0 to 1.
 */
export function renewalOf(
  { subscription, subscribeAfter, deafSince }: CalendarState,
  place: number,
): { readonly at: EpochMs; readonly every: DurationMs } {
  const every = days(4)
  const after = subscribeAfter ?? epochMs(0)
  if (subscription === undefined || deafSince !== undefined) return { at: after, every }
  const lead = (RENEW_WITH_LEFT + place * RENEW_WITHIN) as DurationMs
  return { at: epochMs(Math.max(after, earlier(subscription.expiresAt, lead))), every }
}

/** How long is waited after a subscription was refused so many times in a row. */
export const patienceAfter = (refusals: number): DurationMs => (TRY_AGAIN_AFTER * 2 ** (refusals - 1)) as DurationMs

/**
 * When a subscription is asked for again.
 * @param expiresAt when the one that is still there ends: then at the latest, because without one the calendar is polled.
 */
export const tryAgainAt = (now: EpochMs, wait: DurationMs, expiresAt: EpochMs | undefined): EpochMs =>
  epochMs(Math.min(later(now, Math.min(wait, TRY_AGAIN_WITHIN) as DurationMs), expiresAt ?? Number.POSITIVE_INFINITY))

/** When a subscription that nothing is heard of is replaced once more. */
export const replacedAgainAt = (now: EpochMs): EpochMs => later(now, TRY_AGAIN_WITHIN)
