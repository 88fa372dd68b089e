import type { Context, Hono } from 'hono'
import * as z from 'zod'
import type { Person } from '../world.ts'
import { type Application, applicationOf } from './applications.ts'
import { recordConsent, scopesOf } from './consent.ts'
import { createFlow, type Reply } from './flow.ts'
import { approvalPage } from './pages/approval.ts'
import { consentPage } from './pages/consent.ts'
import { Refusal } from './refusal.ts'
import { type ReturnAddress, sendBack } from './reply.ts'
import { chooseAccount } from './sign-in.ts'
import type { EntraState } from './state.ts'
import { homeOf, organisationOf, tenantIncludes } from './tenant.ts'

const Query = z.object({
  client_id: z.string().optional(),
  redirect_uri: z.string().default(''),
  scope: z.string().default('.default'),
  state: z.string().optional(),
})

interface InstallRequest {
  tenant: string
  application: Application
  scopes: string[]
  back: ReturnAddress
}

/**
 * `/{tenant}/v2.0/adminconsent`: an administrator agrees for everybody in the organisation. Refusals go back with
 * `admin_consent=True` as well, as Entra's do.
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/v2-admin-consent
 */
export function createAdminConsent(state: EntraState): Hono {
  return createFlow<InstallRequest>(state, {
    path: '/:tenant/v2.0/adminconsent',
    onRefusal: { admin_consent: 'True' },
    read: (tenant, query) => readRequest(state, tenant, query),
    open(c, request) {
      const administrator = state.sessions
        .people(c)
        .find((person) => person.isAdministrator && tenantIncludes(state.world, request.tenant, person))
      if (administrator !== undefined) return ask(c, state, request, administrator)
      return chooseAccount(c, state, { tenant: request.tenant, application: request.application })
    },
    proceed: (c, request, person) => ask(c, state, request, person),
    accept(c, { application, scopes, back }, person) {
      if (!person.isAdministrator) throw new Refusal(90094)
      recordConsent(homeOf(state.world, person).adminConsents, application.clientId, scopes)
      const scope = scopes.map((name) => `https://graph.microsoft.com/${name}`).join(' ')
      return sendBack(c, back, { admin_consent: 'True', tenant: person.tid, scope })
    },
  })
}

function readRequest({ world, applications }: EntraState, tenant: string, parameters: unknown): InstallRequest {
  const query = Query.parse(parameters)
  // Unlike a sign-in, an installation is always for an organisation: `common` is refused.
  if (tenant === 'common') throw new Refusal(90002)
  organisationOf(world, tenant)
  const application = applicationOf(applications, query.client_id)
  if (!application.redirectUris.includes(query.redirect_uri)) throw new Refusal(50011)
  const back = { redirectUri: query.redirect_uri, state: query.state }
  return { tenant, application, scopes: scopesOf(query.scope, application), back }
}

function ask(c: Context, { world }: EntraState, { application, scopes }: InstallRequest, person: Person): Reply {
  const question = { person, organisation: homeOf(world, person), application, scopes }
  return person.isAdministrator ? consentPage(c, { ...question, kind: 'everyone' }) : approvalPage(c, question)
}
