import { createAccountsPort } from './accounts/connect-account.ts'
import type { Erasure } from './accounts/erasure.ts'
import { receiveNotifications } from './api/graph-notifications.ts'
import { createOAuthApi, type OAuthApi } from './api/oauth/oauth-api.ts'
import { createRateLimits } from './api/rate/rate-limits.ts'
import type { ApiRequest } from './api/request.ts'
import type { ApiResponse } from './api/response.ts'
import { createStarts } from './api/starts.ts'
import type { Trail } from './audit/audit.ts'
import type { Config } from './config.ts'
import type { EpochMs } from './core/time.ts'
import { createKeyAdministration, type KeyAdministration } from './crypto/administration.ts'
import type { FirstKeys } from './crypto/key-record.ts'
import { createAnswered } from './messaging/answered.ts'
import { createChannelHandler } from './messaging/notify-channel.ts'
import { createQueueClock } from './messaging/queue-clock.ts'
import { handleWakeUp } from './messaging/sync-mailbox.ts'
import { createOperations, type Operations } from './operations/operations.ts'
import { createOperator, type Operator } from './operations/operator.ts'
import { createIntegratorApi, type IntegratorApi } from './service/integrator-api.ts'
import { measuredPorts, operationsDependencies } from './service/operations.ts'
import { createPages, type Pages } from './service/pages.ts'
import type { Ports } from './service/ports.ts'
import { createStores } from './service/stores.ts'
import { createTimers, type Timers } from './service/timers.ts'
import { clientStatesOf, notifyDependencies, visitDependencies } from './service/visits.ts'
import { createAccountRecords } from './storage/accounts/account-records.ts'
import { createLedgerNumbers } from './storage/ledger/numbers.ts'
import { createRestoreGate } from './storage/ledger/restore-gate.ts'
import { portsInSpans } from './telemetry/spans-of-ports.ts'
import { inSpanOf } from './telemetry/spans-of-queues.ts'

/** What the triggers call. */
export interface Service extends IntegratorApi, Pages, Timers {
  readonly oauth: OAuthApi
  /** Who did what to which account. */
  readonly audit: Trail
  readonly erasure: Erasure
  /** `POST /graph/notifications`. */
  notifications(request: ApiRequest): Promise<ApiResponse>
  /** A message of the queue `mailbox`, and when that stored it, where it says so. */
  syncMailbox(message: unknown, storedAt?: EpochMs): Promise<void>
  /** A message of the queue `channel`. */
  notifyChannel(message: unknown, storedAt?: EpochMs): Promise<void>
  /** How the service does. */
  readonly operations: Operations
  /** What `npm run keys` works with. */
  readonly keys: KeyAdministration
  /** What `npm run ops` works with. */
  readonly operator: Operator
}

/**
 * Puts the service together from its ports. The same function serves the Functions host and the simulation.
 * @throws SyncError `VAULT_UNAVAILABLE`, `STORAGE_UNAVAILABLE` when the root secret cannot be loaded; try again.
 * @throws SyncError `KEY_MISSING` when there is none, unless it is the first and first keys are made.
 */
export async function createService(outside: Ports, firstKeys: FirstKeys = 'made'): Promise<Service> {
  const ports = portsInSpans(measuredPorts(outside))
  const { config, clock, random, log, waker, entra, telemetry } = ports
  const gate = createRestoreGate(ports.tables, createLedgerNumbers(ports.tables).restoreState, clock)
  const stores = await createStores({ ...ports, tables: gate.tables }, firstKeys)
  const { audit, erasure, accounts, blind, envelope, schedule, ledger, integrators, grants, oneTime } = stores
  const accountsPort = createAccountsPort({ accounts, blind, envelope, schedule, waker, clock, log, ledger })
  const rates = createRateLimits({ counters: stores.rates, clock, log, limits: rateLimitsOf(config) })
  const starts = createStarts(clock)
  const oauth = createOAuthApi({
    ...{ publicUrl: config.PUBLIC_URL, entra, accounts: accountsPort, blind, clock, random, log },
    ...{ admission: stores.admission, audit, count: rates.count, restoredAt: gate.restoredAt, starts },
    stores: { integrators, grants, ...oneTime },
  })
  const sync = visitDependencies(ports, stores, oauth, gate)
  const queueClock = createQueueClock(clock)
  const wakeUps = { visit: sync, waker, queueClock, answered: createAnswered(queueClock) }
  const notify = notifyDependencies(ports, stores, oauth)
  // Nothing says that both queues go by the same clock.
  const handleChannel = createChannelHandler({ notify, waker: ports.channelWaker, queueClock: createQueueClock(clock) })
  const clientStates = clientStatesOf(stores)
  const operations = createOperations(operationsDependencies(ports, stores))
  const keys = createKeyAdministration(stores)
  const records = createAccountRecords(ports.tables, stores.bind, stores.events, log)
  return {
    ...{ oauth, audit, erasure, keys },
    operations,
    operator: createOperator({ ...ports, ...stores, keys, records, ids: accountsPort }),
    ...createPages({ ports, stores, oauth, accountsPort, operations, starts }),
    ...createIntegratorApi({ ports, stores, oauth, rates, accountsPort, sync }),
    ...createTimers({ ports, stores, gate, grants: oauth.grants, accounts: accountsPort }),
    notifications: (request) => receiveNotifications({ clientStates, waker, log }, request),
    syncMailbox: (message, storedAt) =>
      inSpanOf(message, 'visit', telemetry, () => handleWakeUp(wakeUps, message, storedAt)),
    notifyChannel: (message, storedAt) =>
      inSpanOf(message, 'channel delivery', telemetry, () => handleChannel(message, storedAt)),
  }
}

const rateLimitsOf = (config: Config) => ({
  second: config.RATE_PER_SECOND,
  minute: config.RATE_PER_MINUTE,
  accountMinute: config.RATE_ACCOUNT_PER_MINUTE,
})
