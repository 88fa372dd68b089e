import type { Grant } from '../../integrators/grant.ts'
import { READING_SCOPES } from '../../integrators/scopes.ts'
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

export function createReadApi(dependencies: ReadApiDependencies): ReadApi {
  const { authenticate } = dependencies
  const endpoint =
    (read: (grant: Grant, request: ApiRequest) => Promise<unknown>): Endpoint =>
    async (request) => {
      const grant = await authenticate(request)
      return json(200, await read(grant, request))
    }
  return {
    account: endpoint((grant) => readAccount(dependencies, grant)),
    userinfo: endpoint((grant) => readUserinfo(dependencies, grant)),
    profiles: endpoint((grant) => readProfiles(dependencies, grant)),
    calendars: endpoint((grant) => readCalendars(dependencies, grant)),
    events: endpoint((grant, { url }) => {
      // Its own events an integrator may read with any scope.
      if (url.searchParams.get('only_managed')?.toLowerCase() !== 'true') requireScope(grant, ...READING_SCOPES)
      return readEvents(dependencies, grant, url.searchParams)
    }),
    eventsPage: endpoint((grant, { params }) => readEventsPage(dependencies, grant, params['token'] ?? '')),
  }
}
