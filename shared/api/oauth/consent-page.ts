import { html } from 'hono/html'
import { sentencesOf } from '../../integrators/allowed.ts'
import { type AuthorizationRequest, REQUEST_FIELDS } from '../../integrators/authorization-request.ts'
import type { Integrator } from '../../integrators/integrator.ts'
import { page } from '../page.ts'
import type { Params } from '../request.ts'
import type { ApiResponse } from '../response.ts'
import { answerButtons, hidden, list } from './form.ts'

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
${list(sentencesOf(request))}
<p class="quiet">You sign in with Microsoft next and choose the account. ${integrator.name} never sees your password.</p>
<form method="post" action="/oauth/authorize">
${fields.map(([name, value]) => hidden(name, value))}
${answerButtons('Continue', 'Cancel')}
</form>
<p class="quiet">Your calendar is encrypted before it is stored. See, take along or erase what we hold about you at <a href="/me">Your data</a>, at any time.</p>`,
  })
}
