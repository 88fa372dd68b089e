import { columns, numberText } from '../print.ts'
import { type Counts, sumOf } from './counts.ts'
import { type Estimate, PARTS } from './estimate.ts'
import type { Month } from './month.ts'
import { DAYS, USE } from './use.ts'

/** What one account asks for in a month, by kind. */
export function countLines({ account, stored }: Month): readonly string[] {
  const of = (numbers: Readonly<Record<string, number>>) => [
    numberText(Math.round(sumOf(numbers))),
    Object.entries(numbers)
      .filter(([, count]) => Math.round(count) > 0)
      .map(([kind, count]) => `${kind} ${numberText(Math.round(count))}`)
      .join(', '),
  ]
  const { messages = 0, sessions = 0, planned = 0 } = account.queue
  const { lines = 0, bytes = 0 } = account.log
  return wide([
    ['one account in a month', '', ''],
    ['requests to Graph', ...of(account.graph)],
    ['requests to tables', ...of(account.tables)],
    ['rows read', ...of(account.rowsRead)],
    ['rows written', ...of(account.rowsWritten)],
    [
      'messages',
      numberText(Math.round(messages)),
      `sessions ${numberText(Math.round(sessions))}, planned ${numberText(Math.round(planned))}`,
    ],
    ['executions', ...of(account.executions)],
    [
      'GB-seconds of waiting',
      numberText((sumOf(account.busyMs) / 1000) * 2),
      'at 2 GB, were each alone on its instance',
    ],
    ['lines of the log', numberText(Math.round(lines)), `${numberText(Math.round(bytes / 1000))} kB`],
    ['rows stored', numberText(Math.round(stored.rows)), `${numberText(stored.bytes / 1e6)} MB after a year`],
  ])
}

/** What is asked for on behalf of one account, a column for each number of accounts. */
export function askedLines(estimates: readonly Estimate[]): readonly string[] {
  const row = (name: string, of: (asked: Counts) => number) => [
    name,
    ...estimates.map(({ asked }) => smallText(of(asked))),
  ]
  const megabytes = (kind: string) => (asked: Counts) => (asked.bytes[kind] ?? 0) / 1e6
  return columns([
    ['for an account and month, of', ...estimates.map(({ accounts }) => numberText(accounts))],
    row('requests to Graph', ({ graph }) => sumOf(graph)),
    row('requests to tables', ({ tables }) => sumOf(tables)),
    row('rows read', ({ rowsRead }) => sumOf(rowsRead)),
    row('rows written', ({ rowsWritten }) => sumOf(rowsWritten)),
    row('MB read from tables', megabytes('read')),
    row('MB written to tables', megabytes('written')),
    row('MB answered by the API', megabytes('answered')),
    row('requests to the vault', ({ vault }) => sumOf(vault)),
  ])
}

/** Two digits of what is a small part of one. */
const smallText = (value: number): string =>
  value < 0.1 ? String(Number(value.toPrecision(2))) : numberText(value >= 100 ? Math.round(value) : value)

/** Dollars a month, a column for each number of accounts. */
export function costLines(estimates: readonly Estimate[]): readonly string[] {
  const row = (name: string, cell: (one: Estimate) => string) => [name, ...estimates.map(cell)]
  const share = (name: string, of: keyof Estimate['used']) =>
    row(name, ({ used }) => `${(used[of] * 100).toFixed(0)} %`)
  return columns([
    row('dollars a month, accounts', ({ accounts }) => numberText(accounts)),
    row('deployments', ({ deployments }) => numberText(deployments)),
    ...PARTS.map((part) => row(part, ({ usd }) => numberText(Math.round(usd[part])))),
    row('all', ({ total }) => numberText(Math.round(total))),
    row('for an account', ({ perAccount }) => perAccount.toFixed(4)),
    share('of the visits a deployment can plan', 'plannedVisits'),
    share('of the requests its tables take', 'tableRequests'),
    share('of the logs it may write', 'logs'),
    share('of the requests Graph takes from an app', 'graphRequests'),
  ])
}

export function useLine(): string {
  const { working, quiet } = DAYS
  return (
    `assumed: ${USE.singles} single events and ${USE.series} series, ${USE.otherCalendars + 1} calendars, ` +
    `${USE.integrators} integrator with a channel; ${USE.workingDaysAMonth} working days a month with ` +
    `${working.changesInOutlook} changes in Outlook, ${working.changesAsked} asked for and ${working.weeksShown} weeks shown, ` +
    `others with ${quiet.weeksShown} weeks shown; ${USE.polledShare * 100} % of mailboxes are polled`
  )
}

/** The last column is text. */
const wide = (rows: readonly (readonly string[])[]): readonly string[] => {
  const aligned = columns(rows.map((cells) => cells.slice(0, 2)))
  return rows.map((cells, at) => `${aligned[at] ?? ''}  ${cells[2] ?? ''}`.trimEnd())
}

/** For the JSON file: numbers without noise behind the point. */
export const rounded = (counts: Counts): unknown =>
  JSON.parse(JSON.stringify(counts, (_, value) => (typeof value === 'number' ? Math.round(value * 100) / 100 : value)))
