import type { Grant } from '../../integrators/grant.ts'
import type { Authenticate, Handler } from '../handler.ts'
import type { ApiRequest } from '../request.ts'
import { json } from '../response.ts'
import { type ReadEventsDependencies, readEvent, readEvents, readEventsPage } from './events.ts'
import { readFreeBusy, readFreeBusyPage } from './free-busy.ts'
import { type IdentityDependencies, readAccount, readCalendars, readProfiles, readUserinfo } from './identity.ts'

/**
 * The reading half of the integrator API. Every endpoint throws `UNAUTHENTICATED` without a good access token. A body is
 * not read: some clients send one with every GET.
 */
export interface ReadApi {
  readonly account: Handler
  readonly userinfo: Handler
  readonly profiles: Handler
  readonly calendars: Handler
  readonly events: Handler
  readonly eventsPage: Handler
  readonly event: Handler
  readonly freeBusy: Handler
  readonly freeBusyPage: Handler
}

type Dependencies = ReadEventsDependencies & IdentityDependencies

export interface ReadApiDependencies extends Omit<Dependencies, 'pageSize'> {
  readonly authenticate: Authenticate
}

/** Events in one answer. A month of a very busy person fits; a window of one does not. */
const PAGE_SIZE = 2_000

export function createReadApi(given: ReadApiDependencies): ReadApi {
  const { authenticate } = given
  const dependencies = { ...given, pageSize: PAGE_SIZE }
  const endpoint =
    (read: (dependencies: Dependencies, grant: Grant, request: ApiRequest) => Promise<unknown>): Handler =>
    async (request) => {
      const grant = await authenticate(request)
      return json(200, await read(dependencies, grant, request))
    }
  return {
    account: endpoint(readAccount),
    userinfo: endpoint(readUserinfo),
    profiles: endpoint(readProfiles),
    calendars: endpoint(readCalendars),
    events: endpoint(readEvents),
    eventsPage: endpoint(readEventsPage),
    event: endpoint(readEvent),
    freeBusy: endpoint(readFreeBusy),
    freeBusyPage: endpoint(readFreeBusyPage),
  }
}
