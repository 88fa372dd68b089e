import { type Channel, statusOf } from '../channels/channel.ts'
import type { EpochMs } from '../core/time.ts'
import { isNotified } from '../pull/due.ts'
import type { CalendarState } from '../pull/state.ts'
import type { Action } from '../push/action.ts'
import type { AccountState } from '../storage/accounts/accounts.ts'

/** What an operator may know of an account: ids, times, counts and codes. Never contents, names or addresses. */
export interface AccountReport {
  readonly account: string
  readonly state: 'active' | 'needs-reconnect' | 'disconnected' | 'erasing' | 'erased'
  /** The rest is there unless the account is being erased, or has been. */
  readonly connectedAt?: EpochMs
  readonly signedInAt?: EpochMs
  readonly lastChangeAt?: EpochMs | undefined
  readonly inactiveSince?: EpochMs | undefined
  readonly nextVisitAt?: EpochMs | undefined
  /** How many visits in a row have failed, and until when Microsoft wants to be left alone. */
  readonly failedVisits?: number
  readonly notBefore?: EpochMs | undefined
  readonly key?: { readonly madeAt: EpochMs; readonly generation: number; readonly generations: number }
  readonly calendars?: readonly CalendarReport[]
  readonly actions?: ActionsReport
  readonly channels?: readonly ChannelReport[]
}

interface CalendarReport {
  readonly calendar: string
  readonly mode: 'notified' | 'polled' | 'deleted'
  readonly events: number
  /** When it was last read to its end; the cursor is as old. */
  readonly pulledAt: EpochMs | undefined
  readonly hasCursor: boolean
  readonly isDirty: boolean
  readonly subscriptionUntil: EpochMs | undefined
  readonly subscribeRefusals: number
  /** Reading it failed, or a mass deletion is to be confirmed: not read before this time. */
  readonly setAsideUntil: EpochMs | undefined
  /** The guard against mass deletions waits for a second look. */
  readonly isHeld: boolean
}

interface ActionsReport {
  readonly pending: number
  readonly oldestPendingAt: EpochMs | undefined
  /** Of the actions that are kept, by their reason. */
  readonly rejected: Readonly<Record<string, number>>
}

interface ChannelReport {
  readonly channel: string
  readonly integrator: string
  readonly status: 'active' | 'failing' | 'closed'
  readonly failure: { readonly reason: string; readonly attempts: number; readonly since: EpochMs } | undefined
  readonly closedFor: string | undefined
}

/** The report of an account that is not being erased. Pure. @param actions all that are kept. @param key of its newest key. */
export function reportOf(
  account: string,
  { head, calendars, channels }: AccountState,
  actions: readonly Action[],
  key: NonNullable<AccountReport['key']>,
): AccountReport {
  const { state, connectedAt, signedInAt, lastChangeAt, inactiveSince, nextVisitAt, failures, notBefore } = head
  return {
    ...{ account, state, connectedAt, signedInAt, lastChangeAt, inactiveSince, nextVisitAt, notBefore, key },
    failedVisits: failures,
    calendars: calendars.map(calendarReport),
    actions: actionsReport(actions),
    channels: channels.map(channelReport),
  }
}

const calendarReport = (calendar: CalendarState): CalendarReport => ({
  calendar: `cal_${calendar.key}`,
  mode: calendar.deleted ? 'deleted' : isNotified(calendar) ? 'notified' : 'polled',
  events: calendar.events,
  pulledAt: calendar.pulledAt,
  hasCursor: calendar.cursor !== undefined,
  isDirty: calendar.dirty || calendar.progress !== undefined,
  subscriptionUntil: calendar.subscription?.expiresAt,
  subscribeRefusals: calendar.refusals,
  setAsideUntil: calendar.pullAfter,
  isHeld: calendar.confirming,
})

function actionsReport(actions: readonly Action[]): ActionsReport {
  const pending = actions.filter(({ state }) => state === 'pending')
  const rejected: Record<string, number> = {}
  for (const { state, reason } of actions)
    if (state === 'rejected' && reason !== undefined) rejected[reason] = (rejected[reason] ?? 0) + 1
  return { pending: pending.length, oldestPendingAt: pending[0]?.acceptedAt, rejected }
}

const channelReport = (channel: Channel): ChannelReport => ({
  channel: `chn_${channel.id}`,
  integrator: channel.integrator,
  status: statusOf(channel),
  failure: channel.failure && {
    reason: channel.failure.reason,
    attempts: channel.failure.attempts,
    since: channel.failure.since,
  },
  closedFor: channel.closed?.reason,
})
