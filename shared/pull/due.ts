import {
  type Clock,
  type DurationMs,
  days,
  type EpochMs,
  elapsed,
  epochMs,
  hours,
  later,
  minutes,
} from '../core/time.ts'
import { startOfDay } from '../events/window.ts'
import { isSetAside } from './round.ts'
import type { ExpectedAccount, NotedStanding } from './standing.ts'
import type { AccountHead, CalendarState } from './state.ts'
import { renewalOf } from './subscription.ts'

/** Why a handler was woken, and for which calendar; undefined means all of them. */
export interface Wake {
  readonly reason: 'connected' | 'notified' | 'renew' | 'asked' | 'continued' | 'due' | 'revoked' | 'erase' | 'resync'
  readonly calendar?: string | undefined
  /** The plan that was due. */
  readonly plannedFor?: EpochMs | undefined
  /** When an operator asked for a `resync`. */
  readonly askedAt?: EpochMs | undefined
}

/** When accounts are to be visited although nobody asks for it. */
export interface Schedule {
  /**
   * @param replaced plans of the account that this one takes the place of.
   * @param note the standing to be counted, absent in a further plan beside the one that tells it; or what is expected.
   */
  plan(
    account: string,
    at: EpochMs,
    replaced?: readonly EpochMs[],
    note?: NotedStanding | ExpectedAccount,
  ): Promise<void>
  /** What was noted of an account that was not stored yet when this visit was planned. */
  expected(account: string, at: EpochMs): Promise<ExpectedAccount | undefined>
  forget(account: string, plans: readonly EpochMs[]): Promise<void>
}

/** Something that is to be done again and again: when next, and how long after that once more. */
interface Duty {
  readonly at: EpochMs
  readonly every: DurationMs
}

/** How often a calendar is read that nobody tells us about, and what has failed is tried again. */
export const POLL_EVERY = minutes(5)
/**
 * How often a calendar is read although its changes are told, at least: notifications get lost, for hours at times. One
 * that something was told of lately is read sooner, because whoever changes a calendar goes on changing it.
 */
const SAFETY_POLL_EVERY = hours(1)
/** New and renamed calendars are announced by nobody. */
const CALENDARS_EVERY = hours(1)
/** The window moves on within so many hours after midnight UTC, one account after the other. */
const NIGHT = hours(6)
/** Notifications come within three minutes; a change that nobody has told by then will not be told. */
const HEARD_WITHIN = minutes(10)

/** What of an account decides when it is due. */
export interface Scheduled {
  readonly account: string
  readonly head: Pick<AccountHead, 'calendarsReadAt' | 'notBefore'>
  readonly calendars: readonly CalendarState[]
}

/**
 * An account's own place between 0 and 1, always the same: what accounts do at once is spread by it. Its id is `acc_` and
 * random bits.
 */
const placeOf = (account: string): number => Buffer.from(account.slice(4, 12), 'base64url').readUInt32BE() / 2 ** 32

/**
 * Eight to nine tenths of an interval: accounts that were visited at once do not stay together, and with the half minute
 * between two looks at the schedule nobody is late.
 */
const spread = (every: DurationMs, account: string): DurationMs =>
  Math.round(every * (0.8 + placeOf(account) / 10)) as DurationMs

/** When the next visit is due if this one does everything that is due `now`, and reads what the wake-up tells of. */
export function nextVisitAfter(account: Scheduled, now: EpochMs, wake: Wake): EpochMs {
  const times = dutiesOf(account, now).map(({ at, every }) => (at > now ? at : later(now, every)))
  const isToldOf = account.calendars.some((calendar) => isNotified(calendar) && isTold(calendar, wake))
  const soon = isToldOf ? [later(now, spread(POLL_EVERY, account.account))] : []
  return epochMs(Math.ceil(Math.min(...times, ...soon)))
}

/** When the next visit is due as things are; what should have been done by `now` is tried again at the pace of polling. */
export function nextVisitAt(account: Scheduled, now: EpochMs): EpochMs {
  const retry = later(now, spread(POLL_EVERY, account.account))
  const times = dutiesOf(account, now).map(({ at }) => (at > now ? at : retry))
  return epochMs(Math.ceil(Math.max(Math.min(...times), account.head.notBefore ?? 0)))
}

