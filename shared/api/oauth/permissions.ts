import * as z from 'zod'
import type { AccountsPort } from '../../accounts/ports.ts'
import type { Grant } from '../../integrators/grant.ts'
import type { Integrators } from '../../integrators/integrators.ts'
import type { LinkTokens } from '../../integrators/link-tokens.ts'
import type { PermissionRequests } from '../../integrators/permission-requests.ts'
import { CHANGING_SCOPES } from '../../integrators/scopes.ts'
import { requireScope } from '../bearer.ts'
import { bodyFields } from '../change/fields.ts'
import { calendarKey } from '../change/ids.ts'
import { createFindings, custom, problem } from '../findings.ts'
import type { ApiRequest } from '../request.ts'
import { type ApiResponse, json } from '../response.ts'
import { permissionPath } from './permit.ts'

const UNKNOWN = problem('not_recognized', 'must be the id of a calendar of this person')
const LEVEL = problem('not_recognized', 'must be unrestricted')
const NOT_REGISTERED = problem('not_recognized', 'must be a registered redirect URI of the integrator, exactly')

const CalendarId = z.string().refine((id) => calendarKey(id) !== undefined, custom(UNKNOWN))

/** The body of `POST /v1/permissions`. */
export const PermissionsBody = z.object({
  permissions: z
    .array(
      z.object({
        calendar_id: CalendarId.meta({ description: 'A calendar of the person, as GET /v1/calendars tells it.' }),
        permission_level: z
          .literal('unrestricted', custom(LEVEL))
          .meta({ description: 'To change and delete events in it that the integrator did not create.' }),
      }),
    )
    .min(1)
    .max(50),
  redirect_uri: z
    .string()
    .meta({ description: 'Where the person goes after the answer: a registered redirect URI of the integrator.' }),
})

/** The answer of `POST /v1/permissions`. */
export const PermissionsAnswer = z.object({
  permissions_request: z.object({
    url: z.url().meta({ description: 'The page to send the person to within an hour.' }),
  }),
})

/** The answer of `POST /v1/link_tokens`. */
export const LinkTokenAnswer = z.object({
  link_token: z.string().meta({ description: 'Good once within five minutes, as link_token of an authorization.' }),
})

export interface PermissionsDependencies {
  readonly publicUrl: string
  readonly integrators: Integrators
  readonly accounts: Pick<AccountsPort, 'calendarNames'>
  readonly permissionRequests: PermissionRequests
  readonly linkTokens: LinkTokens
  readonly authenticate: (request: ApiRequest) => Promise<Grant>
}

/** What an integrator asks of us for a person it knows: another permission, or a sign for a further connection. */
export function createPermissionsApi(dependencies: PermissionsDependencies) {
  const { publicUrl, integrators, accounts, permissionRequests, linkTokens, authenticate } = dependencies
  return { permissions, linkToken }

  /** `POST /v1/permissions`. @throws SyncError `UNAUTHENTICATED`, `SCOPE_MISSING`, ValidationError. */
  async function permissions(request: ApiRequest): Promise<ApiResponse> {
    const grant = await authenticate(request)
    requireScope(grant, ...CHANGING_SCOPES)
    const asked = parsePermissions(await bodyFields(request))
    await check(asked, grant)
    const id = await permissionRequests.ask({ ...asked, clientId: grant.clientId, account: grant.accountId })
    const url = `${publicUrl}${permissionPath(id)}`
    return json(200, { permissions_request: { url } } satisfies z.infer<typeof PermissionsAnswer>)
  }

  async function check({ calendars, redirectUri }: Asked, { accountId, clientId }: Grant): Promise<void> {
    const findings = createFindings()
    const [names, integrator] = [await accounts.calendarNames(accountId), await integrators.find(clientId)]
    calendars.forEach((calendar, at) => {
      if (!names.has(calendar)) findings.refuse(`permissions[${at}].calendar_id`, UNKNOWN)
    })
    if (!integrator?.redirectUris.includes(redirectUri)) findings.refuse('redirect_uri', NOT_REGISTERED)
    findings.end()
  }

  /** `POST /v1/link_tokens`; a body has no meaning. @throws SyncError `UNAUTHENTICATED`. */
  async function linkToken(request: ApiRequest): Promise<ApiResponse> {
    const { clientId } = await authenticate(request)
    return json(200, { link_token: await linkTokens.issue(clientId) } satisfies z.infer<typeof LinkTokenAnswer>)
  }
}

interface Asked {
  readonly calendars: readonly string[]
  readonly redirectUri: string
}

/** @throws ValidationError naming every bad field. */
function parsePermissions(fields: Readonly<Record<string, unknown>>): Asked {
  const findings = createFindings()
  const asked = findings.read('permissions', PermissionsBody.shape.permissions, fields['permissions']) ?? []
  const redirectUri = findings.read('redirect_uri', PermissionsBody.shape.redirect_uri, fields['redirect_uri']) ?? ''
  findings.end()
  return { calendars: asked.flatMap(({ calendar_id: id }) => calendarKey(id) ?? []), redirectUri }
}
