import { type EraseDependencies, eraseAccount } from '../accounts/erase-account.ts'
import type { VisitDependencies } from '../accounts/visit-account.ts'
import { actionLink, wireChannel } from '../api/channels/wire-channel.ts'
import type { OAuthApi } from '../api/oauth/oauth-api.ts'
import { createLanes } from '../channels/lanes.ts'
import type { NotifyDependencies } from '../channels/notify-channel.ts'
import { tellEnded } from '../channels/tell-ended.ts'
import { days, seconds } from '../core/time.ts'
import { digestOf } from '../crypto/digest.ts'
import type { BlindIndex } from '../crypto/ports.ts'
import { sameText } from '../crypto/same-text.ts'
import { toldWith } from '../integrators/scopes.ts'
import { createChannelWaking } from '../messaging/channel-wake.ts'
import { createGraphClient } from '../microsoft/graph/client.ts'
import { createEventWriter } from '../microsoft/graph/event-writer.ts'
import { createMailbox } from '../microsoft/graph/mailbox.ts'
import { createClientStates } from '../pull/client-state.ts'
import type { RestoreGate } from '../storage/ledger/restore-gate.ts'
import type { Ports } from './ports.ts'
import type { Stores } from './stores.ts'

/** The span of cached events, in days around today. */
export const windowDaysOf = ({ config }: Ports) => ({
  past: config.WINDOW_PAST_DAYS,
  future: config.WINDOW_FUTURE_DAYS,
})

export const clientStatesOf = ({ blind }: Stores) => createClientStates(clientStateKey(blind))

/** What a visit of an account needs. */
export function visitDependencies(
  ports: Ports,
  stores: Stores,
  oauth: OAuthApi,
  gate: Pick<RestoreGate, 'restoredAt'>,
): VisitDependencies {
  const { grants } = oauth
  const { config, clock, random, log, telemetry, channelWaker } = ports
  const { accounts, schedule, audit, erasing, envelope, admission, erasure } = stores
  const openMailbox = createMailboxOpener(ports)
  const telling = notifyDependencies(ports, stores, oauth)
  const eraser: EraseDependencies = {
    ...{ ...erasing, envelope, admission, schedule, openMailbox },
    tellChannels: (account, channels) => tellEnded(telling, account, channels),
  }
  const clientStates = clientStatesOf(stores)
  return {
    ...{ clock, random, log, telemetry, audit, sessions: accounts, schedule, digestOf, keys: envelope },
    windowDays: windowDaysOf(ports),
    ...{ openMailbox, erasure, admission, restoredAt: gate.restoredAt },
    keptFor: days(config.RETENTION_DAYS),
    isVacant: erasing.rows.isVacant,
    erase: (account, deadline) => eraseAccount(eraser, account, deadline),
    wantedBy: (account) => grants.wantedBy(account),
    clientState: (account, calendar) => clientStates.issue({ account, calendar }),
    isEnded: isEndedBy(stores),
    budget: seconds(config.SYNC_BUDGET_SECONDS),
    wakeChannels: createChannelWaking(channelWaker),
  }
}

const isErasingBy =
  ({ ledger }: Stores) =>
  async (account: string): Promise<boolean> =>
    (await ledger.erasureOf(account)) !== undefined

const isEndedBy =
  (stores: Stores) =>
  async (account: string): Promise<boolean> =>
    (await isErasingBy(stores)(account)) || (await stores.accounts.state(account))?.head.state === 'disconnected'

/** What telling a channel needs. */
export function notifyDependencies(ports: Ports, stores: Stores, oauth: OAuthApi): NotifyDependencies {
  const { config, clock, random, log, telemetry, post } = ports
  const { grants, integrators } = oauth
  return {
    ...{ clock, random, log, telemetry, post, store: stores.channels, describe: wireChannel, lanes: createLanes() },
    owners: {
      find: integrators.find,
      async isGranted(account, { integrator, filters }) {
        const allowed = await grants.allowed(account, integrator)
        return toldWith(filters.onlyManaged).some((scope) => allowed?.scopes.includes(scope))
      },
    },
    isErasing: isErasingBy(stores),
    actionLink: actionLink(config.PUBLIC_URL),
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

const clientStateKey = (blind: BlindIndex) => ({
  mac: (account: string, calendar: string) =>
    Buffer.from(blind.mac('client-state', account, calendar)).toString('base64url'),
  equal: sameText,
})
