import { html } from 'hono/html'
import type { BrowserSession } from '../../accounts/browser-sessions.ts'
import type { Trail } from '../../audit/audit.ts'
import type { Audit } from '../../audit/ports.ts'
import { SyncError } from '../../core/errors.ts'
import { digestOfValue } from '../../crypto/digest.ts'
import { domainOf, isAdministrator, type Organisation } from '../../organisations/organisation.ts'
import type { Organisations } from '../../organisations/organisations.ts'
import type { BrowserSessionApi } from '../browser-session/browser-session-api.ts'
import { page } from '../page.ts'
import { type ApiRequest, bodyParams, type Params, singleParams } from '../request.ts'
import { type ApiResponse, download, seeOther } from '../response.ts'
import { isNotice, noticePath, type OrganisationView, organisationPage } from './organisation-page.ts'
import { readRestriction, typedOf } from './restriction-form.ts'
import { uninstallPage } from './uninstall-page.ts'

/** A hundred domains and a hundred groups, as a form writes them. */
const BODY_LIMIT = 64 * 1024

const HOME = '/organisation'
/** Where the sign-in leads, so that it is recorded once. */
const SIGNED_IN = '/organisation/signed-in'

export interface OrganisationDependencies {
  readonly organisations: Organisations
  readonly sessions: BrowserSessionApi
  readonly audit: Audit & Pick<Trail, 'organisationCsv' | 'failed'>
}

interface Administrator {
  readonly session: BrowserSession
  readonly organisation: Organisation
}

