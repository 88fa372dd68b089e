import type { BrowserSession, BrowserSessions } from '../../accounts/browser-sessions.ts'
import { BROWSER_SESSION_LIFETIME } from '../../accounts/browser-sessions.ts'
import { SyncError } from '../../core/errors.ts'
import { failureFacts, type Log } from '../../core/log.ts'
import type { Clock } from '../../core/time.ts'
import type { BlindIndex } from '../../crypto/ports.ts'
import type { BrowserCookie } from '../oauth/browser.ts'
import { createConsentTokens } from '../oauth/consent-token.ts'
import { failurePage } from '../oauth/failure-page.ts'
import { signInAnswer } from '../oauth/sign-in-answer.ts'
import { type ApiRequest, type Params, singleParams } from '../request.ts'
import { type ApiResponse, seeOther } from '../response.ts'
import type { Starts } from '../starts.ts'
import { createSessionCookie } from './session-cookie.ts'

/** Signing in to pages of ours, and what a page needs of it. */
export interface BrowserSessionApi {
  /**
   * Sends the browser to Microsoft's sign-in, and afterwards to `path`: an address of ours that the code chooses.
   * @throws SyncError `RATE_LIMITED` when too many were begun from the same address.
   */
  signIn(request: ApiRequest, path: string): Promise<ApiResponse>
  /** Who is signed in; undefined when nobody is, or no longer. */
  current(request: ApiRequest): Promise<BrowserSession | undefined>
  /** The hidden fields that go with a form about `params`. Only for a request with a session. */
  fields(request: ApiRequest, params: Params): Record<string, string>
  /**
   * Who pressed a button of a form that `fields` was for.
   * @param names of the parameters that the form is about.
   * @throws SyncError `SESSION_OVER` when nobody is signed in (any more), `SIGN_IN_OTHER_BROWSER` when the form is not one
   * of this session, `SIGN_IN_EXPIRED` when it was open for too long.
   */
  check(request: ApiRequest, posted: Params, names: readonly string[]): Promise<BrowserSession>
  /** Ends the session. @returns headers of the answer. */
  end(request: ApiRequest): Promise<Record<string, string>>
  /** `GET /session/callback`: where Microsoft sends the browser back to. */
  callback(request: ApiRequest): Promise<ApiResponse>
}

interface Dependencies {
  readonly sessions: BrowserSessions
  readonly browser: BrowserCookie
  /** Whether we are reached over TLS. */
  readonly secure: boolean
  readonly starts: Starts
  /** Somebody has signed in, and is about to get the cookie. */
  readonly onSignIn: (session: BrowserSession) => Promise<void>
  readonly blind: BlindIndex
  readonly clock: Clock
  readonly log: Log
}

export function createBrowserSessionApi(dependencies: Dependencies): BrowserSessionApi {
  const { sessions, browser, secure, starts, onSignIn, blind, clock, log } = dependencies
  const cookie = createSessionCookie(secure, BROWSER_SESSION_LIFETIME)

  async function current(request: ApiRequest): Promise<BrowserSession | undefined> {
    const token = cookie.read(request)
    return token === undefined ? undefined : sessions.find(token)
  }

  return {
    async signIn(request, path) {
      starts.count(request)
      const { secret, headers } = browser.hand(request)
      return seeOther(await sessions.begin(secret, path), headers)
    },
    current,
    fields: (request, params) =>
      createConsentTokens(blind, clock, [...params.keys()]).fields(cookie.read(request) ?? '', params),
    async check(request, posted, names) {
      const session = await current(request)
      const token = cookie.read(request)
      if (session === undefined || token === undefined) throw new SyncError('SESSION_OVER', 'nobody is signed in')
      createConsentTokens(blind, clock, names).check([token], posted)
      return session
    },
    async end(request) {
      const token = cookie.read(request)
      if (token !== undefined) await sessions.end(token)
      return cookie.clear()
    },
    async callback(request) {
      const answer = signInAnswer(singleParams(request.url.searchParams))
      const finished = await sessions.finish(answer, browser.read(request))
      if ('token' in finished) {
        await onSignIn(finished.session)
        return seeOther(finished.path, cookie.give(finished.token))
      }
      log('warn', 'sign-in-failed', { request: request.requestId, ...failureFacts(finished.failure) })
      return failurePage(finished.failure, request.requestId, { again: finished.path })
    },
  }
}
