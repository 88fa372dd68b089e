import { type FailureCode, isFailure, SyncError } from '../core/errors.ts'
import { failureFacts, type Log } from '../core/log.ts'
import type { Telemetry } from '../core/telemetry.ts'
import { type Clock, type DurationMs, elapsed, hours, later } from '../core/time.ts'
import { POLL_EVERY, subscriptionDueAt } from './due.ts'
import type { Mailbox, ProviderSubscription } from './ports.ts'
import type { AccountSession } from './session.ts'
import type { CalendarState } from './state.ts'
import { LIFETIME, patienceAfter, replacedAgainAt, tryAgainAt } from './subscription.ts'

export interface SubscribeDependencies {
  readonly clock: Clock
  readonly log: Log
  readonly telemetry: Telemetry
  readonly clientState: (account: string, calendar: string) => string
}

const ADOPTABLE_WITH_LEFT = hours(1)

/** Failures of subscribing that must not keep a calendar from being read. */
const REFUSALS: readonly FailureCode[] = [
  'MICROSOFT_REFUSED',
  'MICROSOFT_UNREACHABLE',
  'MICROSOFT_UNEXPECTED_SHAPE',
  'SUBSCRIPTION_EXISTS',
  'CURSOR_EXPIRED',
  'ITEM_GONE',
  'MAILBOX_GONE',
]

/** What a visit knows before it subscribes a calendar. */
export interface Asking {
  /** Whether the subscription that is known may be gone. */
  readonly isQuestioned: boolean
  /** Whether Microsoft has refused a token in this visit: a 401 is not about the one that took its place. */
  readonly hasFreshToken: boolean
}

/**
 * Makes sure a calendar has a subscription that lives for a while. A refusal is recorded; polling takes its place.
 * @throws SyncError `MICROSOFT_TOKEN_EXPIRED` when a fresh token may help; others that say nothing of the subscription.
 */
export async function subscribeCalendar(
  { clock, log, telemetry, clientState }: SubscribeDependencies,
  session: AccountSession,
  mailbox: Mailbox,
  calendar: CalendarState,
  { isQuestioned, hasFreshToken }: Asking,
): Promise<void> {
  const now = clock.now()
  const { deafSince, refusals } = calendar
  if (calendar.deleted) return
  if ((calendar.subscribeAfter ?? 0) > now && (!isQuestioned || refusals > 0)) {
    // Polled until it may be asked for; one that is there all the same is adopted then.
    if (isQuestioned && calendar.subscription !== undefined)
      await session.save({ calendars: [{ ...calendar, subscription: undefined, dirty: true }] })
    return
  }
  if (subscriptionDueAt(session.account, calendar) > now && !isQuestioned) return
  const facts = { account: session.account, calendar: calendar.key }
  let known = isQuestioned ? undefined : calendar.subscription
  try {
    const kept = await keep(mailbox, calendar, clock)
    known = kept
    const made = kept ?? (await create(mailbox, calendar, clientState(session.account, calendar.key), clock))
    const next = deafSince === undefined ? undefined : replacedAgainAt(now)
    // A new subscription says nothing of what happened while there was none.
    const dirty = calendar.dirty || kept === undefined
    const unheardSince = kept === undefined ? undefined : calendar.unheardSince
    const subscribed = { ...calendar, subscription: made, subscribeAfter: next, refusals: 0, dirty, unheardSince }
    await session.save({ calendars: [subscribed] })
    log('info', 'subscribed', facts)
    telemetry.count('subscription.renewals', { outcome: kept === undefined ? 'created' : 'renewed' })
  } catch (error) {
    const alive = known !== undefined && known.expiresAt > now ? known : undefined
    if (isFailure(error, 'MICROSOFT_THROTTLED')) {
      telemetry.count('subscription.renewals', { outcome: 'throttled' })
      const subscribeAfter = tryAgainAt(now, patience(error), alive?.expiresAt)
      return session.save({ calendars: [{ ...calendar, subscribeAfter, subscription: alive }] })
    }
    // Graph answers 401 for some shared calendars and rooms, whatever the token.
    const isAlone = hasFreshToken && isFailure(error, 'MICROSOFT_TOKEN_EXPIRED')
    if (!isAlone && !isFailure(error, ...REFUSALS)) throw error
    telemetry.count('subscription.renewals', { outcome: calendar.subscription === undefined ? 'refused' : 'failed' })
    const subscribeAfter = tryAgainAt(now, patienceAfter(refusals + 1), alive?.expiresAt)
    await session.save({ calendars: [{ ...calendar, refusals: refusals + 1, subscribeAfter, subscription: alive }] })
    log('warn', 'subscribing-refused', { ...facts, refusals: refusals + 1, ...failureFacts(error) })
  }
}

/** Reading need not wait for what only subscribing is refused; when all is throttled, it will be told so too. */
const patience = ({ retryAfterMs }: SyncError): DurationMs => (retryAfterMs || POLL_EVERY) as DurationMs

/** Renews the subscription; one that nothing is heard of is deleted. @returns undefined when there is none any more. */
async function keep(
  mailbox: Mailbox,
  { subscription, deafSince }: CalendarState,
  clock: Clock,
): Promise<ProviderSubscription | undefined> {
  if (subscription === undefined) return undefined
  if (deafSince !== undefined) {
    await mailbox.unsubscribe(subscription.providerId)
    return undefined
  }
  try {
    return await mailbox.renew(subscription.providerId, later(clock.now(), LIFETIME))
  } catch (error) {
    if (isFailure(error, 'ITEM_GONE')) return undefined
    throw error
  }
}

async function create(
  mailbox: Mailbox,
  { providerId }: CalendarState,
  clientState: string,
  clock: Clock,
): Promise<ProviderSubscription> {
  try {
    return await mailbox.subscribe(providerId, clientState, later(clock.now(), LIFETIME))
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
