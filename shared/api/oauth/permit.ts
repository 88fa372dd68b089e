import { html } from 'hono/html'
import type { Connect } from '../../accounts/connect.ts'
import { SyncError } from '../../core/errors.ts'
import { returnUrl, withoutScopes } from '../../integrators/authorization-request.ts'
import type { Integrator } from '../../integrators/integrator.ts'
import type { Integrators } from '../../integrators/integrators.ts'
import type { PermissionRequest, PermissionRequests } from '../../integrators/permission-requests.ts'
import { page } from '../page.ts'
import { type ApiRequest, bodyParams, singleParams } from '../request.ts'
import { type ApiResponse, seeOther } from '../response.ts'
import type { BrowserCookie } from './browser.ts'
import type { ConsentTokens } from './consent-token.ts'
import { answerButtons, hidden } from './form.ts'

const BODY_LIMIT = 4 * 1024

/** The page an integrator sends a person to, to be asked for a permission. */
export const permissionPath = (id: string): string => `/oauth/permissions?request=${id}`

export interface PermitDependencies {
  readonly publicUrl: string
  readonly integrators: Integrators
  readonly permissionRequests: PermissionRequests
  readonly connect: Connect
  readonly cookie: BrowserCookie
  readonly consent: ConsentTokens
}

/**
 * The way to a question about calendars. Whoever holds the link sees who asks, and nothing about the person or their
 * calendars before they have signed in with Microsoft.
 */
export function createPermit(dependencies: PermitDependencies): (request: ApiRequest) => Promise<ApiResponse> {
  const { publicUrl, integrators, permissionRequests, connect, cookie, consent } = dependencies
  return (request) => (request.method === 'POST' ? decide(request) : show(request))

  async function show(request: ApiRequest): Promise<ApiResponse> {
    const params = singleParams(request.url.searchParams)
    const { integrator } = await asked(params.get('request') ?? '')
    const { secret, headers } = cookie.hand(request)
    return introduction(
      integrator,
      { request: params.get('request') ?? '', ...consent.fields(secret, params) },
      headers,
    )
  }

  async function decide(request: ApiRequest): Promise<ApiResponse> {
    const params = await bodyParams(request, BODY_LIMIT)
    const { permission } = await asked(params.get('request') ?? '')
    const browser = consent.check(cookie.read(request), params)
    const { account, calendars } = permission
    const back = withoutScopes(permission.clientId, permission.redirectUri)
    return params.get('decision') === 'continue'
      ? seeOther(await connect.begin(back, browser, { permission: { account, calendars } }))
      : seeOther(returnUrl(back, publicUrl, { error: 'access_denied' }))
  }

  async function asked(id: string): Promise<{ permission: PermissionRequest; integrator: Integrator }> {
    const permission = await permissionRequests.find(id)
    const integrator = await integrators.find(permission.clientId)
    if (integrator?.redirectUris.includes(permission.redirectUri)) return { permission, integrator }
    throw new SyncError('PERMISSION_LINK_OVER', 'the integrator or its redirect URI is gone')
  }
}

function introduction({ name }: Integrator, fields: Record<string, string>, headers: Record<string, string>) {
  return page({
    status: 200,
    title: `${name} asks for a permission`,
    headers,
    hasForm: true,
    content: html`<h1>${name} asks for another permission</h1>
<p>${name} wants to change and delete events it did not create, in some of your calendars.</p>
<p>Sign in with the Microsoft account that is connected to ${name}. Then you see which calendars, and decide.</p>
<form method="post" action="/oauth/permissions">
${Object.entries(fields).map(([field, value]) => hidden(field, value))}
${answerButtons('Continue', 'Cancel')}
</form>`,
  })
}
