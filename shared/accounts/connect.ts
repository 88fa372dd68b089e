import type { Trail } from '../audit/audit.ts'
import { type FailureCode, isFailure, SyncError } from '../core/errors.ts'
import type { Random } from '../core/random.ts'
import { type Clock, type DurationMs, later, minutes } from '../core/time.ts'
import type { BlindIndex } from '../crypto/ports.ts'
import { sentencesAdded } from '../integrators/allowed.ts'
import type { AuthorizationRequest } from '../integrators/authorization-request.ts'
import type { Grants } from '../integrators/grants.ts'
import type { Integrator } from '../integrators/integrator.ts'
import type { OneTimeStore } from '../integrators/ports.ts'
import type { ReconnectLinks } from '../integrators/reconnect-links.ts'
import type { Admission } from '../organisations/ports.ts'
import type { AccountsPort, Entra, Person, Purpose, SignedIn, SignIn } from './ports.ts'
import { consentOf, type Questions } from './questions.ts'
import { browserToken, newTicket, takeBegun } from './sign-in-ticket.ts'

export const SIGN_IN_LIFETIME: DurationMs = minutes(10)

/** What Microsoft sent the browser back with. */
export type SignInAnswer =
  | { readonly state: string; readonly code: string }
  | { readonly state: string; readonly error: string; readonly aadsts: number | undefined }

export type Connected =
  | { readonly request: AuthorizationRequest; readonly code: string }
  /** The person has a question of ours to answer first. @see questions.ts */
  | { readonly request: AuthorizationRequest; readonly question: string }
  /** The account is connected again; the integrator is told nothing. */
  | {
      readonly request: AuthorizationRequest
      readonly reconnected: { readonly person: Person; readonly integrator: Integrator }
    }
  /** It failed after the integrator's request was found again, so there is a way back to the integrator. */
  | { readonly request: AuthorizationRequest; readonly purpose: Purpose; readonly failure: SyncError }

export interface Connect {
  /**
   * @returns the address of Microsoft's sign-in page for a person who agreed to `request` in `browser`.
   */
  begin(request: AuthorizationRequest, browser: string, purpose?: Purpose): Promise<string>
  /**
   * Ends a sign-in: stores the account and makes the integrator's code.
   * @throws SyncError `SIGN_IN_ALREADY_USED` when no sign-in waits for this answer, `SIGN_IN_OTHER_BROWSER` when another
   * browser began it. Nothing was redeemed then, and the right browser can still finish.
   */
  finish(answer: SignInAnswer, browsers: readonly string[]): Promise<Connected>
}

export interface ConnectDependencies {
  readonly entra: Entra
  readonly accounts: AccountsPort
  readonly admission: Admission
  readonly audit: Pick<Trail, 'record' | 'failed'>
  readonly grants: Grants
  readonly signIns: OneTimeStore<SignIn>
  readonly questions: Questions
  readonly reconnectLinks: Pick<ReconnectLinks, 'check'>
  readonly blind: BlindIndex
  readonly clock: Clock
  readonly random: Random
}

/** What somebody gets who answers a sign-in that is not theirs. */
const NOT_THEIRS: readonly FailureCode[] = ['SIGN_IN_MISMATCH', 'SIGN_IN_OTHER_ACCOUNT', 'SIGN_IN_OTHER_BROWSER']

