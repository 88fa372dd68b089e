import { timingSafeEqual } from 'node:crypto'
import { createAccountsPort } from './accounts/connect-account.ts'
import { createCalendar } from './accounts/create-calendar.ts'
import type { Entra } from './accounts/ports.ts'
import type { VisitDependencies } from './accounts/visit-account.ts'
import { type AvailabilityApi, createAvailabilityApi } from './api/availability/availability.ts'
import { BATCH_LIMIT, createBatchApi } from './api/batch/batch-api.ts'
import { batchHandlers } from './api/batch/handlers.ts'
import { type ChangeApi, createChangeApi } from './api/change/change-api.ts'
import { type ChannelApi, createChannelApi } from './api/channels/channel-api.ts'
import { actionLink, wireChannel } from './api/channels/wire-channel.ts'
import { receiveNotifications } from './api/graph-notifications.ts'
import { createRepeatable, repeatableChanges } from './api/idempotency.ts'
import { createManageApi, type ManageApi } from './api/manage/manage-api.ts'
import { createOAuthApi, type OAuthApi } from './api/oauth/oauth-api.ts'
import { createRateLimits } from './api/rate/rate-limits.ts'
import { createReadApi, type ReadApi } from './api/read/read-api.ts'
import type { ApiRequest } from './api/request.ts'
import type { ApiResponse } from './api/response.ts'
import type { NotifyDependencies } from './channels/notify-channel.ts'
import type { Post } from './channels/ports.ts'
import { type Config, targetRulesOf } from './config.ts'
import type { Log } from './core/log.ts'
import type { Random } from './core/random.ts'
import { type Clock, seconds } from './core/time.ts'
import { digestOf, digestOfValue } from './crypto/digest.ts'
import { createKeyRing } from './crypto/key-ring.ts'
import type { BlindIndex, Vault } from './crypto/ports.ts'
import { type ChannelWaker, createChannelWaking } from './messaging/channel-wake.ts'
import { type DeadLetters, reportDeadLetters } from './messaging/dead-letters.ts'
import { handleChannelWakes } from './messaging/notify-channel.ts'
import type { Waker } from './messaging/service-bus.ts'
import { handleWakeUps } from './messaging/sync-mailbox.ts'
import { wakeDue } from './messaging/wake-due.ts'
import { createWaking } from './messaging/wake-for-action.ts'
import { createGraphClient } from './microsoft/graph/client.ts'
import { createEventWriter } from './microsoft/graph/event-writer.ts'
import { createMailbox } from './microsoft/graph/mailbox.ts'
import { createClientStates } from './pull/client-state.ts'
import { createChanges } from './push/accept.ts'
import { createAccountRows } from './storage/accounts/account-rows.ts'
import { createAccounts } from './storage/accounts/accounts.ts'
import { createActionLog } from './storage/accounts/action-log.ts'
import { createChannelStore } from './storage/accounts/channels.ts'
import { createEvents } from './storage/accounts/events.ts'
import { createOwnEvents } from './storage/accounts/own-events.ts'
import { createRequestLog } from './storage/accounts/request-log.ts'
import { createGrantStore } from './storage/oauth/grant-rows.ts'
import { createIntegratorStore } from './storage/oauth/integrator-rows.ts'
import { createOneTimeRows } from './storage/oauth/one-time-rows.ts'
import { createRateCounters } from './storage/rates.ts'
import { createSchedule } from './storage/schedule.ts'
import { createSealedRows } from './storage/sealed-rows.ts'
import type { Tables } from './storage/table.ts'

/** Everything the service needs from outside. Clock, chance, ids and IO come in here and nowhere else. */
export interface Ports {
  readonly config: Config
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly tables: Tables
  readonly vault: Vault
  readonly waker: Waker
  readonly channelWaker: ChannelWaker
  /** Sends notifications to integrators. */
  readonly post: Post
  readonly deadLetters: DeadLetters
  readonly entra: Entra
  readonly fetch: typeof globalThis.fetch
}

/** What the triggers call. */
export interface Service {
  readonly oauth: OAuthApi
  readonly read: ReadApi
  readonly change: ChangeApi
  /** `POST /v1/batch` */
  batch(request: ApiRequest): Promise<ApiResponse>
  readonly manage: ManageApi
  readonly availability: AvailabilityApi
  /** `POST /graph/notifications`. */
  notifications(request: ApiRequest): Promise<ApiResponse>
  /** The messages of one session of the queue `mailbox`. */
  syncMailbox(messages: unknown): Promise<void>
  readonly channels: ChannelApi
  /** The messages of one session of the queue `channel`. */
  notifyChannel(messages: unknown): Promise<void>
  /** Deletes the sign-ins that nobody finished. */
  forgetSignIns(): Promise<void>
  /** Deletes the counters of requests of the days before yesterday. */
  forgetRates(): Promise<void>
  /** Wakes the accounts whose planned visit is due. @returns how many. */
  wakeDue(): Promise<number>
  /** Tells the log of messages that were given up. @returns how many. */
  reportDeadLetters(): Promise<number>
}

/**
 * Puts the service together from its ports. The same function serves the Functions host and the simulation.
 * @throws SyncError `VAULT_UNAVAILABLE`, `STORAGE_UNAVAILABLE` when the root secret cannot be loaded; try again.
 */
