import type { Connect } from '../../accounts/connect.ts'
import { SyncError } from '../../core/errors.ts'
import { type Judged, judgeRequest, type Return, returnUrl } from '../../integrators/authorization-request.ts'
import type { Integrators } from '../../integrators/integrators.ts'
import type { LinkTokens } from '../../integrators/link-tokens.ts'
import type { OAuthErrorCode } from '../../integrators/oauth-errors.ts'
import { type ApiRequest, bodyParams, type Params, singleParams } from '../request.ts'
import { type ApiResponse, seeOther } from '../response.ts'
import type { BrowserCookie } from './browser.ts'
import { consentPage } from './consent-page.ts'
import type { ConsentTokens } from './consent-token.ts'

const BODY_LIMIT = 16 * 1024

export interface AuthorizeDependencies {
  readonly publicUrl: string
  readonly integrators: Integrators
  readonly linkTokens: LinkTokens
  readonly connect: Connect
  readonly cookie: BrowserCookie
  readonly consent: ConsentTokens
}

/**
 * The authorization endpoint of RFC 6749 section 3.1. GET shows who asks for what; POST takes the person's answer and
 * leads to Microsoft, or back.
 * @throws SyncError for a page, whenever it is not certain that the redirect URI belongs to the integrator.
 */
export function createAuthorize(dependencies: AuthorizeDependencies): (request: ApiRequest) => Promise<ApiResponse> {
  const { publicUrl, integrators, linkTokens, connect, cookie, consent } = dependencies
  return (request) => (request.method === 'POST' ? decide(request) : ask(request))

  async function ask(request: ApiRequest): Promise<ApiResponse> {
    const params = singleParams(request.url.searchParams)
    const judged = await judge(params)
    if ('error' in judged) return backWith(judged.error, judged.back)
    const { secret, headers } = cookie.hand(request)
    return consentPage({ ...judged, params, token: consent.fields(secret, params), headers })
  }

  async function decide(request: ApiRequest): Promise<ApiResponse> {
    const params = await formOf(request)
    const judged = await judge(params)
    if ('error' in judged) return backWith(judged.error, judged.back)
    const browser = consent.check(cookie.read(request), params)
    if (params.get('decision') !== 'continue') return backWith('access_denied', judged.request)
    const link = params.get('link_token')
    if (link && !(await linkTokens.take(link, judged.request.clientId))) {
      return backWith('invalid_request', judged.request)
    }
    return seeOther(await connect.begin(judged.request, browser))
  }

  async function judge(params: Params): Promise<Judged> {
    const judged = await judgeRequest(integrators, params)
    const link = params.get('link_token')
    if ('error' in judged || !link) return judged
    const isGood = await linkTokens.isGood(link, judged.request.clientId)
    return isGood ? judged : { integrator: judged.integrator, error: 'invalid_request', back: judged.request }
  }

  function backWith(error: OAuthErrorCode, back: Return): ApiResponse {
    return seeOther(returnUrl(back, publicUrl, { error }))
  }

  /** Only our own page posts here, and it puts everything into the body. */
  async function formOf(request: ApiRequest): Promise<Params> {
    if (request.url.search !== '') throw new SyncError('REQUEST_INVALID', 'parameters in both query and body')
    return bodyParams(request, BODY_LIMIT)
  }
}