/** The pages of administrators about their own organisation, which is that of the ID token they signed in with. */
export function createOrganisationPages({ organisations, sessions, audit }: OrganisationDependencies) {
  return { organisation, trail, uninstall, signIn, signedIn }

  /** `GET` and `POST /organisation` */
  async function organisation(request: ApiRequest): Promise<ApiResponse> {
    if (request.method === 'POST') return act(request)
    const notice = singleParams(request.url.searchParams).get('notice') ?? ''
    const session = await sessions.current(request)
    if (session === undefined) return signIn(request)
    const administrator = await administratorOf(session)
    return show(request, administrator, { ...decided(administrator), notice: isNotice(notice) ? notice : undefined })
  }

  /** `GET /organisation/sign-in`: also for somebody who is signed in with another account. */
  function signIn(request: ApiRequest): Promise<ApiResponse> {
    return sessions.signIn(request, SIGNED_IN)
  }

  /** `GET /organisation/signed-in` */
  async function signedIn(request: ApiRequest): Promise<ApiResponse> {
    const session = await sessions.current(request)
    if (session === undefined) throw new SyncError('SESSION_OVER', 'nobody is signed in')
    const { organisation } = await administratorOf(session)
    const actor = { kind: 'administrator', account: session.account } as const
    await audit.record({ act: 'signed-in', actor, organisation: organisations.idOf(organisation.tenantId) })
    return seeOther(HOME)
  }

  async function act(request: ApiRequest): Promise<ApiResponse> {
    const posted = await bodyParams(request, BODY_LIMIT)
    const session = await sessions.check(request, posted, ['act', 'shown'])
    if (posted.get('act') === 'sign-out') return signedOut(await sessions.end(request))
    const administrator = await administratorOf(session)
    // Two administrators: a form must not undo what another one has decided since.
    if (posted.get('shown') !== shownIn(administrator))
      return show(request, administrator, { ...decided(administrator), isStale: true })
    const { typed, restriction, problems } = readRestriction(posted)
    if (Object.keys(problems).length > 0) return show(request, administrator, { typed, problems })
    await organisations.restrict(administrator.organisation.tenantId, restriction, session.account)
    return seeOther(noticePath('restricted'))
  }

  async function show(
    request: ApiRequest,
    administrator: Administrator,
    view: Pick<OrganisationView, 'typed' | 'problems' | 'notice' | 'isStale'>,
  ): Promise<ApiResponse> {
    const { session, organisation } = administrator
    return organisationPage({
      ...view,
      organisation,
      domain: domainOf(session.identity.username),
      accounts: await organisations.accounts(organisation.tenantId),
      fields: {
        restrict: fields(request, { act: 'restrict', shown: shownIn(administrator) }),
        'sign-out': fields(request, { act: 'sign-out', shown: '' }),
      },
    })
  }

  function fields(request: ApiRequest, params: Record<string, string>): Record<string, string> {
    return { ...params, ...sessions.fields(request, new Map(Object.entries(params))) }
  }

  /** `GET /organisation/audit`: what was done with the organisation, as a file. */
  async function trail(request: ApiRequest): Promise<ApiResponse> {
    const session = await sessions.current(request)
    if (session === undefined) return signIn(request)
    const organisation = organisations.idOf((await administratorOf(session)).organisation.tenantId)
    await audit.record({ act: 'exported', actor: { kind: 'administrator', account: session.account }, organisation })
    return download('text/csv; charset=utf-8', 'microsoft-365-sync-audit.csv', audit.organisationCsv(organisation))
  }

  /** `GET` and `POST /organisation/uninstall` */
  async function uninstall(request: ApiRequest): Promise<ApiResponse> {
    if (request.method === 'POST') return uninstallNow(request)
    const session = await sessions.current(request)
    return session === undefined ? signIn(request) : confirm(request, await administratorOf(session))
  }

  async function uninstallNow(request: ApiRequest): Promise<ApiResponse> {
    const posted = await bodyParams(request, BODY_LIMIT)
    const administrator = await administratorOf(await sessions.check(request, posted, ['act']))
    const { session, organisation } = administrator
    if (!isConfirmed(posted, session)) return confirm(request, administrator, posted.get('domain') ?? '')
    await organisations.uninstall(organisation.tenantId, session.account)
    return seeOther(HOME)
  }

  async function confirm(request: ApiRequest, { session, organisation }: Administrator, typed?: string) {
    if (organisation.state !== 'installed') return seeOther(HOME)
    return uninstallPage({
      domain: domainOf(session.identity.username),
      accounts: await organisations.accounts(organisation.tenantId),
      fields: fields(request, { act: 'uninstall' }),
      typed,
    })
  }

  /** @throws SyncError `ADMINISTRATOR_REQUIRED`, `ORGANISATION_NOT_INSTALLED`. */
  async function administratorOf(session: BrowserSession): Promise<Administrator> {
    const { identity, standing } = session
    const found = await organisations.find(identity.tenantId)
    if (!isAdministrator(standing.roles)) {
      await audit.failed('ADMINISTRATOR_REQUIRED', found && organisations.idOf(identity.tenantId))
      throw new SyncError('ADMINISTRATOR_REQUIRED', 'whoever signed in is no administrator')
    }
    if (found !== undefined && found.state !== 'uninstalled') return { session, organisation: found }
    throw new SyncError('ORGANISATION_NOT_INSTALLED', 'the organisation is not installed')
  }
}

/** Which decision a form was shown with. */
const shownIn = ({ organisation }: Administrator): string => digestOfValue(organisation.restriction)

const decided = ({ organisation }: Administrator) => ({ typed: typedOf(organisation.restriction), problems: {} })

const isConfirmed = (posted: Params, { identity }: BrowserSession): boolean =>
  posted.get('act') === 'uninstall' && (posted.get('domain') ?? '').trim().toLowerCase() === domainOf(identity.username)

const signedOut = (headers: Record<string, string>): Promise<ApiResponse> =>
  page({
    status: 200,
    title: 'Signed out',
    headers,
    content: html`<h1>You are signed out</h1>
<p>To manage Microsoft 365 Sync for your organisation, sign in again.</p>
<div class="actions"><a class="button primary" href="/organisation">Sign in</a></div>`,
  })
