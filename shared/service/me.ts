import type { AccountsPort } from '../accounts/ports.ts'
import type { BrowserSessionApi } from '../api/browser-session/browser-session-api.ts'
import { createMeApi, type MeApi } from '../api/me/me-api.ts'
import type { AccountTrail, Erasures } from '../api/me/ports.ts'
import type { OAuthApi } from '../api/oauth/oauth-api.ts'
import { createAccountRecords } from '../storage/accounts/account-records.ts'
import type { Ports } from './ports.ts'
import type { Stores } from './stores.ts'
import { windowDaysOf } from './visits.ts'

/** Until there is an audit trail to read. */
const TRAIL: AccountTrail = {
  lastUses: async () => new Map(),
  async *entriesOf() {},
}

/** Until there is a ledger of erasures. */
const ERASURES: Erasures = { erasureOf: async () => undefined }

interface Parts {
  readonly ports: Ports
  readonly stores: Stores
  readonly oauth: OAuthApi
  readonly sessions: BrowserSessionApi
  readonly accountsPort: AccountsPort
}

/** The person's own page. */
export function createMe({ ports, stores, oauth, sessions, accountsPort }: Parts): MeApi {
  const { accounts, events, admission, audit, erasure, bind } = stores
  const { grants, integrators, reconnectUrl } = oauth
  return createMeApi({
    ...{ accounts, grants, integrators, reconnectUrl, admission, audit, sessions },
    ...{ trail: TRAIL, erasures: ERASURES, clock: ports.clock },
    publicUrl: ports.config.PUBLIC_URL,
    windowDays: windowDaysOf(ports),
    records: createAccountRecords(ports.tables, bind, events, ports.log),
    deeds: { grants, accounts: accountsPort, erasure, audit },
  })
}
