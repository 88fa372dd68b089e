import { asSyncError, type FailureCode, isFailure, SyncError } from '../core/errors.ts'
import { failureFacts, type Log } from '../core/log.ts'
import type { Telemetry } from '../core/telemetry.ts'
import { type Clock, type DurationMs, type EpochMs, elapsed, hours, later } from '../core/time.ts'
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
  /** Whether nobody is to be told of the account any more: it is disconnected, or being erased. */
  readonly isEnded: (account: string) => Promise<boolean>
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
  /** Whether the token of this visit has just been made: a 401 is not about its age. */
  readonly hasFreshToken: boolean
}

/**
 * Makes sure a calendar has a subscription that lives for a while. A refusal is recorded; polling takes its place.
 * @throws SyncError `MICROSOFT_TOKEN_EXPIRED` when a fresh token may help; others that say nothing of the subscription.
 */
export async function subscribeCalendar(
  dependencies: SubscribeDependencies,
  session: AccountSession,
  mailbox: Mailbox,
  calendar: CalendarState,
  asking: Asking,
): Promise<void> {
  const { clock, log, telemetry, clientState } = dependencies
  const { isQuestioned, hasFreshToken } = asking
  const now = clock.now()
  if (calendar.deleted) return
  if (waits(calendar, asking, now)) {
    // Polled until it may be asked for; one that is there all the same is adopted then.
    if (isQuestioned && calendar.subscription !== undefined)
      await session.save({ calendars: [{ ...calendar, subscription: undefined, dirty: true }] })
    return
  }
  if (subscriptionDueAt(session.account, calendar) > now && !isQuestioned) return
  let known = isQuestioned ? undefined : calendar.subscription
  try {
    const kept = await keep(mailbox, calendar, clock)
    known = kept
    const made = kept ?? (await create(mailbox, calendar, clientState(session.account, calendar.key), clock))
    const next = calendar.deafSince === undefined ? undefined : replacedAgainAt(now)
    // A new subscription says nothing of what happened while there was none.
    const dirty = calendar.dirty || kept === undefined
    const unheardSince = kept === undefined ? undefined : calendar.unheardSince
    const subscribed = { ...calendar, subscription: made, subscribeAfter: next, refusals: 0, dirty, unheardSince }
    await session
      .save({ calendars: [subscribed] })
      .catch((error: unknown) => endUnnoted(dependencies, session, mailbox, made, error))
    log('info', 'subscribed', { account: session.account, calendar: calendar.key })
    telemetry.count('subscription.renewals', { outcome: kept === undefined ? 'created' : 'renewed' })
  } catch (error) {
    const alive = known !== undefined && known.expiresAt > now ? known : undefined
    await noteRefusal(dependencies, session, { calendar, alive, now, hasFreshToken }, error)
  }
}

/**
 * Ends a subscription that could not be noted because its account has ended meanwhile: whoever ended that has ended those
 * there were by then, and nobody else would. In an account that goes on, whoever was faster may have taken it over.
 * @throws `error`, always.
 */
async function endUnnoted(
  { isEnded, log }: SubscribeDependencies,
  { account }: AccountSession,
  mailbox: Mailbox,
  { providerId }: ProviderSubscription,
  error: unknown,
): Promise<never> {
  try {
    if (await isEnded(account)) await mailbox.unsubscribe(providerId)
  } catch (failure) {
    log('warn', 'subscription-unnoted', { account, ...failureFacts(asSyncError(failure)) })
  }
  throw error
}

/** Whether it is too soon to subscribe: a doubt is reason enough to ask sooner, unless it was refused. */
const waits = ({ subscribeAfter, refusals }: CalendarState, { isQuestioned }: Asking, now: EpochMs): boolean =>
  (subscribeAfter ?? 0) > now && (!isQuestioned || refusals > 0)

interface Refused extends Pick<Asking, 'hasFreshToken'> {
  readonly calendar: CalendarState
  /** The subscription that is there all the same. */
  readonly alive: ProviderSubscription | undefined
  readonly now: EpochMs
}

/** Plans when the calendar is subscribed next. @throws `error` when it says nothing of the subscription. */
async function noteRefusal(
  { log, telemetry }: SubscribeDependencies,
  session: AccountSession,
  { calendar, alive, now, hasFreshToken }: Refused,
  error: unknown,
): Promise<void> {
  if (isFailure(error, 'MICROSOFT_THROTTLED')) {
    telemetry.count('subscription.renewals', { outcome: 'throttled' })
    const subscribeAfter = tryAgainAt(now, patience(error), alive?.expiresAt)
    return session.save({ calendars: [{ ...calendar, subscribeAfter, subscription: alive }] })
  }
  // Graph answers 401 for some shared calendars and rooms, whatever the token.
  const isAlone = hasFreshToken && isFailure(error, 'MICROSOFT_TOKEN_EXPIRED')
  if (!isAlone && !isFailure(error, ...REFUSALS)) throw error
  telemetry.count('subscription.renewals', { outcome: calendar.subscription === undefined ? 'refused' : 'failed' })
  const refusals = calendar.refusals + 1
  const subscribeAfter = tryAgainAt(now, patienceAfter(refusals), alive?.expiresAt)
  await session.save({ calendars: [{ ...calendar, refusals, subscribeAfter, subscription: alive }] })
  const facts = { account: session.account, calendar: calendar.key, refusals, ...failureFacts(error) }
  log('warn', 'subscribing-refused', facts)
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
  const mine = await mailbox.subscriptions([calendarProviderId])
  const alive = mine.find(({ expiresAt }) => elapsed(clock.now(), expiresAt) > ADOPTABLE_WITH_LEFT)
  if (alive === undefined) throw new SyncError('SUBSCRIPTION_EXISTS', 'a subscription exists but cannot be found')
  return alive
}