export function createConnect(dependencies: ConnectDependencies): Connect {
  const { entra, accounts, admission, audit, grants, signIns, questions, reconnectLinks, blind, clock, random } =
    dependencies
  return { begin, finish }

  async function begin(request: AuthorizationRequest, browser: string, purpose: Purpose = {}) {
    const ticket = newTicket(random)
    const expiresAt = later(clock.now(), SIGN_IN_LIFETIME)
    await signIns.insert({ ...ticket, browser: browserToken(blind, browser), request, ...purpose, expiresAt })
    return entra.authorizeUrl(ticket)
  }

  async function finish(answer: SignInAnswer, browsers: readonly string[]): Promise<Connected> {
    // Gone before the code is redeemed.
    const signIn = await takeBegun({ store: signIns, blind }, answer.state, browsers, isSignIn).catch(noted)
    const { request } = signIn
    try {
      return { request, ...(await signedIn(signIn, answer).catch(noted)) }
    } catch (error) {
      if (error instanceof SyncError) return { request, purpose: signIn, failure: error }
      throw error
    }
  }

  async function noted(error: unknown): Promise<never> {
    if (isFailure(error, ...NOT_THEIRS)) await audit.failed(error.code)
    throw error
  }

  async function redeem(signIn: SignIn, answer: SignInAnswer) {
    if (clock.now() >= signIn.expiresAt) throw new SyncError('SIGN_IN_EXPIRED', 'the sign-in took too long')
    if ('error' in answer) throw refusal(answer.error, answer.aadsts)
    return entra.redeem(answer.code, signIn)
  }

  async function signedIn(signIn: SignIn, answer: SignInAnswer) {
    const { request, permission, reconnects } = signIn
    const redeemed = await redeem(signIn, answer)
    const { identity, standing } = redeemed
    const expected = permission?.account ?? reconnects
    // Nothing of anybody else is stored.
    if (expected !== undefined && accounts.idOf(identity) !== expected) {
      throw new SyncError('SIGN_IN_OTHER_ACCOUNT', 'the sign-in was for another account')
    }
    await accounts.mayConnect(identity)
    await admission.admit(identity, standing, accounts.idOf(identity))
    // Whoever has disconnected since is not connected again by a question about more.
    if (permission !== undefined && (await grants.allowed(permission.account, request.clientId)) === undefined)
      throw new SyncError('PERMISSION_LINK_OVER', 'the person allows the integrator nothing any more')
    if (reconnects !== undefined) {
      const integrator = await reconnectLinks.check({ account: reconnects, clientId: request.clientId })
      return { reconnected: { person: await connected('reconnected', redeemed), integrator } }
    }
    // Looked at before the account is stored, which is then without a code for as short a time as can be.
    const isAsked = permission !== undefined || (await asksForMore(request, accounts.idOf(identity)))
    const person = await connected('connected', redeemed)
    return isAsked
      ? { question: await questions.ask(signIn, person) }
      : { code: await grants.issueCode(consentOf(request, person)) }
  }

  async function connected(
    act: 'connected' | 'reconnected',
    { identity, standing, tokenCache }: SignedIn,
  ): Promise<Person> {
    const account = accounts.idOf(identity)
    const organisation = admission.idOf(identity.tenantId)
    await audit.record({ act, actor: { kind: 'person' }, account, organisation })
    await accounts.expect(identity, organisation)
    await admission.joined(identity, standing, account)
    const connected = await accounts.connect(identity, tokenCache)
    return { ...connected, username: identity.username }
  }

  /** Only now it is known who the person is, so only now they can be told what they allowed before. */
  async function asksForMore(request: AuthorizationRequest, accountId: string): Promise<boolean> {
    const before = await grants.allowed(accountId, request.clientId)
    return before !== undefined && sentencesAdded(before, request).length > 0
  }
}

/** And no question to somebody who has signed in. */
const isSignIn = ({ person }: SignIn): boolean => person === undefined

/**
 * AADSTS codes that mean: an administrator has to say yes first. Microsoft warns that codes may change, so they only pick
 * the better of two explanations; the decision to refuse never depends on them.
 * @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 */
const APPROVAL_CODES = [65001, 90094, 900941, 90097, 90095, 650052, 650056, 500011, 50105]

/** Why Microsoft sent the person back without a code. */
export function refusal(error: string, aadsts: number | undefined): SyncError {
  const facts = { microsoft: /^[a-z_]{1,40}$/.test(error) ? error : 'other', ...(aadsts !== undefined && { aadsts }) }
  const refuse = (code: FailureCode) => new SyncError(code, 'Microsoft ended the sign-in', { facts })
  if (error === 'consent_required' || (aadsts !== undefined && APPROVAL_CODES.includes(aadsts))) {
    return refuse('APPROVAL_REQUIRED')
  }
  if (error === 'access_denied') return refuse('CONSENT_DECLINED')
  if (error === 'temporarily_unavailable' || error === 'server_error') return refuse('MICROSOFT_UNREACHABLE')
  return refuse('MICROSOFT_REFUSED')
}
