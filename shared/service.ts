import { createBrowserSessions } from './accounts/browser-sessions.ts'
import { createAccountsPort } from './accounts/connect-account.ts'
import type { Erasure } from './accounts/erasure.ts'
import { type BrowserSessionApi, createBrowserSessionApi } from './api/browser-session/browser-session-api.ts'
import { receiveNotifications } from './api/graph-notifications.ts'
import type { MeApi } from './api/me/me-api.ts'
import { createBrowserCookie } from './api/oauth/browser.ts'
import { createOAuthApi, type OAuthApi } from './api/oauth/oauth-api.ts'
import { createOrganisationApi, type OrganisationApi } from './api/organisations/organisation-api.ts'
import { createRateLimits } from './api/rate/rate-limits.ts'
import type { ApiRequest } from './api/request.ts'
import type { ApiResponse } from './api/response.ts'
import type { Trail } from './audit/audit.ts'
import type { Config } from './config.ts'
import { createKeyAdministration, type KeyAdministration } from './crypto/administration.ts'
import { reportDeadLetters } from './messaging/dead-letters.ts'
import { handleChannelWakes } from './messaging/notify-channel.ts'
import { handleWakeUps } from './messaging/sync-mailbox.ts'
import { wakeDue } from './messaging/wake-due.ts'
import { wakeErasures } from './messaging/wake-erasures.ts'
import { lookAfterOrganisations } from './organisations/look-after.ts'
import { createOrganisations, type Organisations } from './organisations/organisations.ts'
import { createIntegratorApi, type IntegratorApi } from './service/integrator-api.ts'
import { createMe } from './service/me.ts'
import type { Ports } from './service/ports.ts'
import { replayWhenRestored } from './service/restore.ts'
import { createStores } from './service/stores.ts'
import { clientStatesOf, notifyDependencies, visitDependencies } from './service/visits.ts'
import { createLedgerNumbers } from './storage/ledger/numbers.ts'
import { createRestoreGate } from './storage/ledger/restore-gate.ts'

/** What the triggers call. */
export interface Service extends IntegratorApi {
  readonly oauth: OAuthApi
  readonly browserSession: BrowserSessionApi
  readonly organisations: Organisations
  readonly organisationPages: OrganisationApi
  /** Who did what to which account. */
  readonly audit: Trail
  readonly erasure: Erasure
  readonly me: MeApi
  /** `POST /graph/notifications`. */
  notifications(request: ApiRequest): Promise<ApiResponse>
  /** The messages of one session of the queue `mailbox`. */
  syncMailbox(messages: unknown): Promise<void>
  /** The messages of one session of the queue `channel`. */
  notifyChannel(messages: unknown): Promise<void>
  /** Deletes the sign-ins that nobody finished. */
  forgetSignIns(): Promise<void>
  /** Deletes the counters of requests of the days before yesterday. */
  forgetRates(): Promise<void>
  /**
   * Goes on with erasures that something has kept from being completed. After the tables were restored from a backup it
   * erases again what the ledger says, before anything is served. @returns how many accounts were woken.
   */
  wakeErasures(): Promise<number>
  /** Wakes the accounts whose planned visit is due. @returns how many. */
  wakeDue(): Promise<number>
  /** Carries out what administrators have decided about their organisations. */
  lookAfterOrganisations(): Promise<void>
  /** Brings the key record to the current versions of the vault's keys. @returns whether it was not there yet. */
  rewrapKeys(): Promise<boolean>
  /** What `npm run keys` works with. */
  readonly keys: KeyAdministration
  /** Tells the log of messages that were given up. @returns how many. */
  reportDeadLetters(): Promise<number>
}

/**
 * Puts the service together from its ports. The same function serves the Functions host and the simulation.
 * @throws SyncError `VAULT_UNAVAILABLE`, `STORAGE_UNAVAILABLE` when the root secret cannot be loaded; try again.
 */
export async function createService(ports: Ports): Promise<Service> {
  const { config, clock, random, log, waker, entra } = ports
  const gate = createRestoreGate(ports.tables, createLedgerNumbers(ports.tables).standing, clock)
  const stores = await createStores({ ...ports, tables: gate.tables })
  const { accounts, blind, envelope, schedule, integrators, grants, oneTime } = stores
  const accountsPort = createAccountsPort({
    ...{ accounts, blind, envelope, schedule, waker, clock, log },
    ledger: stores.ledger,
  })
  const rates = createRateLimits({ counters: stores.rates, clock, log, limits: rateLimitsOf(config) })
  const oauth = createOAuthApi({
    ...{ publicUrl: config.PUBLIC_URL, entra, accounts: accountsPort, blind, clock, random, log },
    admission: stores.admission,
    audit: stores.audit,
    stores: { integrators, grants, ...oneTime },
    count: rates.count,
  })
  const clientStates = clientStatesOf(stores)
  const sync = visitDependencies(ports, stores, oauth, gate)
  const notify = notifyDependencies(ports, stores, oauth)
  const secure = config.PUBLIC_URL.startsWith('https:')
  const sessions = createBrowserSessions({ entra, accounts: accountsPort, ...oneTime, blind, clock, random })
  const browser = createBrowserCookie(secure, random)
  const browserSession = createBrowserSessionApi({
    ...{ sessions, browser, secure, blind, clock, log },
    async onSignIn({ account, identity }) {
      // Of somebody who has no account nothing is kept, not even that they looked.
      if (!(await accountsPort.isKnown(account))) return
      const organisation = stores.admission.idOf(identity.tenantId)
      await stores.audit.record({ act: 'signed-in', actor: { kind: 'person' }, account, organisation })
    },
  })
  const { audit, erasure } = stores
  const organisations = createOrganisations({ store: stores.organisations, ledger: stores.ledger, audit, clock })
  const lookAfter = { store: stores.organisations, grants: oauth.grants, accounts: accountsPort, erasure, audit }
  return {
    oauth,
    browserSession,
    organisations,
    organisationPages: createOrganisationApi({
      ...{ entra, organisations, installations: oneTime.installations, sessions: browserSession, cookie: browser },
      ...{ audit, blind, clock, random },
    }),
    audit: stores.audit,
    erasure: stores.erasure,
    me: createMe({ ports, stores, oauth, sessions: browserSession, accountsPort }),
    ...createIntegratorApi({ ports, stores, oauth, rates, accountsPort, sync }),
    notifications: (request) => receiveNotifications({ clientStates, waker, log }, request),
    syncMailbox: (messages) => handleWakeUps(sync, waker, messages),
    notifyChannel: (messages) => handleChannelWakes(notify, ports.channelWaker, messages),
    forgetSignIns: () => oneTime.forgetOld(),
    forgetRates: () => stores.rates.forgetOld(),
    lookAfterOrganisations: () => lookAfterOrganisations({ ...lookAfter, clock, log }),
    async wakeErasures() {
      await replayWhenRestored(ports, gate)
      return wakeErasures({ ledger: stores.ledger, waker, clock, log })
    },
    wakeDue: () => wakeDue({ schedule, waker, clock, log }),
    rewrapKeys: () => stores.keyRing.rewrapping.rewrap(stores.audit, 'service'),
    keys: createKeyAdministration(stores),
    reportDeadLetters: () => reportDeadLetters(ports.deadLetters, log),
  }
}

const rateLimitsOf = (config: Config) => ({
  second: config.RATE_PER_SECOND,
  minute: config.RATE_PER_MINUTE,
  accountMinute: config.RATE_ACCOUNT_PER_MINUTE,
})
