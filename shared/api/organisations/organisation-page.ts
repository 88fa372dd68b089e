import { html } from 'hono/html'
import type { Organisation } from '../../organisations/organisation.ts'
import { MOST_COUNTED } from '../../organisations/organisations.ts'
import { hidden } from '../oauth/form.ts'
import { type Markup, page } from '../page.ts'
import type { ApiResponse } from '../response.ts'
import type { Problems, Typed } from './restriction-form.ts'

const NOTICES = {
  installed: 'Microsoft 365 Sync is installed. People of your organisation can connect now.',
  restricted: 'Saved. Whoever is connected and outside of this is disconnected within minutes.',
}

export type Notice = keyof typeof NOTICES

/** The organisation's page, with something to say on top. */
export const noticePath = (notice: Notice): string => `/organisation?notice=${notice}`

export const isNotice = (name: string): name is Notice => Object.hasOwn(NOTICES, name)

export interface OrganisationView {
  readonly organisation: Organisation
  /** The domain of the administrator's own username, by which they recognise the organisation. */
  readonly domain: string
  readonly accounts: number
  readonly typed: Typed
  readonly problems: Problems
  readonly notice?: Notice | undefined
  /** Somebody else has decided something since the form was shown that was sent: nothing of it was saved. */
  readonly isStale?: boolean | undefined
  /** Hidden fields of the forms. */
  readonly fields: Readonly<Record<'restrict' | 'sign-out', Record<string, string>>>
}

export const organisationPage = (view: OrganisationView): Promise<ApiResponse> =>
  page({
    status: statusOf(view),
    title: 'Your organisation',
    hasForm: true,
    content: html`<h1>Microsoft 365 Sync for ${view.domain}</h1>
${view.notice === undefined ? '' : html`<p class="notice" role="status">${NOTICES[view.notice]}</p>`}
${view.isStale ? html`<p class="notice" role="alert">${STALE}</p>` : ''}
${view.organisation.state === 'uninstalling' ? uninstalling(view) : installed(view)}
<form method="post" action="/organisation">
${hiddenFields(view.fields['sign-out'])}
<p class="reference"><button class="link">Sign out</button></p>
</form>`,
  })

const STALE = 'Who may connect was changed meanwhile, and nothing of yours was saved. Below is what holds now.'

function statusOf({ problems, isStale }: OrganisationView): number {
  if (isStale) return 409
  return Object.keys(problems).length > 0 ? 422 : 200
}

const uninstalling = ({
  accounts,
}: OrganisationView): Markup => html`<p>It is being uninstalled: nobody can connect any more, and everything of your organisation is erased.</p>
<dl><dt>Accounts still to be erased</dt><dd>${counted(accounts)}</dd></dl>
<p class="quiet">Open this page again to see how far it has come. To take the permissions back as well, delete Microsoft 365 Sync under Enterprise applications in Microsoft Entra.</p>`

const installed = (view: OrganisationView): Markup => html`<dl>
<dt>Accounts</dt><dd>${counted(view.accounts)}, disconnected ones included until they are erased</dd>
<dt>Installed</dt><dd>on ${dayOf(view.organisation)} by an administrator</dd>
</dl>
<h2>Who may connect</h2>
<p>Leave both fields empty to let everybody in your organisation connect. Where both are filled in, a person has to meet both.</p>
<form method="post" action="/organisation">
${hiddenFields(view.fields.restrict)}
${field('domains', 'Domains of usernames', 'One on each line, for example contoso.com. A subdomain is another domain.', view)}
${field('groups', 'Object IDs of Microsoft Entra groups', 'One on each line. Members of groups within a group count as well.', view)}
<div class="actions"><button class="button primary">Save</button></div>
</form>
<p class="quiet">Groups count as they were when a person last signed in. Microsoft tells us of up to 200 groups of a person: whoever is in more cannot connect while groups stand here. Require assignment in Microsoft Entra instead then.</p>
<h2>Audit trail</h2>
<p>What was decided here, and which accounts were connected and ended, with the time. Accounts have opaque ids, no names. <a href="/organisation/audit">Download it as a table (CSV)</a></p>
<h2>Uninstall</h2>
<p>Disconnects everybody and erases everything that is stored of your organisation.</p>
<div class="actions"><a class="button" href="/organisation/uninstall">Uninstall…</a></div>`

export const counted = (accounts: number): string =>
  accounts >= MOST_COUNTED ? `more than ${MOST_COUNTED.toLocaleString('en')}` : accounts.toLocaleString('en')

const dayOf = ({ installedAt }: Organisation): string =>
  new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(installedAt)

export const hiddenFields = (fields: Record<string, string>): readonly Markup[] =>
  Object.entries(fields).map(([name, value]) => hidden(name, value))

function field(name: keyof Typed, label: string, hint: string, { typed, problems }: OrganisationView): Markup {
  const problem = problems[name]
  const says = problem === undefined ? '' : html`<p class="problem" id="${name}-problem">${problem}</p>`
  const described = problem === undefined ? `${name}-hint` : `${name}-problem ${name}-hint`
  const invalid = problem === undefined ? '' : html` aria-invalid="true"`
  return html`<div class="field"><label for="${name}">${label}</label>
<p class="quiet" id="${name}-hint">${hint}</p>
${says}
<textarea id="${name}" name="${name}" rows="3" spellcheck="false" autocomplete="off" aria-describedby="${described}"${invalid}>${typed[name]}</textarea></div>`
}
