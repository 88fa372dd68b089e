import type { Mailbox } from '../pull/ports.ts'
import type { CalendarState } from '../pull/state.ts'

/**
 * Ends all of our subscriptions at Microsoft for an account's calendars. One that is not noted may be there all the same:
 * the answer to its creation or renewal was lost or refused, or a handler that was overtaken has made it.
 */
export async function endSubscriptions(
  mailbox: Pick<Mailbox, 'subscriptions' | 'unsubscribe'>,
  calendars: readonly Pick<CalendarState, 'deleted' | 'providerId' | 'subscription'>[],
): Promise<void> {
  for (const { deleted, providerId, subscription } of calendars) {
    if (subscription !== undefined) await mailbox.unsubscribe(subscription.providerId)
    else if (!deleted)
      for (const other of await mailbox.subscriptions(providerId)) await mailbox.unsubscribe(other.providerId)
  }
}
