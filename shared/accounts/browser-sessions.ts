import { SyncError } from '../core/errors.ts'
import { type Random, randomToken } from '../core/random.ts'
import { type Clock, type DurationMs, type EpochMs, later, minutes } from '../core/time.ts'
import type { BlindIndex } from '../crypto/ports.ts'
import type { OneTimeStore } from '../integrators/ports.ts'
import type { Standing } from '../organisations/ports.ts'
import { refusal, type SignInAnswer } from './connect.ts'
import type { AccountsPort, Entra, Identity, SignInTicket } from './ports.ts'
import { browserToken, newTicket, takeBegun } from './sign-in-ticket.ts'

/** OWASP ASVS 5.0 7.3.2: an absolute end, short because erasing and exporting are behind it. */
export const BROWSER_SESSION_LIFETIME: DurationMs = minutes(30)
export const PAGE_SIGN_IN_LIFETIME: DurationMs = minutes(10)

/** Somebody who has signed in to a page of ours. Of their tokens nothing is kept. */
export interface BrowserSession {
  /** The account they have or would have. */
  readonly account: string
  readonly identity: Identity
  readonly standing: Standing
  readonly signedInAt: EpochMs
}

/** A sign-in to a page of ours, on its way to Microsoft. */
export interface PageSignIn extends SignInTicket {
  /** Blind token of the cookie of the browser that began it. */
  readonly browser: string
  /** Where the browser goes afterwards. */
  readonly path: string
  readonly expiresAt: EpochMs
}

export interface StoredBrowserSession extends BrowserSession {
  /** Blind token of the session's cookie. */
  readonly token: string
  readonly expiresAt: EpochMs
}

type Finished =
  | { readonly path: string; readonly token: string; readonly session: BrowserSession }
  | { readonly path: string; readonly failure: SyncError }

export interface BrowserSessions {
  /** @param path an address of ours, never of the request's. @returns Microsoft's sign-in page. */
  begin(browser: string, path: string): Promise<string>
  /**
   * @returns the secret of a new session, or why there is none.
   * @throws SyncError `SIGN_IN_ALREADY_USED`, `SIGN_IN_OTHER_BROWSER` when the answer is not for this browser.
   */
  finish(answer: SignInAnswer, browsers: readonly string[]): Promise<Finished>
  /** @returns undefined when the session is over. */
  find(token: string): Promise<BrowserSession | undefined>
  end(token: string): Promise<void>
}

export interface BrowserSessionsDependencies {
  readonly entra: Entra
  readonly accounts: Pick<AccountsPort, 'idOf'>
  readonly pageSignIns: OneTimeStore<PageSignIn>
  readonly browserSessions: OneTimeStore<StoredBrowserSession>
  readonly blind: BlindIndex
  readonly clock: Clock
  readonly random: Random
}

/** People signed in to pages of ours. Each sign-in makes a new session, so that none can be fixed beforehand. */
export function createBrowserSessions(dependencies: BrowserSessionsDependencies): BrowserSessions {
  const { entra, accounts, pageSignIns, browserSessions, blind, clock, random } = dependencies
  const hashOf = (token: string) => blind.token('browser-session', token)

  async function found(token: string) {
    const stored = await browserSessions.find(hashOf(token))
    return stored !== undefined && clock.now() < stored.value.expiresAt ? stored : undefined
  }

  async function signedIn(answer: SignInAnswer, signIn: PageSignIn) {
    if (clock.now() >= signIn.expiresAt) throw new SyncError('SIGN_IN_EXPIRED', 'the sign-in took too long')
    if ('error' in answer) throw refusal(answer.error, answer.aadsts)
    const { identity, standing } = await entra.redeem(answer.code, signIn, 'identity')
    const session = { account: accounts.idOf(identity), identity, standing, signedInAt: clock.now() }
    const token = randomToken(random)
    const expiresAt = later(clock.now(), BROWSER_SESSION_LIFETIME)
    await browserSessions.insert({ ...session, token: hashOf(token), expiresAt })
    return { token, session }
  }

  return {
    async begin(browser, path) {
      const ticket = newTicket(random)
      const expiresAt = later(clock.now(), PAGE_SIGN_IN_LIFETIME)
      await pageSignIns.insert({ ...ticket, browser: browserToken(blind, browser), path, expiresAt })
      return entra.authorizeUrl(ticket, 'identity')
    },
    async finish(answer, browsers) {
      const signIn = await takeBegun({ store: pageSignIns, blind }, answer.state, browsers)
      const { path } = signIn
      try {
        return { path, ...(await signedIn(answer, signIn)) }
      } catch (error) {
        if (error instanceof SyncError) return { path, failure: error }
        throw error
      }
    },
    find: async (token) => (await found(token))?.value,
    async end(token) {
      const stored = await found(token)
      if (stored !== undefined) await browserSessions.take(stored)
    },
  }
}
