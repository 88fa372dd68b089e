import { createBrowserSessions } from '../accounts/browser-sessions.ts'
import type { AccountsPort } from '../accounts/ports.ts'
import { type BrowserSessionApi, createBrowserSessionApi } from '../api/browser-session/browser-session-api.ts'
import { createMeApi, type MeApi } from '../api/me/me-api.ts'
import { createBrowserCookie } from '../api/oauth/browser.ts'
import type { OAuthApi } from '../api/oauth/oauth-api.ts'
import { createOperationsApi, type OperationsApi } from '../api/operations/operations-api.ts'
import { createOrganisationApi, type OrganisationApi } from '../api/organisations/organisation-api.ts'
import type { Starts } from '../api/starts.ts'
import type { Operations } from '../operations/operations.ts'
import { createOrganisations, type Organisations } from '../organisations/organisations.ts'
import { createAccountRecords } from '../storage/accounts/account-records.ts'
import type { Ports } from './ports.ts'
import type { Stores } from './stores.ts'
import { windowDaysOf } from './visits.ts'

/** Our pages for people and administrators, and signing in to them. */
export interface Pages {
  readonly browserSession: BrowserSessionApi
  readonly organisations: Organisations
  readonly organisationPages: OrganisationApi
  readonly me: MeApi
  readonly operationsPages: OperationsApi
}

export interface PageParts {
  readonly ports: Ports
  readonly stores: Stores
  readonly oauth: OAuthApi
  readonly accountsPort: AccountsPort
  readonly operations: Operations
  readonly starts: Starts
}

export function createPages(parts: PageParts): Pages {
  const { ports, stores, starts } = parts
  const { entra, clock, random } = ports
  const { audit, blind, oneTime } = stores
  const cookie = createBrowserCookie(isSecure(ports), random)
  const sessions = createSessions(parts, cookie)
  const organisations = createOrganisations({ store: stores.organisations, ledger: stores.ledger, audit, clock })
  return {
    browserSession: sessions,
    organisations,
    organisationPages: createOrganisationApi({
      ...{ entra, organisations, sessions, cookie, audit, starts, blind, clock, random },
      installations: oneTime.installations,
    }),
    me: createMe(parts, sessions),
    operationsPages: createOperationsApi({
      ...{ sessions, audit, clock, operations: parts.operations },
      operatorTenant: ports.config.OPERATOR_TENANT,
    }),
  }
}

function createSessions(
  { ports, stores, accountsPort, starts }: PageParts,
  browser: ReturnType<typeof createBrowserCookie>,
) {
  const { entra, clock, random, log } = ports
  const { blind, oneTime, audit } = stores
  return createBrowserSessionApi({
    sessions: createBrowserSessions({ entra, accounts: accountsPort, ...oneTime, blind, clock, random }),
    ...{ browser, secure: isSecure(ports), starts, blind, clock, log },
    // In the person's own trail. Of somebody who has no account nothing is kept, not even that they looked.
    async onSignIn({ account }) {
      if (await accountsPort.isKnown(account))
        await audit.record({ act: 'signed-in', actor: { kind: 'person' }, account })
    },
  })
}

function createMe({ ports, stores, oauth, accountsPort }: PageParts, sessions: BrowserSessionApi): MeApi {
  const { accounts, events, admission, audit, erasure, ledger, bind } = stores
  const { grants, integrators, reconnectUrl } = oauth
  return createMeApi({
    ...{ accounts, grants, integrators, reconnectUrl, admission, audit, sessions },
    ...{ erasures: ledger, clock: ports.clock, known: accountsPort },
    trail: { lastUses: audit.lastUses, entriesOf: audit.accountExtract },
    publicUrl: ports.config.PUBLIC_URL,
    windowDays: windowDaysOf(ports),
    keptDays: ports.config.RETENTION_DAYS,
    records: createAccountRecords(ports.tables, bind, events, ports.log),
    deeds: { grants, accounts: accountsPort, erasure, audit },
  })
}

const isSecure = ({ config }: Ports): boolean => config.PUBLIC_URL.startsWith('https:')
