import { html } from 'hono/html'
import type { Connect } from '../../accounts/connect.ts'
import type { Person } from '../../accounts/ports.ts'
import { withoutScopes } from '../../integrators/authorization-request.ts'
import { type Integrator, siteOf } from '../../integrators/integrator.ts'
import type { ReconnectLinks } from '../../integrators/reconnect-links.ts'
import { page } from '../page.ts'
import { type ApiRequest, bodyParams, singleParams } from '../request.ts'
import { type ApiResponse, seeOther } from '../response.ts'
import type { BrowserCookie } from './browser.ts'
import type { ConsentTokens } from './consent-token.ts'
import { hidden, onlyButton } from './form.ts'

const BODY_LIMIT = 4 * 1024

/** The page an integrator sends a person to whose account needs to be connected again. */
export const reconnectPath = (link: string): string => `/oauth/reconnect?link=${link}`

export interface ReconnectDependencies {
  readonly reconnectLinks: ReconnectLinks
  readonly connect: Connect
  readonly cookie: BrowserCookie
  readonly consent: ConsentTokens
}

/**
 * The way back to Microsoft's sign-in. Whoever holds the link sees who sends them, and nothing about the account: not even
 * whether it needs this.
 */
export function createReconnect(dependencies: ReconnectDependencies): (request: ApiRequest) => Promise<ApiResponse> {
  const { reconnectLinks, connect, cookie, consent } = dependencies
  return (request) => (request.method === 'POST' ? signIn(request) : show(request))

  async function show(request: ApiRequest): Promise<ApiResponse> {
    const params = singleParams(request.url.searchParams)
    const link = params.get('link') ?? ''
    const { integrator } = await reconnectLinks.find(link)
    const { secret, headers } = cookie.hand(request)
    return introduction(integrator, { link, ...consent.fields(secret, params) }, headers)
  }

  async function signIn(request: ApiRequest): Promise<ApiResponse> {
    const params = await bodyParams(request, BODY_LIMIT)
    const { account, integrator } = await reconnectLinks.find(params.get('link') ?? '')
    const browser = consent.check(cookie.read(request), params)
    const back = withoutScopes(integrator.clientId, integrator.redirectUris[0] ?? '')
    return seeOther(await connect.begin(back, browser, { reconnects: account }))
  }
}

const introduction = ({ name }: Integrator, fields: Record<string, string>, headers: Record<string, string>) =>
  page({
    status: 200,
    title: 'Connect again',
    headers,
    hasForm: true,
    content: html`<h1>Connect your Microsoft 365 calendar again</h1>
<p>${name} sent you here, because your connection to Microsoft has ended. That happens, for example, when a password is changed.</p>
<p>Sign in with the Microsoft account that is connected to ${name}. What you have allowed ${name} stays as it is.</p>
<form method="post" action="/oauth/reconnect">
${Object.entries(fields).map(([field, value]) => hidden(field, value))}
${onlyButton('Sign in with Microsoft')}
</form>
<p class="quiet">${name} never sees your password. If you have connected again since you got this link, you are done.</p>`,
  })

interface Reconnected {
  readonly person: Person
  readonly integrator: Integrator
}

/** Where the way ends. */
export const reconnectedPage = ({ person, integrator }: Reconnected): Promise<ApiResponse> =>
  page({
    status: 200,
    title: 'Connected again',
    content: html`<h1>You are connected again</h1>
<p>The calendar of ${person.username} will be up to date in a moment. What you have allowed ${integrator.name} is as it was.</p>
<div class="actions"><a class="button primary" href="${siteOf(integrator)}">Back to ${integrator.name}</a></div>
<p class="quiet">What we hold about you: <a href="/me">Your data</a></p>`,
  })
