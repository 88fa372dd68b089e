import type { Connect, Connected } from '../../accounts/connect.ts'
import type { SyncError } from '../../core/errors.ts'
import { failureFacts, type Log } from '../../core/log.ts'
import { type AuthorizationRequest, returnUrl } from '../../integrators/authorization-request.ts'
import { siteOf } from '../../integrators/integrator.ts'
import type { Integrators } from '../../integrators/integrators.ts'
import type { ReconnectLinks } from '../../integrators/reconnect-links.ts'
import { type ApiRequest, singleParams } from '../request.ts'
import { type ApiResponse, seeOther } from '../response.ts'
import { questionPath } from './answer.ts'
import type { BrowserCookie } from './browser.ts'
import { failurePage, type WaysOn } from './failure-page.ts'
import { reconnectedPage, reconnectPath } from './reconnect.ts'
import { signInAnswer } from './sign-in-answer.ts'

export interface CallbackDependencies {
  readonly publicUrl: string
  readonly integrators: Integrators
  readonly connect: Connect
  readonly reconnectLinks: ReconnectLinks
  readonly cookie: BrowserCookie
  readonly log: Log
}

type Failed = Extract<Connected, { readonly failure: SyncError }>

/**
 * Where Microsoft sends the browser after the sign-in. On success it goes on to the integrator with our code; whatever
 * failed, the person sees a page that says so and leads on.
 */
export function createCallback(dependencies: CallbackDependencies): (request: ApiRequest) => Promise<ApiResponse> {
  const { publicUrl, integrators, connect, reconnectLinks, cookie, log } = dependencies

  return async (request) => {
    const answer = signInAnswer(singleParams(request.url.searchParams))
    const result = await connect.finish(answer, cookie.read(request))
    if ('question' in result) return seeOther(questionPath(result.question))
    if ('code' in result) return seeOther(returnUrl(result.request, publicUrl, { code: result.code }))
    if ('reconnected' in result) return reconnectedPage(result.reconnected)
    const { failure } = result
    log('warn', 'connect-failed', { request: request.requestId, ...failureFacts(failure) })
    const installUrl = `${publicUrl}/install`
    return failurePage(failure, request.requestId, { ...(await waysOn(result)), installUrl })
  }

  async function waysOn({ request, purpose, failure }: Failed): Promise<WaysOn> {
    const integrator = await integrators.find(request.clientId)
    // Taken off the list meanwhile: then nothing leads there any more.
    if (!integrator?.redirectUris.includes(request.redirectUri)) return {}
    if (purpose.reconnects !== undefined) {
      const link = reconnectLinks.issue({ account: purpose.reconnects, clientId: request.clientId })
      const back = { name: integrator.name, url: siteOf(integrator) }
      return failure.code === 'RECONNECT_LINK_OVER' ? { back } : { again: reconnectPath(link), back }
    }
    const error = failure.failure.http >= 500 ? 'temporarily_unavailable' : 'access_denied'
    const back = { name: integrator.name, url: returnUrl(request, publicUrl, { error }) }
    // A question about calendars has no scopes; its own link can be opened again.
    return request.scopes.length === 0 ? { back } : { again: authorizeUrl(request), back }
  }
}

/** The person's own way to start over: the integrator's request as it was. */
function authorizeUrl({ clientId, redirectUri, scopes, state, challenge }: AuthorizationRequest): string {
  const params = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: scopes.join(' '),
    ...(state !== undefined && { state }),
    ...(challenge !== undefined && { code_challenge: challenge, code_challenge_method: 'S256' }),
  })
  return `/oauth/authorize?${params}`
}
