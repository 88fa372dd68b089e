import type { Context, Hono } from 'hono'
import { takeNext } from '../graph/chance.ts'
import { isPerson, type Person, randomGuid } from '../world.ts'
import { type AuthorizeRequest, checkAuthorizeRequest, openAuthorizeRequest } from './authorize-request.ts'
import { needsConsent, recordConsent } from './consent.ts'
import { createFlow, type Reply } from './flow.ts'
import { approvalPage } from './pages/approval.ts'
import { consentPage } from './pages/consent.ts'
import { Refusal } from './refusal.ts'
import { sendBack } from './reply.ts'
import { chooseAccount } from './sign-in.ts'
import type { EntraState } from './state.ts'
import { homeOf, tenantIncludes } from './tenant.ts'

/**
 * `/{tenant}/oauth2/v2.0/authorize`: sign in, consent, and back to the application with a code.
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow#request-an-authorization-code
 */
export function createAuthorize(state: EntraState): Hono {
  return createFlow<AuthorizeRequest>(state, {
    path: '/:tenant/oauth2/v2.0/authorize',
    read: (tenant, query) => openAuthorizeRequest(state, tenant, query),
    open: (c, request) => open(c, state, request),
    proceed: (c, request, person) => proceed(c, state, request, person),
    accept(c, request, person, forEveryone) {
      const organisation = homeOf(state.world, person)
      if (!organisation.allowsUserConsent && !person.isAdministrator) throw new Refusal(90094)
      const consents = forEveryone && person.isAdministrator ? organisation.adminConsents : person.consents
      recordConsent(consents, request.application.clientId, request.scopes)
      return sendCode(c, state, request, person)
    },
  })
}

function open(c: Context, state: EntraState, request: AuthorizeRequest): Reply {
  checkAuthorizeRequest(request)
  const hinted = state.world.personByAddress(request.loginHint ?? '')?.oid
  const { faults } = state
  const fault = takeNext(faults, faults.authorize, ({ person }) => isPerson(state.world, person, hinted))
  if (fault !== undefined) throw new Refusal(fault.code, fault.suberror)
  const { prompt, loginHint, tenant, application } = request
  const person = signedInPerson(c, state, request)
  if (prompt === 'none') return goSilently(c, state, request, person)
  const mustChoose = person === undefined || prompt === 'login' || prompt === 'select_account'
  if (mustChoose) return chooseAccount(c, state, { tenant, application, address: loginHint })
  return proceed(c, state, request, person)
}

const signedInPerson = (c: Context, { sessions, world }: EntraState, { tenant, loginHint }: AuthorizeRequest) =>
  sessions.people(c).find((person) => {
    const isHinted = loginHint === undefined || person.userPrincipalName.toLowerCase() === loginHint.toLowerCase()
    return isHinted && tenantIncludes(world, tenant, person)
  })

function goSilently(c: Context, state: EntraState, request: AuthorizeRequest, person: Person | undefined): Reply {
  if (person === undefined) throw new Refusal(50058)
  if (lacksConsent(state, request, person)) throw new Refusal(65001)
  return sendCode(c, state, request, person)
}

function proceed(c: Context, state: EntraState, request: AuthorizeRequest, person: Person): Reply {
  const mustAsk = request.prompt === 'consent' || lacksConsent(state, request, person)
  if (!mustAsk) return sendCode(c, state, request, person)
  const organisation = homeOf(state.world, person)
  const question = { person, organisation, application: request.application, scopes: request.scopes }
  const mayConsent = organisation.allowsUserConsent || person.isAdministrator
  return mayConsent ? consentPage(c, { ...question, kind: 'own' }) : approvalPage(c, question)
}

const lacksConsent = ({ world }: EntraState, { application, scopes }: AuthorizeRequest, person: Person): boolean =>
  needsConsent(application.clientId, scopes, person, homeOf(world, person))

function sendCode(c: Context, { grants, world }: EntraState, request: AuthorizeRequest, { oid }: Person): Response {
  const { application, scopes, nonce, codeChallenge, back } = request
  const { redirectUri } = back
  const code = grants.newCode({ oid, clientId: application.clientId, redirectUri, scopes, nonce, codeChallenge })
  return sendBack(c, back, { code, session_state: randomGuid(world.random) })
}
