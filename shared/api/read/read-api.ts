import type { Trail } from '../../audit/audit.ts'
import type { Grant } from '../../integrators/grant.ts'
import { eventOf } from '../change/ids.ts'
import type { Authenticate, Handler } from '../handler.ts'
import type { ApiRequest } from '../request.ts'
import { json } from '../response.ts'
import { askedAhead } from './ahead.ts'
import { type ReadEventsDependencies, readEvent, readEvents, readEventsPage } from './events.ts'
import { readFreeBusy, readFreeBusyPage } from './free-busy.ts'
import { type IdentityDependencies, readAccount, readCalendars, readProfiles, readUserinfo } from './identity.ts'
import { stateToTell } from './schedule.ts'

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
  readonly expectedAccount: (request: ApiRequest) => string | undefined
  readonly audit: Pick<Trail, 'read'>
}

/** Events in one answer. A month of a very busy person fits; a window of one does not. */
const PAGE_SIZE = 2_000

export function createReadApi(given: ReadApiDependencies): ReadApi {
  const { authenticate, expectedAccount, audit } = given
  const dependencies = { ...given, pageSize: PAGE_SIZE }
  /**
   * Nothing is told before it is known whether the token is good, and noted who reads; what was refused is no reading. What
   * every answer takes, which is what `ahead` asks for, is asked for meanwhile.
   */
  const endpoint =
    (
      first: string,
      read: (dependencies: Dependencies, grant: Grant, request: ApiRequest) => Promise<unknown>,
      ahead: (dependencies: Dependencies, account: string, request: ApiRequest) => Promise<unknown> = readState,
    ): Handler =>
    async (request) => {
      const account = expectedAccount(request)
      const own =
        account === undefined ? dependencies : askedAhead(dependencies, (stores) => ahead(stores, account, request))
      const grant = await authenticate(request)
      const answer = await read(own, grant, request)
      await audit.read({ account: grant.accountId, integrator: grant.clientId, first })
      return json(200, answer)
    }
  return {
    account: endpoint('account', readAccount),
    userinfo: endpoint('account', readUserinfo),
    profiles: endpoint('account', readProfiles),
    calendars: endpoint('account', readCalendars),
    events: endpoint('events', readEvents),
    eventsPage: endpoint('events', readEventsPage),
    event: endpoint('events', readEvent, readStateAndMonths),
    freeBusy: endpoint('free_busy', readFreeBusy),
    freeBusyPage: endpoint('free_busy', readFreeBusyPage),
  }
}

const readState = ({ accounts }: Dependencies, account: string) => stateToTell(accounts, account)

const readStateAndMonths = async (dependencies: Dependencies, account: string, request: ApiRequest) =>
  Promise.all([readState(dependencies, account), dependencies.events.monthsOf(account, eventOf(request))])
