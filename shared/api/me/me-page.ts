import { html } from 'hono/html'
import type { BrowserSession } from '../../accounts/browser-sessions.ts'
import type { EpochMs } from '../../core/time.ts'
import { isNotified } from '../../pull/due.ts'
import { firstPullDone } from '../../pull/first-pull.ts'
import type { AccountHead, CalendarState } from '../../pull/state.ts'
import { hidden, list } from '../oauth/form.ts'
import { type Markup, page } from '../page.ts'
import type { ApiResponse } from '../response.ts'
import type { Access, Overview } from './overview.ts'

/** The hidden fields of a form about one deed. */
export type FieldsOf = (act: string, clientId?: string) => Record<string, string>

export interface MePage {
  readonly session: BrowserSession
  readonly overview: Overview
  readonly message: string | undefined
  /** Where an account that needs it is connected again. */
  readonly reconnectUrl: string | undefined
  /** Days for which what was read is kept of an account that is not connected. */
  readonly keptDays: number
  readonly fieldsOf: FieldsOf
}

/** What is held about the person who is signed in, and what they can do about it. */
export const mePage = (shown: MePage): Promise<ApiResponse> =>
  page({
    status: 200,
    title: 'Your data',
    hasForm: 'own',
    content: html`<h1>Your data</h1>
${notice(shown.message)}
<p>You are signed in as ${shown.session.identity.name} (${shown.session.identity.username}).</p>
${contentOf(shown)}
${form(shown.fieldsOf('sign-out'), 'Sign out')}`,
  })

/** The way in. */
export const signInPage = (message: string | undefined): Promise<ApiResponse> =>
  page({
    status: 200,
    title: 'Your data',
    content: html`<h1>Your data</h1>
${notice(message)}
<p>See which programs may use your Microsoft 365 calendar and what we hold about you. Take it with you, or have it erased.</p>
<div class="actions"><a class="button primary" href="/me/sign-in">Sign in with Microsoft</a></div>
<p class="quiet">We only ask Microsoft who you are. You stay signed in for half an hour.</p>`,
  })

const notice = (message: string | undefined): Markup | '' =>
  message === undefined ? '' : html`<p class="message" role="status">${message}</p>`

function contentOf(shown: MePage): Markup {
  const { overview } = shown
  if (overview.kind === 'nothing') return html`<p>Nothing is stored about this Microsoft account.</p>`
  if (overview.kind === 'erased')
    return html`<p>Nothing is stored about this Microsoft account: it has been erased.</p>
<p class="quiet">We look once more whether anything is left. In about ten minutes you can connect again.</p>`
  if (overview.kind === 'erasing')
    return html`<p role="status"><strong>Your data is being erased.</strong> No program can use it any more. Within the hour nothing is left of it; there is nothing more to do for you.</p>
<p class="quiet">You can connect again when it is done.</p>`
  const { head, calendars } = overview.state
  const zone = head.zone ?? 'UTC'
  return html`${account(shown, head, calendars, overview.accesses)}
${calendarList(calendars, head.state === 'active', zone)}
${accessList(overview.accesses, zone, shown.fieldsOf)}
${rights(overview.accesses, shown)}
<p class="quiet">Times are those of ${zone}.</p>`
}

function account(
  { reconnectUrl, keptDays }: MePage,
  head: AccountHead,
  calendars: readonly CalendarState[],
  accesses: readonly Access[],
): Markup {
  const isAsked = head.state === 'needs-reconnect' && reconnectUrl !== undefined
  return html`<section><h2>Connection</h2>
<p>${stateOf(head, calendars, accesses, keptDays)}</p>
${isAsked ? html`<div class="actions"><a class="button primary" href="${reconnectUrl}">Connect again</a></div>` : ''}</section>`
}

function stateOf(
  head: AccountHead,
  calendars: readonly CalendarState[],
  accesses: readonly Access[],
  keptDays: number,
): string {
  if (head.state === 'needs-reconnect')
    return `Needs you: Microsoft no longer lets us in. Nothing is read or changed until you connect again; after ${keptDays} days what was read goes.`
  if (head.state === 'disconnected')
    return `Disconnected. What was read is kept, encrypted, for ${keptDays} days after that, and then it goes.`
  if (accesses.length === 0) return 'No program may use your calendar. We are letting go of it.'
  if (!firstPullDone(head, calendars)) return 'Connected. Your calendars are being read for the first time.'
  if (head.failures > 0) return 'Connected. Microsoft could not be reached last time; we keep trying.'
  return 'Connected and up to date.'
}

function calendarList(calendars: readonly CalendarState[], isActive: boolean, zone: string): Markup {
  const present = calendars.filter(({ deleted }) => !deleted)
  return html`<section><h2>Calendars</h2>
${present.length === 0 ? html`<p>None has been read yet.</p>` : ''}
<ul class="plain">${present.map((calendar) => html`<li><strong>${calendar.name}</strong><br><span class="quiet">${calendarFacts(calendar, isActive, zone)}</span></li>`)}</ul></section>`
}

const NOTIFIED = 'Microsoft tells us of changes'
const POLLED = 'we look for changes every five minutes'

function calendarFacts(calendar: CalendarState, isActive: boolean, zone: string): string {
  const { events, pulledAt } = calendar
  const mode = !isActive ? 'not read any more' : isNotified(calendar) ? NOTIFIED : POLLED
  const read = pulledAt === undefined ? 'not read yet' : `last read ${shownAt(pulledAt, zone)}`
  return `${events} ${events === 1 ? 'event' : 'events'}; ${mode}; ${read}`
}

const accessList = (accesses: readonly Access[], zone: string, fieldsOf: FieldsOf): Markup => html`<section>
<h2>Programs with access</h2>
${accesses.length === 0 ? html`<p>None.</p>` : ''}
${accesses.map(
  ({ clientId, name, sentences, since, lastUsedAt }) => html`<h3>${name}</h3>
${list(sentences)}
<p class="quiet">Since ${shownAt(since, zone)}.${lastUsedAt === undefined ? '' : html` Last used ${shownAt(lastUsedAt, zone)}.`}</p>
${form(fieldsOf('revoke', clientId), `Revoke ${name}`)}`,
)}</section>`

const rights = (accesses: readonly Access[], { keptDays, fieldsOf }: MePage): Markup => html`<section>
<h2>Take it with you</h2>
<div class="actions">
<a class="button" href="/me/export.json">Download everything (JSON)</a>
<a class="button" href="/me/export.ics">Download events (iCalendar)</a>
</div></section>
<section><h2>End it</h2>
${
  accesses.length === 0
    ? ''
    : html`<p>Disconnecting ends every access above at once and drops our access to your mailbox. What was read is kept, encrypted, for ${keptDays} days in case you connect again, and then it goes.</p>
${form(fieldsOf('disconnect'), 'Disconnect all')}`
}
<p>Erasing deletes all of it now. You are asked once more.</p>
<div class="actions"><a class="button danger" href="/me/erase">Erase everything</a></div></section>`

const form = (fields: Record<string, string>, button: string): Markup => html`<form method="post" action="/me">
${Object.entries(fields).map(([name, value]) => hidden(name, value))}
<div class="actions"><button class="button">${button}</button></div>
</form>`

const shownAt = (at: EpochMs, timeZone: string): string =>
  new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(at)
