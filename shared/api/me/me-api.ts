import type { BrowserSession } from '../../accounts/browser-sessions.ts'
import type { AccountsPort } from '../../accounts/ports.ts'
import type { Trail } from '../../audit/audit.ts'
import { SyncError } from '../../core/errors.ts'
import { seconds } from '../../core/time.ts'
import type { Admission } from '../../organisations/ports.ts'
import type { BrowserSessionApi } from '../browser-session/browser-session-api.ts'
import type { OAuthApi } from '../oauth/oauth-api.ts'
import { type ApiRequest, bodyParams, singleParams } from '../request.ts'
import { type ApiResponse, download, seeOther } from '../response.ts'
import { createDeeds, type DeedsDependencies, type Doer } from './deeds.ts'
import { erasePage } from './erase-page.ts'
import type { ExportDependencies } from './export/export-json.ts'
import { mePage, signInPage } from './me-page.ts'
import { mePath, messageOf } from './messages.ts'
import { type Overview, type OverviewDependencies, readOverview } from './overview.ts'
import type { AccountTrail } from './ports.ts'

type Endpoint = (request: ApiRequest) => Promise<ApiResponse>

/** The page with which people look after their own data. Everything on it is about whoever is signed in, and nobody else. */
export interface MeApi {
  /** `GET` and `POST /me` */
  readonly page: Endpoint
  /** `GET /me/sign-in`: to Microsoft's sign-in, and back to the page. */
  readonly signIn: Endpoint
  /** `GET /me/erase` */
  readonly askErase: Endpoint
  /** `GET /me/export.json` */
  readonly exportJson: Endpoint
  /** `GET /me/export.ics` */
  readonly exportCalendar: Endpoint
}

export interface MeDependencies extends OverviewDependencies, ExportDependencies {
  readonly trail: AccountTrail
  readonly sessions: BrowserSessionApi
  readonly deeds: DeedsDependencies
  /** Days for which the data of a disconnected account is kept. */
  readonly keptDays: number
  readonly reconnectUrl: OAuthApi['reconnectUrl']
  readonly audit: Pick<Trail, 'exported'>
  readonly known: Pick<AccountsPort, 'isKnown'>
  readonly admission: Pick<Admission, 'idOf'>
}

const BODY_LIMIT = 4 * 1024
/** What a form of ours is about. */
const NAMES = ['act', 'client_id'] as const

export function createMeApi(dependencies: MeDependencies): MeApi {
  const { sessions, audit, admission, known } = dependencies
  const deeds = createDeeds(dependencies.deeds)
  const turns = createTurns()
  return {
    page: (request) => (request.method === 'POST' ? act(request) : show(request)),
    signIn: (request) => sessions.signIn(request, mePath()),
    askErase,
    async exportJson(request) {
      const { exportJson } = await import('./export/export-json.ts')
      return exported(request, 'application/json; charset=utf-8', 'json', (account) =>
        exportJson(dependencies, account),
      )
    },
    async exportCalendar(request) {
      const { exportCalendar } = await import('./export/export-calendar.ts')
      return exported(request, 'text/calendar; charset=utf-8', 'ics', (account) =>
        exportCalendar(dependencies, account),
      )
    },
  }

  async function show(request: ApiRequest): Promise<ApiResponse> {
    const message = messageOf(singleParams(request.url.searchParams).get('done'))
    const session = await sessions.current(request)
    if (session === undefined) return signInPage(message)
    const overview = await readOverview(dependencies, session.account)
    const reconnectUrl = reconnectUrlOf(session, overview)
    const { keptDays } = dependencies
    return mePage({ session, overview, message, reconnectUrl, keptDays, fieldsOf: fieldsOf(request) })
  }

  function reconnectUrlOf({ account }: BrowserSession, overview: Overview): string | undefined {
    const [first] = overview.kind === 'account' ? overview.accesses : []
    return first && dependencies.reconnectUrl({ account, clientId: first.clientId })
  }

  async function askErase(request: ApiRequest): Promise<ApiResponse> {
    const session = await sessions.current(request)
    if (session === undefined) return seeOther(mePath())
    return erasePage(session.identity.username, fieldsOf(request)('erase'))
  }

  async function act(request: ApiRequest): Promise<ApiResponse> {
    const posted = await bodyParams(request, BODY_LIMIT)
    const doer = doerOf(await sessions.check(request, posted, NAMES))
    switch (posted.get('act')) {
      case 'revoke':
        await deeds.revoke(doer, posted.get('client_id') ?? '')
        return seeOther(mePath('revoked'))
      case 'disconnect':
        await deeds.disconnect(doer)
        return seeOther(mePath('disconnected'))
      case 'erase':
        await deeds.erase(doer)
        return seeOther(mePath())
      case 'sign-out':
        return seeOther(mePath('signed-out'), await sessions.end(request))
      default:
        throw new SyncError('REQUEST_INVALID', 'no such deed')
    }
  }

  function fieldsOf(request: ApiRequest) {
    return (act: string, clientId = ''): Record<string, string> => {
      const about = { act, client_id: clientId }
      return { ...about, ...sessions.fields(request, new Map(Object.entries(about))) }
    }
  }

  async function exported(
    request: ApiRequest,
    type: string,
    format: string,
    write: (account: string) => AsyncIterable<string>,
  ): Promise<ApiResponse> {
    const session = await sessions.current(request)
    if (session === undefined) return seeOther(mePath())
    const { account } = session
    const wanted = `${account} ${format}`
    turns.check(wanted)
    // Of somebody who has no account nothing is kept, not even that they looked.
    if (await known.isKnown(account)) await audit.exported({ ...doerOf(session), format })
    return download(type, `microsoft-365-sync.${format}`, turns.inTurn(wanted, write(account)))
  }

  function doerOf({ account, identity }: BrowserSession): Doer {
    return { account, organisation: admission.idOf(identity.tenantId) }
  }
}

/** An export is asked for again when the one before it is mostly over. */
const ASKED_AGAIN = seconds(30)

/** One export at a time in this process, since a large one takes memory; and one of each account and format that waits. */
function createTurns() {
  let last: Promise<void> = Promise.resolve()
  const waiting = new Set<string>()

  function check(wanted: string): void {
    if (!waiting.has(wanted)) return
    throw new SyncError('RATE_LIMITED', 'this export waits already', { retryAfterMs: ASKED_AGAIN })
  }

  return {
    /** @throws SyncError `RATE_LIMITED` when the same one waits. */
    check,
    async *inTurn(wanted: string, parts: AsyncIterable<string>): AsyncGenerator<string> {
      check(wanted)
      const before = last
      let end = () => {}
      last = new Promise((resolve) => {
        end = resolve
      })
      waiting.add(wanted)
      try {
        await before
        waiting.delete(wanted)
        yield* parts
      } finally {
        end()
      }
    },
  }
}
