import { html } from 'hono/html'
import { type EpochMs, elapsed, toIsoSeconds } from '../../core/time.ts'
import { durationText } from '../../operations/duration-text.ts'
import { type Overview, overviewOf, type Spread } from '../../operations/overview.ts'
import type { AlertState, ServiceStatus } from '../../operations/sample.ts'
import { type Markup, page } from '../page.ts'
import type { ApiResponse } from '../response.ts'
import { chart } from './chart.ts'
import { type Trends, trendsOf } from './trends.ts'

/** The newest samples, one by one. */
const LATELY = 4
export const DAY = 24
const FORTNIGHT = 14 * 24
/** What can be looked at, in hours. */
export const SPANS = [LATELY, DAY, FORTNIGHT] as const

export interface OperationsView {
  readonly hours: (typeof SPANS)[number]
  /** Whether the page loads itself again. */
  readonly isRefreshed: boolean
  readonly status: ServiceStatus
  readonly now: EpochMs
}

const REFRESHED_EVERY_SECONDS = 60

/** How the service does. It needs no script: a header has the browser load it again. */
export function operationsPage({ hours, isRefreshed, status, now }: OperationsView): Promise<ApiResponse> {
  const overview = overviewOf(status)
  const trends = trendsOf(status.samples, now, hours)
  return page({
    status: 200,
    title: 'How the service does',
    isWide: true,
    ...(isRefreshed && { headers: { refresh: String(REFRESHED_EVERY_SECONDS) } }),
    content: html`<h1>How the service does</h1>
<p class="quiet">${freshness(overview, now)} ${isRefreshed ? 'This page loads itself again each minute.' : ''}</p>
${navigation(hours, isRefreshed)}
${alerts(overview.alerts)}
<h2>Now</h2>
${numbers([
  ['Accounts', states(overview.accounts)],
  ['Calendars', states(overview.calendars)],
  ['Oldest overdue visit', overview.overdueMs === undefined ? UNKNOWN : durationText(overview.overdueMs)],
  ['Dead letters', states(overview.deadLetters)],
])}
<h2>${spanName(hours)}</h2>
${numbers([...spreads('Delay of', overview.delays), ...spreads('Age in the queue', overview.queueAges), ['Requests to Graph', counts(overview.graph)], ['Vault', spread(overview.vault)]])}
<div class="charts">${trends.charts.map(chart)}</div>
${table(trends)}
<h2>Failures and alarms</h2>
${troubles(overview, now)}`,
  })
}

const spanName = (hours: number): string => (hours === FORTNIGHT ? 'The last 14 days' : `The last ${hours} hours`)

const freshness = ({ at }: Overview, now: EpochMs): string =>
  at === undefined
    ? 'Nothing has been measured.'
    : `Measured until ${toIsoSeconds(at)}, ${durationText(Math.max(0, elapsed(at, now)))} ago.`

function navigation(hours: number, isRefreshed: boolean): Markup {
  const refresh = isRefreshed ? '' : '&refresh=off'
  const spans = SPANS.map((span) =>
    span === hours
      ? html`<li><strong>${spanName(span)}</strong></li>`
      : html`<li><a href="/operations?hours=${span}${refresh}">${spanName(span)}</a></li>`,
  )
  const other = isRefreshed ? 'off' : 'on'
  return html`<nav aria-label="What is shown"><ul class="ways">${spans}
<li><a href="/operations?hours=${hours}&refresh=${other}">${isRefreshed ? 'Stop loading again' : 'Load again each minute'}</a></li>
<li><a href="/operations/runbook">Runbook</a></li></ul></nav>`
}

function alerts(states: readonly AlertState[]): Markup {
  const raised = states.filter(({ isRaised }) => isRaised)
  if (raised.length === 0) return html`<h2>Alerts</h2><p>None of ${states.length} is raised.</p>`
  return html`<h2>Alerts</h2><ul class="alerts">${raised.map(
    ({ name, text }) => html`<li><a href="/operations/runbook#${name}">${name}</a>: ${text}</li>`,
  )}</ul>`
}

const counts = (values: Readonly<Record<string, number>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${value} ${name}`)
    .join(', ') || 'none'

/** What was looked at has a number for each state, which may be 0. */
const UNKNOWN = 'not known'
const states = (values: Readonly<Record<string, number>>): string =>
  Object.keys(values).length === 0 ? UNKNOWN : counts(values)

const spread = ({ count, p50, p95 }: Spread): string =>
  count === 0 ? 'none' : `half within ${durationText(p50)}, 95 % within ${durationText(p95)} (${count})`

const spreads = (what: string, values: Readonly<Record<string, Spread>>): readonly (readonly [string, string])[] =>
  Object.entries(values).map(([name, value]) => [`${what} ${name}`, spread(value)])

const numbers = (rows: readonly (readonly [string, string])[]): Markup =>
  html`<dl class="numbers">${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`

/** What the charts show, for whoever reads numbers, or hears them. */
const table = ({ times, charts }: Trends): Markup => html`<details><summary>The charts as a table</summary>
<div class="scroll" tabindex="0" role="region" aria-label="The charts as a table">
<table><thead><tr><th scope="col">Until</th>${charts.map(({ title }) => html`<th scope="col">${title}</th>`)}</tr></thead>
<tbody>${times.map((time, at) => row(time, charts, at))}</tbody></table></div></details>`

const row = (time: EpochMs, charts: Trends['charts'], at: number): Markup =>
  html`<tr><th scope="row">${toIsoSeconds(time)}</th>${charts.map(({ values, text }) => html`<td>${cell(values[at], text)}</td>`)}</tr>`

const cell = (value: number | undefined, text: (value: number) => string): string =>
  value === undefined ? '-' : text(value)

function troubles({ troubles }: Overview, now: EpochMs): Markup {
  if (troubles.length === 0) return html`<p>None.</p>`
  return html`<ul>${troubles.map(
    ({ what, count, lastAt }) =>
      html`<li>${what}: ${count} times, last ${durationText(Math.max(0, elapsed(lastAt, now)))} ago</li>`,
  )}</ul>`
}
