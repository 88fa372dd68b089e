import type { Grant } from '../../integrators/grant.ts'
import type { Scope } from '../../integrators/scopes.ts'
import { requireScope } from '../bearer.ts'
import type { ApiRequest } from '../request.ts'
import { type ApiResponse, json } from '../response.ts'
import { type ReadEventsDependencies, readEvents, readEventsPage } from './events.ts'
import { readAccount, readCalendars, readProfiles, readUserinfo } from './identity.ts'

type Endpoint = (request: ApiRequest) => Promise<ApiResponse>

/** The reading half of the integrator API. Every endpoint throws `UNAUTHENTICATED` without a good access token. */
export interface ReadApi {
  readonly account: Endpoint
  readonly userinfo: Endpoint
  readonly profiles: Endpoint
  readonly calendars: Endpoint
  readonly events: Endpoint
  readonly eventsPage: Endpoint
}

export interface ReadApiDependencies extends ReadEventsDependencies {
  readonly authenticate: (request: ApiRequest) => Promise<Grant>
}

const EVENT_READERS: readonly Scope[] = ['read_events', 'read_write', 'read_only']

export function createReadApi(dependencies: ReadApiDependencies): ReadApi {
  const { authenticate } = dependencies
  const endpoint =
    (read: (grant: Grant, request: ApiRequest) => Promise<unknown>, scopes: readonly Scope[] = []): Endpoint =>
    async (request) => {
      const grant = await authenticate(request)
      if (scopes.length > 0) requireScope(grant, ...scopes)
      return json(200, await read(grant, request))
    }
  return {
    account: endpoint((grant) => readAccount(dependencies, grant)),
    userinfo: endpoint((grant) => readUserinfo(dependencies, grant)),
    profiles: endpoint((grant) => readProfiles(dependencies, grant)),
    calendars: endpoint((grant) => readCalendars(dependencies, grant)),
    events: endpoint(({ accountId }, { url }) => readEvents(dependencies, accountId, url.searchParams), EVENT_READERS),
    eventsPage: endpoint(
      ({ accountId }, { params }) => readEventsPage(dependencies, accountId, params['token'] ?? ''),
      EVENT_READERS,
    ),
  }
}