function dutiesOf(account: Scheduled, now: EpochMs): readonly Duty[] {
  const present = account.calendars.filter(({ deleted }) => !deleted)
  const list = { at: calendarsDueAt(account), every: spread(CALENDARS_EVERY, account.account) }
  return [list, ...present.flatMap((calendar) => dutiesOfCalendar(account, calendar, now))]
}

function dutiesOfCalendar({ account }: Scheduled, calendar: CalendarState, now: EpochMs): readonly Duty[] {
  const reading = { at: pullDueAt(calendar, account, now), every: pollEvery(calendar, account) }
  const moving = { at: rollDueAt(calendar, account), every: days(1) }
  const judging = { at: judgedAt(calendar), every: days(1) }
  return [reading, moving, judging, renewalOf(calendar, placeOf(account))]
}

const NEVER = epochMs(Number.MAX_SAFE_INTEGER)

const calendarsDueAt = ({ head: { calendarsReadAt }, account }: Scheduled): EpochMs =>
  calendarsReadAt === undefined ? epochMs(0) : later(calendarsReadAt, spread(CALENDARS_EVERY, account))

function pullDueAt(calendar: CalendarState, account: string, now: EpochMs): EpochMs {
  const { pullAfter, pulledAt, dirty, progress } = calendar
  if (pullAfter !== undefined && pullAfter > now) return pullAfter
  if (dirty || progress !== undefined || pulledAt === undefined) return epochMs(0)
  return later(pulledAt, pollEvery(calendar, account))
}

/**
 * When the calendar's window is a day old: it was made at the midnight before. A round that is still going on has another
 * day to end; a link that leads nowhere must not keep the calendar for ever.
 */
function rollDueAt({ windowMadeAt, progress }: CalendarState, account: string): EpochMs {
  if (windowMadeAt === undefined) return NEVER
  const night = Math.round(placeOf(account) * NIGHT) as DurationMs
  return later(later(startOfDay(windowMadeAt), days(progress === undefined ? 1 : 2)), night)
}

/** When the calendar's subscription is to be made, renewed or replaced. */
export const subscriptionDueAt = (account: string, calendar: CalendarState): EpochMs =>
  renewalOf(calendar, placeOf(account)).at

const judgedAt = ({ subscription, unheardSince, deafSince }: CalendarState): EpochMs =>
  subscription === undefined || unheardSince === undefined || deafSince !== undefined
    ? NEVER
    : later(unheardSince, HEARD_WITHIN)

/** Whether Microsoft tells us what changes. Otherwise the calendar is polled. */
export const isNotified = ({ subscription, deafSince }: CalendarState): boolean =>
  subscription !== undefined && deafSince === undefined

/** After five minutes, ten, twenty and so on while nothing new is told. */
function pollEvery(calendar: CalendarState, account: string): DurationMs {
  if (!isNotified(calendar)) return spread(POLL_EVERY, account)
  const quiet = (calendar.pulledAt ?? 0) - (calendar.heardAt ?? 0)
  return spread(Math.min(SAFETY_POLL_EVERY, Math.max(POLL_EVERY, quiet)) as DurationMs, account)
}

/** Whether the list of calendars is to be read again. */
export const calendarsAreDue = (account: Scheduled, now: EpochMs, wake?: Wake): boolean =>
  wake?.reason === 'connected' || calendarsDueAt(account) <= now

/** Whether the window of a calendar is to move on. */
export const isRollDue = (calendar: CalendarState, account: string, clock: Clock): boolean =>
  !calendar.deleted && !isSetAside(calendar, clock) && rollDueAt(calendar, account) <= clock.now()

/** Whether changes were found that should have been told long ago. */
export const isDeaf = (calendar: CalendarState, now: EpochMs): boolean => judgedAt(calendar) <= now

/** Whether somebody has told that the calendar has changed. */
export const isTold = ({ key }: CalendarState, { reason, calendar }: Wake): boolean =>
  reason === 'notified' && (calendar ?? key) === key

/** Whether a calendar has something to read: it is marked, somebody says so, or it has not been read for too long. */
export function needsPull(calendar: CalendarState, account: string, wake: Wake, clock: Clock): boolean {
  if (calendar.deleted || isSetAside(calendar, clock)) return false
  const now = clock.now()
  return isTold(calendar, wake) || elapsed(pullDueAt(calendar, account, now), now) >= 0
}
