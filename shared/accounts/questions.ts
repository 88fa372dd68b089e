import { SyncError } from '../core/errors.ts'
import { type Random, randomToken } from '../core/random.ts'
import { type Clock, later, minutes } from '../core/time.ts'
import type { BlindIndex } from '../crypto/ports.ts'
import type { Allowed } from '../integrators/allowed.ts'
import type { AuthorizationRequest } from '../integrators/authorization-request.ts'
import type { Consent, Grants } from '../integrators/grants.ts'
import type { OneTimeStore } from '../integrators/ports.ts'
import type { AccountsPort, Person, SignIn } from './ports.ts'
import { alreadyUsed, isOfBrowser, otherBrowser } from './sign-in-ticket.ts'

const LIFETIME = minutes(10)

/** What a person who has signed in is asked before their browser goes back to the integrator. */
export interface Question {
  readonly request: AuthorizationRequest
  readonly person: Person
  readonly asked:
    | { readonly kind: 'more'; readonly before: Allowed }
    /** Names of the calendars in which the integrator wants to change events it did not create. */
    | { readonly kind: 'permission'; readonly calendars: readonly string[] }
}

/** What the integrator is told after the person's answer: a code where it waits for one. */
export type Answered = { readonly request: AuthorizationRequest } & (
  | { readonly agreed: true; readonly code?: string | undefined }
  | { readonly agreed: false }
)

/**
 * Questions that can be asked only once it is known who the person is. A question belongs to the browser in which the
 * person signed in, lives for ten minutes, and is answered once. Every method throws SyncError `SIGN_IN_ALREADY_USED` when
 * no such question waits, `SIGN_IN_OTHER_BROWSER`, `SIGN_IN_EXPIRED`.
 */
export interface Questions {
  /** @returns what the person's page carries. */
  ask(signIn: SignIn, person: Person): Promise<string>
  read(question: string, browsers: readonly string[]): Promise<Question>
  answer(question: string, browsers: readonly string[], isYes: boolean): Promise<Answered>
}

export interface QuestionsDependencies {
  readonly accounts: Pick<AccountsPort, 'calendarNames' | 'isKnown'>
  readonly grants: Grants
  readonly signIns: OneTimeStore<SignIn>
  readonly blind: BlindIndex
  readonly clock: Clock
  readonly random: Random
}

export function createQuestions(dependencies: QuestionsDependencies): Questions {
  const { accounts, grants, signIns, blind, clock, random } = dependencies
  return { ask, read, answer }

  async function ask(signIn: SignIn, person: Person): Promise<string> {
    const state = randomToken(random)
    await signIns.insert({ ...signIn, state, person, expiresAt: later(clock.now(), LIFETIME) })
    return state
  }

  async function read(question: string, browsers: readonly string[]): Promise<Question> {
    const { request, permission, person } = (await find(question, browsers)).value
    if (permission === undefined)
      return { request, person, asked: { kind: 'more', before: await allowedBefore(request, person) } }
    const names = await accounts.calendarNames(person.accountId)
    const calendars = permission.calendars.flatMap((calendar) => names.get(calendar) ?? [])
    return { request, person, asked: { kind: 'permission', calendars } }
  }

  async function answer(question: string, browsers: readonly string[], isYes: boolean): Promise<Answered> {
    const found = await find(question, browsers)
    if (!(await signIns.take(found))) throw alreadyUsed()
    const { request, permission, person } = found.value
    // Erased while the page was open: nothing of the account may be made anew.
    if (!(await accounts.isKnown(person.accountId))) throw alreadyUsed()
    if (!isYes) return { request, agreed: false }
    // The integrator may have been disconnected in the meantime.
    if (permission !== undefined)
      return { request, agreed: await grants.permit(person.accountId, request.clientId, permission.calendars) }
    await allowedBefore(request, person)
    return { request, agreed: true, code: await grants.issueCode(consentOf(request, person)) }
  }

  /** What the person is asked to add to. Without it nothing is made anew: they have disconnected since they signed in. */
  async function allowedBefore({ clientId }: AuthorizationRequest, { accountId }: Person): Promise<Allowed> {
    const before = await grants.allowed(accountId, clientId)
    if (before === undefined) throw alreadyUsed()
    return before
  }

  async function find(question: string, browsers: readonly string[]) {
    const found = await signIns.find(question)
    const person = found?.value.person
    if (found === undefined || person === undefined) throw alreadyUsed()
    if (!isOfBrowser(blind, found.value, browsers)) throw otherBrowser()
    if (clock.now() >= found.value.expiresAt) throw new SyncError('SIGN_IN_EXPIRED', 'the page was open for too long')
    return { value: { ...found.value, person }, etag: found.etag }
  }
}

/** The person's consent to what an integrator asked for. */
export const consentOf = (request: AuthorizationRequest, { accountId, profileId, username }: Person): Consent => ({
  clientId: request.clientId,
  accountId,
  profile: { id: profileId, name: username },
  scopes: request.scopes,
  unrestricted: request.unrestricted,
  redirectUri: request.redirectUri,
  challenge: request.challenge,
})