export async function createService(ports: Ports): Promise<Service> {
  const { config, clock, random, log, tables, vault, waker, entra } = ports
  const { ENVIRONMENT: environment, PUBLIC_URL: publicUrl } = config
  const keyRing = createKeyRing({ environment, vault, keysTable: tables.table('keys'), clock, random })
  const { envelope } = keyRing
  const blind = await keyRing.blindIndex()
  const sealed = createSealedRows({ envelope })
  const bind = createAccountRows(sealed)
  const accounts = createAccounts(tables, bind, blind, log)
  const actions = createActionLog(tables, bind, log)
  const events = createEvents(tables, bind, blind, log)
  const ownEvents = createOwnEvents(tables, bind, blind, log)
  const schedule = createSchedule(tables)
  const clientStates = createClientStates(clientStateKey(blind))
  const windowDays = { past: config.WINDOW_PAST_DAYS, future: config.WINDOW_FUTURE_DAYS }
  const oneTime = createOneTimeRows(tables, sealed, blind, clock)
  const accountsPort = createAccountsPort({ accounts, blind, envelope, schedule, waker, clock, log })
  const oauth = createOAuthApi({
    publicUrl,
    entra,
    accounts: accountsPort,
    stores: {
      integrators: createIntegratorStore(tables, sealed, blind),
      grants: createGrantStore(tables, sealed, blind),
      ...oneTime,
    },
    blind,
    clock,
    random,
    log,
  })
  const waking = createWaking({ waker, schedule, clock, log })
  const changes = createChanges({
    sessions: accounts,
    log: actions,
    waking,
    clock,
    random,
    digest: digestOfValue,
  })
  const { grants, integrators } = oauth
  const openMailbox = createMailboxOpener(ports)
  const channelStore = createChannelStore({ accounts, tables, bind, blind, log })
  const wakeChannels = createChannelWaking(ports.channelWaker)
  const counters = createRateCounters(tables, blind, clock)
  const rates = createRateLimits({ counters, clock, log, limits: rateLimitsOf(config) })
  const authenticate = async (request: ApiRequest) => {
    if (request.settled !== undefined) return request.settled.grant
    const grant = await oauth.authenticate(request)
    await rates.count(grant, request)
    return grant
  }
  const requests = createRequestLog(tables, bind, clock)
  const repeatable = createRepeatable({ authenticate, requests, blind, clock, publicUrl, log })
  const plain = createChangeApi({ authenticate, changes, publicUrl })
  const sync: VisitDependencies = {
    clock,
    random,
    log,
    sessions: accounts,
    schedule,
    windowDays,
    digestOf,
    openMailbox,
    isWanted: (account) => oauth.grants.isWanted(account),
    clientState: (account, calendar) => clientStates.issue({ account, calendar }),
    budget: seconds(config.SYNC_BUDGET_SECONDS),
    wakeChannels,
  }
  const notify: NotifyDependencies = {
    ...{ clock, random, log, post: ports.post, store: channelStore, describe: wireChannel },
    owners: {
      find: oauth.integrators.find,
      isGranted: async (account, client) => (await oauth.grants.allowed(account, client)) !== undefined,
    },
    actionLink: actionLink(publicUrl),
  }
  const read = createReadApi({
    ...{ accounts, events, ownEvents, actions, blind, clock, publicUrl, windowDays, authenticate },
    digest: digestOfValue,
  })
  const batch = createBatchApi({
    ...{ authenticate, charge: rates.charge, lots: changes, clock, log, publicUrl },
    ...batchHandlers(plain, read),
  })
  return {
    oauth,
    read,
    change: repeatableChanges(plain, repeatable),
    batch: repeatable(batch, BATCH_LIMIT),
    channels: createChannelApi({
      ...{ authenticate, store: channelStore, clock, blind, log, wakeChannels },
      rules: targetRulesOf(config),
    }),
    notifyChannel: (messages) => handleChannelWakes(notify, ports.channelWaker, messages),
    manage: createManageApi({
      ...{ authenticate, grants, accounts: accountsPort },
      createCalendar: (account, wanted) =>
        createCalendar({ sessions: accounts, openMailbox, waking, clock }, account, wanted),
    }),
    availability: createAvailabilityApi({
      ...{ authenticate, integrators, grants },
      ...{ accounts, events, actions, blind, clock, windowDays },
    }),
    notifications: (request) => receiveNotifications({ clientStates, waker, log }, request),
    syncMailbox: (messages) => handleWakeUps(sync, waker, messages),
    forgetSignIns: () => oneTime.forgetOld(),
    forgetRates: () => counters.forgetOld(),
    wakeDue: () => wakeDue({ schedule, waker, clock, log }),
    reportDeadLetters: () => reportDeadLetters(ports.deadLetters, log),
  }
}

function createMailboxOpener({ config, entra, fetch, random }: Ports): VisitDependencies['openMailbox'] {
  const { GRAPH_URL: graphUrl, PUBLIC_URL: publicUrl } = config
  return async (tokenCache, refused) => {
    const token = await entra.accessToken(tokenCache, refused)
    const send = createGraphClient({ graphUrl, fetch, random }, token.accessToken)
    const mailbox = createMailbox({
      send,
      notificationUrl: `${publicUrl}/graph/notifications`,
      lifecycleUrl: `${publicUrl}/graph/lifecycle`,
    })
    return { mailbox, writer: createEventWriter({ send }), tokenCache: token.tokenCache }
  }
}

const rateLimitsOf = (config: Config) => ({
  second: config.RATE_PER_SECOND,
  minute: config.RATE_PER_MINUTE,
  accountMinute: config.RATE_ACCOUNT_PER_MINUTE,
})

const clientStateKey = (blind: BlindIndex) => ({
  mac: (account: string, calendar: string) =>
    Buffer.from(blind.mac('client-state', account, calendar)).toString('base64url'),
  equal: (a: string, b: string) => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b)),
})
