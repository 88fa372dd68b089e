import type { Mailbox } from '../pull/ports.ts'
import type { CalendarState } from '../pull/state.ts'

/**
 * Ends all of our subscriptions at Microsoft for an account's calendars. Beside those that are noted there may be others:
 * the answer to their creation or renewal was lost or refused, they could not be noted, or a handler that was overtaken has
 * made them.
 */
export async function endSubscriptions(
  mailbox: Pick<Mailbox, 'subscriptions' | 'unsubscribe'>,
  calendars: readonly Pick<CalendarState, 'providerId' | 'subscription'>[],
): Promise<void> {
  if (calendars.length === 0) return
  const noted = new Set(calendars.flatMap(({ subscription }) => (subscription ? [subscription.providerId] : [])))
  // First, so that they end also when the provider cannot tell of others.
  for (const one of noted) await mailbox.unsubscribe(one)
  const found = await mailbox.subscriptions(calendars.map(({ providerId }) => providerId))
  for (const { providerId } of found) if (!noted.has(providerId)) await mailbox.unsubscribe(providerId)
}
