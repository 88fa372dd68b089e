import { type FailureCode, isFailure, SyncError } from '../core/errors.ts'
import { failureFacts, type Log } from '../core/log.ts'
import { type Clock, days, elapsed, hours, later, minutes } from '../core/time.ts'
import type { Mailbox, ProviderSubscription } from './ports.ts'
import type { AccountSession } from './session.ts'
import type { CalendarState } from './state.ts'

export interface SubscribeDependencies {
  readonly clock: Clock
  readonly log: Log
  readonly clientState: (account: string, calendar: string) => string
}

/** Graph allows under seven days; a day of slack is kept, and renewal starts with two days left. */
const LIFETIME = days(6)
const RENEW_WITH_LEFT = days(2)
/** A refused subscription is tried again after this time; the calendar is polled meanwhile. */
const TRY_AGAIN_AFTER = minutes(30)
const ADOPTABLE_WITH_LEFT = hours(1)

/** Failures of subscribing that must not keep a calendar from being read. */
const REFUSALS: readonly FailureCode[] = [
  'MICROSOFT_REFUSED',
  'MICROSOFT_UNREACHABLE',
  'MICROSOFT_UNEXPECTED_SHAPE',
  'SUBSCRIPTION_EXISTS',
  'CURSOR_EXPIRED',
  'ITEM_GONE',
]

/**
 * Makes sure a calendar has a subscription that lives for a while. A refusal is recorded; polling takes its place.
 * @param isQuestioned whether the one that is known may be gone.
 */
export async function subscribeCalendar(
  { clock, log, clientState }: SubscribeDependencies,
  session: AccountSession,
  mailbox: Mailbox,
  calendar: CalendarState,
  isQuestioned: boolean,
): Promise<void> {
  const now = clock.now()
  const { subscription, subscribeAfter } = calendar
  if (calendar.deleted || (subscribeAfter ?? 0) > now) return
  const isFresh = subscription !== undefined && elapsed(now, subscription.expiresAt) > RENEW_WITH_LEFT
  if (isFresh && !isQuestioned) return
  const facts = { account: session.account, calendar: calendar.key }
  try {
    const made = await renewOrCreate(mailbox, calendar, clientState(session.account, calendar.key), clock)
    // A new subscription says nothing of what happened while there was none.
    const dirty = calendar.dirty || made.providerId !== subscription?.providerId
    await session.save({ calendars: [{ ...calendar, subscription: made, subscribeAfter: undefined, dirty }] })
    log('info', 'subscribed', facts)
  } catch (error) {
    if (!isFailure(error, ...REFUSALS)) throw error
    const alive = subscription !== undefined && subscription.expiresAt > now ? subscription : undefined
    const subscribeAfter = later(now, TRY_AGAIN_AFTER)
    await session.save({ calendars: [{ ...calendar, subscription: alive, subscribeAfter }] })
    log('warn', 'subscribing-refused', { ...facts, ...failureFacts(error) })
  }
}

async function renewOrCreate(
  mailbox: Mailbox,
  { providerId, subscription }: CalendarState,
  clientState: string,
  clock: Clock,
): Promise<ProviderSubscription> {
  const expiresAt = later(clock.now(), LIFETIME)
  if (subscription !== undefined) {
    try {
      return await mailbox.renew(subscription.providerId, expiresAt)
    } catch (error) {
      if (!isFailure(error, 'ITEM_GONE')) throw error
    }
  }
  try {
    return await mailbox.subscribe(providerId, clientState, expiresAt)
  } catch (error) {
    if (!isFailure(error, 'SUBSCRIPTION_EXISTS')) throw error
    return adopt(mailbox, providerId, clock)
  }
}

/** Our earlier create call succeeded and its answer was lost: the subscription that is there is ours. */
async function adopt(mailbox: Mailbox, calendarProviderId: string, clock: Clock): Promise<ProviderSubscription> {
  const mine = await mailbox.subscriptions(calendarProviderId)
  const alive = mine.find(({ expiresAt }) => elapsed(clock.now(), expiresAt) > ADOPTABLE_WITH_LEFT)
  if (alive === undefined) throw new SyncError('SUBSCRIPTION_EXISTS', 'a subscription exists but cannot be found')
  return alive
}
