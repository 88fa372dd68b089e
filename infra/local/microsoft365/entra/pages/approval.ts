import type { Context } from 'hono'
import { html } from 'hono/html'
import { describeScopes } from '../consent.ts'
import { type ConsentQuestion, publisher } from './consent.ts'
import { identity, page } from './layout.ts'

/** The wall a person meets whose organisation lets only administrators agree. */
export function approvalPage(c: Context, { person, organisation, application, scopes }: ConsentQuestion) {
  const needs = describeScopes(scopes).map(({ title }) => html`<li><b>${title}</b></li>`)
  const body = html`
${identity(person)}
<h1>Approval required</h1>
${publisher(application)}
<p>This app needs permission to use resources of <b>${organisation.name}</b> that only an administrator can grant. Ask an
administrator to grant it before you use the app.</p>
<ul class="permissions">${needs}</ul>
<form method="post"><input type="hidden" name="oid" value="${person.oid}">
<div class="actions"><button class="button main" name="decision" value="return">Return to the application</button></div>
</form>
<p class="soft"><code>AADSTS90094</code></p>`
  return page(c, { title: 'Approval required', body })
}
