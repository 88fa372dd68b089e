import { createCalendar } from '../accounts/create-calendar.ts'
import type { AccountsPort } from '../accounts/ports.ts'
import type { VisitDependencies } from '../accounts/visit-account.ts'
import { createAvailabilityApi } from '../api/availability/availability.ts'
import { BATCH_LIMIT, createBatchApi } from '../api/batch/batch-api.ts'
import { batchHandlers } from '../api/batch/handlers.ts'
import { type ChangeApi, createChangeApi } from '../api/change/change-api.ts'
import { type ChannelApi, createChannelApi } from '../api/channels/channel-api.ts'
import type { Authenticate, Handler } from '../api/handler.ts'
import { createRepeatable, isReadingBatch, repeatableChanges } from '../api/idempotency.ts'
import { createManageApi, type ManageApi } from '../api/manage/manage-api.ts'
import type { OAuthApi } from '../api/oauth/oauth-api.ts'
import { overtakable } from '../api/overtakable.ts'
import type { RateLimits } from '../api/rate/rate-limits.ts'
import { createReadApi, type ReadApi } from '../api/read/read-api.ts'
import { accountForWrites } from '../audit/writes.ts'
import { targetRulesOf } from '../config.ts'
import { digestOfValue } from '../crypto/digest.ts'
import { createChannelWaking } from '../messaging/channel-wake.ts'
import { createWaking } from '../messaging/wake-for-action.ts'
import { createChanges } from '../push/accept.ts'
import type { Ports } from './ports.ts'
import type { Stores } from './stores.ts'

/** Everything below `/v1/` that needs an access token or an API key. */
export interface IntegratorApi {
  readonly read: ReadApi
  readonly change: ChangeApi
  /** `POST /v1/batch` */
  readonly batch: Handler
  readonly channels: ChannelApi
  readonly manage: ManageApi
  /** `POST /v1/availability` */
  readonly availability: Handler
}

interface Parts {
  readonly ports: Ports
  readonly stores: Stores
  readonly oauth: OAuthApi
  readonly rates: RateLimits
  readonly accountsPort: AccountsPort
  readonly sync: VisitDependencies
}

export function createIntegratorApi({ ports, stores, oauth, rates, accountsPort, sync }: Parts): IntegratorApi {
  const { config, clock, random, log, waker } = ports
  const { PUBLIC_URL: publicUrl } = config
  const { accounts, events, ownEvents, actions, requests, blind, schedule, audit } = stores
  const { grants, integrators } = oauth
  const { windowDays, openMailbox } = sync
  const wakeChannels = createChannelWaking(ports.channelWaker)
  const authenticate: Authenticate = async (request) => request.settled?.grant ?? oauth.authenticate(request)
  const waking = createWaking({ waker, schedule, clock, log })
  const changes = createChanges({
    ...{ sessions: accounts, log: actions, waking, accountFor: accountForWrites(audit), clock, random },
    digest: digestOfValue,
  })
  const guarded = <Name extends string>(handlers: Readonly<Record<Name, Handler>>) =>
    overtakable(handlers, oauth.authenticate)
  const repeatable = createRepeatable({ authenticate, requests, blind, clock, publicUrl, log })
  const change = createChangeApi({ authenticate, changes, audit, publicUrl })
  const read = guarded(
    createReadApi({
      ...{ accounts, events, ownEvents, actions, blind, clock, publicUrl, windowDays, authenticate, audit },
      digest: digestOfValue,
      expectedAccount: oauth.expectedAccount,
      reconnectUrl: oauth.reconnectUrl,
    }),
  )
  const batch = createBatchApi({
    ...{ authenticate, charge: rates.charge, lots: changes, clock, log, publicUrl },
    ...batchHandlers(guarded(change), read),
  })
  const manage = createManageApi({
    ...{ authenticate, grants, audit, accounts: accountsPort },
    createCalendar: (account, wanted) =>
      createCalendar({ sessions: accounts, openMailbox, waking, clock, windowDays }, account, wanted),
  })
  const channels = createChannelApi({
    ...{ authenticate, store: stores.channels, audit, clock, blind, log, wakeChannels },
    rules: targetRulesOf(config),
  })
  return {
    read,
    change: guarded(repeatableChanges(change, repeatable)),
    ...guarded({ batch: repeatable(batch, BATCH_LIMIT, isReadingBatch) }),
    channels: guarded(channels),
    manage: guarded({ ...manage, createCalendar: repeatable(manage.createCalendar) }),
    availability: createAvailabilityApi({
      ...{
        authenticate,
        integrators,
        grants,
        audit,
        countKey: rates.countIntegrator,
        countAccounts: rates.countAccounts,
      },
      ...{ accounts, events, ownEvents, actions, blind, clock, windowDays },
    }),
  }
}
