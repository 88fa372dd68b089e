import type { AccountsPort } from '../accounts/ports.ts'
import type { BrowserSessionApi } from '../api/browser-session/browser-session-api.ts'
import { createMeApi, type MeApi } from '../api/me/me-api.ts'
import type { OAuthApi } from '../api/oauth/oauth-api.ts'
import { createAccountRecords } from '../storage/accounts/account-records.ts'
import type { Ports } from './ports.ts'
import type { Stores } from './stores.ts'
import { windowDaysOf } from './visits.ts'

interface Parts {
  readonly ports: Ports
  readonly stores: Stores
  readonly oauth: OAuthApi
  readonly sessions: BrowserSessionApi
  readonly accountsPort: AccountsPort
}

/** The person's own page. */
export function createMe({ ports, stores, oauth, sessions, accountsPort }: Parts): MeApi {
  const { accounts, events, admission, audit, erasure, ledger, bind } = stores
  const { grants, integrators, reconnectUrl } = oauth
  return createMeApi({
    ...{ accounts, grants, integrators, reconnectUrl, admission, audit, sessions },
    ...{ erasures: ledger, clock: ports.clock },
    trail: { lastUses: audit.lastUses, entriesOf: audit.accountExtract },
    publicUrl: ports.config.PUBLIC_URL,
    windowDays: windowDaysOf(ports),
    records: createAccountRecords(ports.tables, bind, events, ports.log),
    deeds: { grants, accounts: accountsPort, erasure, audit },
  })
}
