import { type EpochMs, elapsed, toIsoSeconds } from '../shared/core/time.ts'
import type { DeadLetter } from '../shared/messaging/dead-letters.ts'
import type { Replayed } from '../shared/messaging/replay.ts'
import type { AccountReport } from '../shared/operations/account-report.ts'
import { durationText } from '../shared/operations/duration-text.ts'
import type { Overview, Spread } from '../shared/operations/overview.ts'

const line = (name: string, text: string): string => `${name.padEnd(28)}${text}\n`

const counts = (values: Readonly<Record<string, number>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ') || 'none'

/** What was looked at has a number for each state, which may be 0. */
const UNKNOWN = 'not known'
const states = (values: Readonly<Record<string, number>>): string =>
  Object.keys(values).length === 0 ? UNKNOWN : counts(values)

const spread = ({ count, p50, p95 }: Spread): string =>
  count === 0 ? 'none' : `p50 ${durationText(p50)}, p95 ${durationText(p95)} of ${count}`

/** @param hours that the status is about. */
export function statusText(overview: Overview, hours: number, now: EpochMs): string {
  const { at, accounts, calendars, deadLetters, overdueMs, delays, queueAges, graph, vault, troubles, alerts } =
    overview
  const raised = alerts.filter(({ isRaised }) => isRaised)
  const age = at === undefined ? 'nothing has been measured' : `${ago(at, now)}, looking back ${hours} h`
  return [
    line('newest sample', age),
    line('accounts', states(accounts)),
    line('calendars', states(calendars)),
    ...Object.entries(delays).map(([name, delay]) => line(`delay of ${name}`, spread(delay))),
    ...Object.entries(queueAges).map(([queue, delay]) => line(`age in ${queue}`, spread(delay))),
    line('oldest overdue visit', overdueMs === undefined ? UNKNOWN : durationText(overdueMs)),
    line('dead letters', states(deadLetters)),
    line('Graph requests', counts(graph)),
    line('vault', spread(vault)),
    ...troubles.map(({ what, count, lastAt }) => line(what, `${count} times, last ${ago(lastAt, now)}`)),
    line('alerts raised', raised.length === 0 ? 'none' : ''),
    ...raised.map(({ name, text }) => line(`  ${name}`, `${text}: infra/RUNBOOK.md#${name}`)),
  ].join('')
}

const ago = (at: EpochMs, now: EpochMs): string => `${durationText(Math.max(0, elapsed(at, now)))} ago`

const maybe = (at: EpochMs | undefined): string => (at === undefined ? 'never' : toIsoSeconds(at))

export function accountText(report: AccountReport, now: EpochMs): string {
  const { account, state, calendars = [], channels = [], actions, key } = report
  const head = line(account, state)
  if (key === undefined) return head
  return [
    head,
    line('connected', `${maybe(report.connectedAt)}, last sign-in ${maybe(report.signedInAt)}`),
    line('last change', maybe(report.lastChangeAt)),
    line('next planned visit', maybe(report.nextVisitAt)),
    line('failed visits in a row', `${report.failedVisits}${restOf(report, now)}`),
    line(
      'key',
      `generation ${key.generation} of ${toIsoSeconds(key.madeAt)}${key.generations > 1 ? ', rows are being sealed again' : ''}`,
    ),
    line(
      'actions',
      `${actions?.pending ?? 0} pending since ${maybe(actions?.oldestPendingAt)}, rejected: ${counts(actions?.rejected ?? {})}`,
    ),
    ...calendars.map((calendar) => line(calendar.calendar, calendarText(calendar, now))),
    ...channels.map((channel) => line(channel.channel, channelText(channel))),
  ].join('')
}

const restOf = ({ notBefore }: AccountReport, now: EpochMs): string =>
  notBefore === undefined || notBefore <= now ? '' : `, left alone until ${toIsoSeconds(notBefore)}`

type CalendarReport = NonNullable<AccountReport['calendars']>[number]
type ChannelReport = NonNullable<AccountReport['channels']>[number]

function calendarText(calendar: CalendarReport, now: EpochMs): string {
  const { mode, events, pulledAt, hasCursor, isDirty, subscriptionUntil, setAsideUntil, isHeld } = calendar
  const isAside = setAsideUntil !== undefined && setAsideUntil > now
  return [
    `${mode}, ${events} events`,
    `read ${pulledAt === undefined ? 'never' : ago(pulledAt, now)}${hasCursor ? '' : ', without a cursor'}`,
    subscriptionUntil === undefined
      ? `no subscription after ${calendar.subscribeRefusals} refusals`
      : `subscribed until ${toIsoSeconds(subscriptionUntil)}`,
    ...(isDirty ? ['to be read'] : []),
    ...(isAside ? [`not before ${toIsoSeconds(setAsideUntil)}`] : []),
    ...(isHeld ? ['a mass deletion is held'] : []),
  ].join(', ')
}

const channelText = ({ integrator, status, failure, closedFor }: ChannelReport): string =>
  [
    `${status}, of ${integrator}`,
    ...(failure === undefined
      ? []
      : [`${failure.reason} ${failure.attempts} times since ${toIsoSeconds(failure.since)}`]),
    ...(closedFor === undefined ? [] : [closedFor]),
  ].join(', ')

function letterText({ queue, sequenceNumber, reason, deliveries, wakeUp }: DeadLetter): string {
  const { calendar = '', channel = '' } = { ...wakeUp } as { calendar?: string; channel?: string }
  const what = wakeUp === undefined ? 'not a wake-up' : `${wakeUp.reason} ${wakeUp.account} ${calendar}${channel}`
  return `${queue} ${sequenceNumber.padStart(8)}  ${reason}  after ${deliveries}  ${what.trimEnd()}\n`
}

export const deadLettersText = (letters: readonly DeadLetter[]): string =>
  `${letters.map(letterText).join('')}${letters.length} dead letters\n`

export const replayText = (done: readonly Replayed[]): string =>
  done
    .map(({ queue, replayed, left }) => `${queue}: ${replayed} sent again, ${left} left because they are no wake-ups\n`)
    .join('')
