import type { Connect } from '../../accounts/connect.ts'
import { SyncError } from '../../core/errors.ts'
import { judgeRequest, returnUrl } from '../../integrators/authorization-request.ts'
import type { Integrators } from '../../integrators/integrators.ts'
import { type ApiRequest, bodyParams, type Params, singleParams } from '../request.ts'
import { type ApiResponse, seeOther } from '../response.ts'
import type { BrowserCookie } from './browser.ts'
import { consentPage } from './consent-page.ts'
import type { ConsentTokens } from './consent-token.ts'

const BODY_LIMIT = 16 * 1024

export interface AuthorizeDependencies {
  readonly publicUrl: string
  readonly integrators: Integrators
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
  const { publicUrl, integrators, connect, cookie, consent } = dependencies
  return (request) => (request.method === 'POST' ? decide(request) : ask(request))

  async function ask(request: ApiRequest): Promise<ApiResponse> {
    const params = singleParams(request.url.searchParams)
    const judged = await judgeRequest(integrators, params)
    if ('error' in judged) return seeOther(returnUrl(judged.back, publicUrl, { error: judged.error }))
    const browser = cookie.read(request) ?? cookie.make()
    const token = consent.fields(browser, params)
    return consentPage({ ...judged, params, token, headers: cookie.header(browser) })
  }

  async function decide(request: ApiRequest): Promise<ApiResponse> {
    const params = await formOf(request)
    const judged = await judgeRequest(integrators, params)
    if ('error' in judged) return seeOther(returnUrl(judged.back, publicUrl, { error: judged.error }))
    const browser = cookie.read(request)
    consent.check(browser, params)
    if (browser === undefined || params.get('decision') !== 'continue') {
      return seeOther(returnUrl(judged.request, publicUrl, { error: 'access_denied' }))
    }
    return seeOther(await connect.begin(judged.request, browser), cookie.header(browser))
  }

  /** Only our own page posts here, and it puts everything into the body. */
  async function formOf(request: ApiRequest): Promise<Params> {
    if (request.url.search !== '') throw new SyncError('REQUEST_INVALID', 'parameters in both query and body')
    return bodyParams(request, BODY_LIMIT)
  }
}
