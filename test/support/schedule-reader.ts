import { type ReadEventsDependencies, readEvents, readEventsPage } from '../../shared/api/read/events.ts'
import { readFreeBusy, readFreeBusyPage } from '../../shared/api/read/free-busy.ts'
import type { Pages, WireEvent } from '../../shared/api/read/wire-shapes.ts'
import { systemRandom } from '../../shared/core/random.ts'
import { epochMs } from '../../shared/core/time.ts'
import { digestOfValue } from '../../shared/crypto/digest.ts'
import { createKeyRing } from '../../shared/crypto/key-ring.ts'
import type { Grant } from '../../shared/integrators/grant.ts'
import { createAccountRows } from '../../shared/storage/accounts/account-rows.ts'
import { createAccounts } from '../../shared/storage/accounts/accounts.ts'
import { createActionLog } from '../../shared/storage/accounts/action-log.ts'
import { createEvents } from '../../shared/storage/accounts/events.ts'
import { createOwnEvents } from '../../shared/storage/accounts/own-events.ts'
import { createSealedRows } from '../../shared/storage/sealed-rows.ts'
import type { Tables } from '../../shared/storage/table.ts'
import { request } from './oauth.ts'
import type { ServiceFixture } from './service.ts'

/** What a page of the API says, as far as the tests of paging look. */
export interface ReadPage {
  readonly pages: Pages
  readonly events: readonly WireEvent[]
}

/** The reading half of the API with pages of another size, over what a fixture has stored. */
export interface ScheduleReader {
  events(query: string): Promise<ReadPage>
  eventsPage(address: string): Promise<ReadPage>
  freeBusy(query: string): Promise<{ readonly pages: ReadPage['pages']; readonly free_busy: readonly object[] }>
  freeBusyPage(address: string): Promise<{ readonly pages: ReadPage['pages']; readonly free_busy: readonly object[] }>
}

/** @param through stands between the reader and the tables. */
export async function createScheduleReader(
  { tables: stored, vault, clock }: ServiceFixture,
  pageSize: number,
  through: (tables: Tables) => Tables = (tables) => tables,
): Promise<ScheduleReader> {
  const tables = through(stored)
  const keyRing = createKeyRing({
    ...{ environment: 'test', vault, clock, random: systemRandom },
    keysTable: stored.table('keys'),
    log: () => undefined,
  })
  const blind = await keyRing.blindIndex()
  const bind = createAccountRows(createSealedRows({ envelope: keyRing.envelope }))
  const silent = () => undefined
  const dependencies: ReadEventsDependencies = {
    accounts: createAccounts(tables, bind, blind, silent, { record: async () => undefined }, async () => undefined),
    events: createEvents(tables, bind, blind, silent),
    ownEvents: createOwnEvents(tables, bind, blind, silent),
    actions: createActionLog(tables, bind, silent),
    ...{ blind, clock, pageSize, digest: digestOfValue },
    publicUrl: 'http://localhost:7071',
    windowDays: { past: 42, future: 201 },
  }
  const [head] = stored.rows('accounts')
  const grant = grantOf(head?.partitionKey ?? '')
  const page = (address: string) => ({ ...request(address), params: { token: address.split('/').at(-1) ?? '' } })
  return {
    events: async (query) => readEvents(dependencies, grant, request(`/v1/events?${query}`)),
    eventsPage: async (address) => readEventsPage(dependencies, grant, page(address)),
    freeBusy: async (query) => readFreeBusy(dependencies, grant, request(`/v1/free_busy?${query}`)),
    freeBusyPage: async (address) => readFreeBusyPage(dependencies, grant, page(address)),
  }
}

const grantOf = (accountId: string): Grant => ({
  ref: { account: '', id: '' },
  clientId: 'sample',
  accountId,
  profile: { id: '', name: '' },
  scopes: ['read_events'],
  unrestricted: true,
  unrestrictedIn: [],
  endsAt: epochMs(Number.MAX_SAFE_INTEGER),
  code: { hash: '', expiresAt: epochMs(0), redirectUri: '' },
  access: [],
})
