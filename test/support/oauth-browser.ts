import { failurePage } from '../../shared/api/oauth/failure-page.ts'
import type { OAuthApi } from '../../shared/api/oauth/oauth-api.ts'
import type { ApiRequest } from '../../shared/api/request.ts'
import type { ApiResponse } from '../../shared/api/response.ts'
import { asSyncError } from '../../shared/core/errors.ts'
import { ANNA, form, type OAuthWorld, PUBLIC_URL, request } from './oauth.ts'

/** What a browser shows: a page of ours, or the address it has left us for. */
export interface Shown {
  readonly status: number
  readonly body: string
  /** Set when the browser is at the integrator. */
  readonly left?: URL
}

/** A browser at our pages: keeps cookies, follows redirects, and signs in at Microsoft as who is told. */
export interface Visitor {
  open(address: string): Promise<Shown>
  press(page: Shown, decision: 'continue' | 'cancel'): Promise<Shown>
}

export interface Browser extends Visitor {
  /** Who the person chooses at Microsoft. */
  person: typeof ANNA
}

export const BENT = {
  ...ANNA,
  objectId: '5f2d8c1e-0000-4000-8000-000000000003',
  username: 'bent@contoso.example',
  name: 'Bent Dahl',
}

export function createBrowser({ oauth, entra }: OAuthWorld): Browser {
  const visitor = createVisitor(oauth, () => {
    entra.answer = async () => ({
      identity: browser.person,
      standing: { roles: [], groups: [], appRoles: [] },
      tokenCache: 'canary-token-cache',
    })
    return 'microsoft-code'
  })
  const browser: Browser = { person: ANNA, ...visitor }
  return browser
}

/** @param signIn makes Microsoft's code for whoever signs in. */
export function createVisitor(oauth: OAuthApi, signIn: () => string): Visitor {
  const cookies = new Map<string, string>()
  const handlers = new Map([
    ['/oauth/authorize', oauth.authorize],
    ['/oauth/callback', oauth.callback],
    ['/oauth/answer', oauth.answer],
    ['/oauth/permissions', oauth.permit],
    ['/oauth/reconnect', oauth.reconnect],
  ])
  return { open, press }

  async function open(address: string): Promise<Shown> {
    return follow(await send(request(address, { headers: { cookie: cookieText() } })))
  }

  async function press(page: Shown, decision: string): Promise<Shown> {
    const [, action = ''] = /action="([^"]+)"/.exec(page.body) ?? []
    const fields = [...page.body.matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g)]
    const values = Object.fromEntries(fields.map(([, name = '', value = '']) => [name, value.replaceAll('&amp;', '&')]))
    return follow(await send(form(action, { ...values, decision }, { cookie: cookieText() })))
  }

  async function send(asked: ApiRequest): Promise<ApiResponse> {
    const handler = handlers.get(asked.url.pathname)
    if (handler === undefined) throw new Error(`no page at ${asked.url.pathname}`)
    const answer = await handler(asked).catch((error: unknown) => failurePage(asSyncError(error), asked.requestId))
    const [name, value] = answer.headers['set-cookie']?.split(';')[0]?.split('=') ?? []
    if (name !== undefined && value !== undefined) cookies.set(name, value)
    return answer
  }

  async function follow({ status, body, headers }: ApiResponse): Promise<Shown> {
    const { location } = headers
    if (location === undefined) return { status, body }
    const url = new URL(location, PUBLIC_URL)
    if (url.pathname === '/authorize') return comeBack(url.searchParams.get('state') ?? '')
    return handlers.has(url.pathname) ? open(url.href) : { status, body: '', left: url }
  }

  function comeBack(state: string): Promise<Shown> {
    return open(`/oauth/callback?${new URLSearchParams({ state, code: signIn() })}`)
  }

  function cookieText(): string {
    return [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  }
}
