import { html } from 'hono/html'
import { type AuthorizationRequest, REQUEST_FIELDS } from '../../integrators/authorization-request.ts'
import type { Integrator } from '../../integrators/integrator.ts'
import { meaningsOf } from '../../integrators/scopes.ts'
import { type Markup, page } from '../page.ts'
import type { Params } from '../request.ts'
import type { ApiResponse } from '../response.ts'

export interface ConsentPage {
  readonly integrator: Integrator
  readonly request: AuthorizationRequest
  /** The request as it came, to be sent along with the button. */
  readonly params: Params
  readonly token: Record<string, string>
  readonly headers: Record<string, string>
}

/** Says who asks for what, in plain words, before anything leads to Microsoft. */
export function consentPage({ integrator, request, params, token, headers }: ConsentPage): Promise<ApiResponse> {
  const asked = REQUEST_FIELDS.map((name) => [name, params.get(name)] as const)
  const fields = [...asked, ...Object.entries(token)].filter(([, value]) => value !== undefined)
  return page({
    status: 200,
    title: `Connect ${integrator.name}`,
    headers,
    hasForm: true,
    content: html`<h1>Let ${integrator.name} use your Microsoft 365 calendar?</h1>
<p>${integrator.name} asks to:</p>
<ul>
${meaningsOf(request.scopes).map((meaning) => html`<li>${meaning}</li>`)}
${request.unrestricted ? html`<li>Change and delete events it did not create</li>` : ''}
</ul>
<p class="quiet">You sign in with Microsoft next. ${integrator.name} never sees your password.</p>
<form method="post" action="/oauth/authorize">
${fields.map(([name, value]) => hidden(name, value))}
<div class="actions">
<button class="button primary" name="decision" value="continue">Continue</button>
<button class="button" name="decision" value="cancel">Cancel</button>
</div>
</form>
<p class="quiet">Your calendar is encrypted before it is stored.</p>`,
  })
}

const hidden = (name: string, value: string | undefined): Markup =>
  html`<input type="hidden" name="${name}" value="${value ?? ''}">`
