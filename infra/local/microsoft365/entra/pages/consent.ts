import type { Context } from 'hono'
import { html, raw } from 'hono/html'
import type { Organisation, Person } from '../../world.ts'
import type { Application } from '../applications.ts'
import { describeScopes } from '../consent.ts'
import { identity, type Markup, page } from './layout.ts'

export interface ConsentQuestion {
  person: Person
  organisation: Organisation
  application: Application
  scopes: readonly string[]
}

/**
 * Asks for the person's own agreement, or for an administrator's in the name of everyone. An administrator who is asked
 * for their own may also agree for everyone.
 */
export function consentPage(c: Context, question: ConsentQuestion & { kind: 'own' | 'everyone' }) {
  const { person, organisation, application, scopes, kind } = question
  const body = html`
${identity(person)}
<h1>${kind === 'own' ? 'Permissions requested' : 'Permissions requested for your organisation'}</h1>
${publisher(application)}
<p class="soft">${kind === 'own' ? 'The app would like to:' : `The app would like to do this for everyone in ${organisation.name}:`}</p>
<ul class="permissions">${describeScopes(scopes).map(permission)}</ul>
<form method="post">
<input type="hidden" name="oid" value="${person.oid}">
${kind === 'own' && person.isAdministrator ? forEveryone(organisation) : ''}
<p class="soft">Accepting means that this app may use your data as its terms and privacy statement say.
${kind === 'own' ? 'You can withdraw this at any time.' : 'Nobody in the organisation will be asked again.'}</p>
<div class="actions">
<button class="button" name="decision" value="cancel">Cancel</button>
<button class="button main" name="decision" value="accept">Accept</button>
</div></form>`
  return page(c, { title: 'Permissions requested', body })
}

/** Which app asks, and who made it. */
export const publisher = ({ name, publisher: maker }: Application): Markup =>
  html`<p><b>${name}</b><br><span class="soft">${maker}</span></p>`

const permission = ({ title, detail }: { title: string; detail: string }): Markup => html`
<li>${raw(tick)}<div><b>${title}</b><span class="soft">${detail}</span></div></li>`

const forEveryone = ({ name }: Organisation): Markup => html`
<p><label class="check"><input type="checkbox" name="forEveryone">
<span>Consent on behalf of your organisation<small>Nobody at ${name} will be asked for these permissions again.</small></span></label></p>`

const tick =
  '<svg viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="M4 10.5l4 4 8-9"/></svg>'
