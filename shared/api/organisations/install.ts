import { refusal } from '../../accounts/connect.ts'
import type { Trail } from '../../audit/audit.ts'
import { isFailure, SyncError } from '../../core/errors.ts'
import type { Installations } from '../../organisations/installations.ts'
import type { Organisations } from '../../organisations/organisations.ts'
import type { BrowserSessionApi } from '../browser-session/browser-session-api.ts'
import type { BrowserCookie } from '../oauth/browser.ts'
import type { ConsentTokens } from '../oauth/consent-token.ts'
import { aadstsOf } from '../oauth/sign-in-answer.ts'
import { type ApiRequest, bodyParams, type Params, singleParams } from '../request.ts'
import { type ApiResponse, seeOther } from '../response.ts'
import { installPage } from './install-page.ts'
import { noticePath } from './organisation-page.ts'

const BODY_LIMIT = 4 * 1024

/** What the token of the page's form is about. */
const ABOUT: Params = new Map([['page', 'install']])

export interface InstallDependencies {
  readonly installations: Installations
  readonly organisations: Organisations
  readonly sessions: BrowserSessionApi
  readonly cookie: BrowserCookie
  readonly consent: ConsentTokens
  readonly audit: Pick<Trail, 'failed'>
}

/**
 * The way of an administrator: our page, Microsoft's consent, Microsoft's sign-in, and back. Nothing in the address that
 * Microsoft sends the browser to is believed: what counts is the ID token of the sign-in after it.
 */
export function createInstall(dependencies: InstallDependencies) {
  const { installations, organisations, sessions, cookie, consent, audit } = dependencies
  return { install, callback, finish }

  async function install(request: ApiRequest): Promise<ApiResponse> {
    if (request.method === 'POST') return begin(request)
    const { secret, headers } = cookie.hand(request)
    return installPage(consent.fields(secret, ABOUT), headers)
  }

  async function begin(request: ApiRequest): Promise<ApiResponse> {
    const posted = await bodyParams(request, BODY_LIMIT)
    const browser = consent.check(cookie.read(request), new Map([...posted, ...ABOUT]))
    return seeOther(await installations.begin(browser))
  }

  /** `GET /install/callback` */
  async function callback(request: ApiRequest): Promise<ApiResponse> {
    const params = singleParams(request.url.searchParams)
    const state = token(params.get('state'))
    const error = params.get('error')
    // Looked at first: an answer that means no has admin_consent=True as well.
    const tenant = error === undefined ? claimedTenant(params) : undefined
    const id = await installations.answered(state, cookie.read(request), tenant)
    if (error !== undefined) throw refused(error, params)
    return sessions.signIn(request, `/install/finish?installation=${id}`)
  }

  /** `GET /install/finish`: whoever gave the consent has signed in. */
  async function finish(request: ApiRequest): Promise<ApiResponse> {
    const id = token(singleParams(request.url.searchParams).get('installation'))
    const session = await sessions.current(request)
    if (session === undefined) throw new SyncError('SESSION_OVER', 'nobody is signed in')
    const tenantId = await installations.prove(id, cookie.read(request), session).catch(noteRefusal)
    await organisations.install(tenantId, session.account)
    return seeOther(noticePath('installed'))
  }

  async function noteRefusal(error: unknown): Promise<never> {
    if (isFailure(error, 'INSTALLATION_OTHER_ORGANISATION', 'ADMINISTRATOR_REQUIRED')) await audit.failed(error.code)
    throw error
  }
}

const invalid = (message: string) => new SyncError('REQUEST_INVALID', message)

function token(given: string | undefined): string {
  if (given !== undefined && /^[\w-]{43}$/.test(given)) return given
  throw invalid('the state is not one of ours')
}

function claimedTenant(params: Params): string {
  const tenant = params.get('tenant') ?? ''
  const isConsent = params.get('admin_consent')?.toLowerCase() === 'true'
  if (isConsent && /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(tenant)) return tenant
  throw invalid('neither a consent nor an error')
}

/** Whoever may not give the consent gets the same error as somebody who did not want to. */
function refused(error: string, params: Params): SyncError {
  const failure = refusal(error, aadstsOf(params.get('error_description')))
  if (failure.code !== 'APPROVAL_REQUIRED') return failure
  return new SyncError('ADMINISTRATOR_REQUIRED', 'Microsoft asks for an administrator', { facts: failure.facts })
}
