import { html } from 'hono/html'
import { hidden, onlyButton } from '../oauth/form.ts'
import { type Markup, page } from '../page.ts'
import type { ApiResponse } from '../response.ts'

/** Every permission that is asked for, and what it is needed for. */
const PERMISSIONS: readonly (readonly [string, string])[] = [
  [
    'Calendars.ReadWrite',
    'to read events, and to store what a person makes, moves or deletes in a program they connected',
  ],
  ['MailboxSettings.Read', 'for the time zone and the working hours of the mailbox'],
  ['User.Read', 'to know who has signed in'],
  ['offline_access', 'so that calendars stay in step while nobody is at the screen'],
  ['openid, profile', 'for the sign-in itself, and to show whose account is connected'],
]

/** What an administrator reads before installing, and the button that leads to Microsoft. */
export const installPage = (fields: Record<string, string>, headers: Record<string, string>): Promise<ApiResponse> =>
  page({
    status: 200,
    title: 'Install for your organisation',
    headers,
    hasForm: true,
    content: html`<h1>Install Microsoft 365 Sync for your organisation</h1>
<p>For administrators of Microsoft 365. Once it is installed, people of your organisation can connect their own calendar to programs like FlowAgent. The installation itself connects nobody: that is for each person to decide.</p>
<h2>What it does</h2>
<p>It keeps the calendars of each connected person in step with the programs they chose: changes in Outlook appear there, and changes there appear in Outlook.</p>
<h2>What it asks Microsoft for, and why</h2>
<dl>${PERMISSIONS.map(permission)}</dl>
<p>All of these are delegated permissions: the app acts for somebody who has signed in, and reaches their own mailbox only. It has no application permission, so it cannot open the mailbox of anybody who has not connected.</p>
<h2>Where data is kept</h2>
<p>Stored in Denmark, processed in the EU (Ireland). Everything about a person, an event or a token is encrypted before it is stored. When you uninstall, everything of your organisation is erased.</p>
${LIMITS}
<form method="post" action="/install">
${Object.entries(fields).map(([name, value]) => hidden(name, value))}
${onlyButton('Install with Microsoft')}
</form>
<p class="quiet">Microsoft shows the permissions again and asks whether you accept them for everybody. Then you sign in once more, so that we know the consent came from an administrator of that very organisation.</p>
<p class="quiet">Installed already? <a href="/organisation">Manage it</a>.</p>`,
  })

const permission = ([name, why]: readonly [string, string]): Markup => html`<dt>${name}</dt><dd>${why}</dd>`

const LIMITS = html`<h2>How to limit it</h2>
<ul>
<li>Here, after the installation: only people of some domains or groups may connect. Whoever is connected and outside is disconnected.</li>
<li>In Microsoft Entra: require assignment for the enterprise application and <a href="https://learn.microsoft.com/entra/identity/enterprise-apps/assign-user-or-group-access-portal">assign people or groups</a>. Microsoft lets nobody else sign in then.</li>
<li>With <a href="https://learn.microsoft.com/entra/identity/conditional-access/overview">Conditional Access</a>, as any application.</li>
</ul>
<p><a href="https://learn.microsoft.com/graph/auth-limit-mailbox-access">Application access policies</a> and <a href="https://learn.microsoft.com/exchange/permissions-exo/application-rbac">RBAC for Applications</a> in Exchange limit application permissions only. This app has none, so they change nothing for it.</p>`
