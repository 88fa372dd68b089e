import * as z from 'zod'
import type { OwedChannel } from '../../accounts/wake-channels.ts'
import type { Audit } from '../../audit/ports.ts'
import type { Channel } from '../../channels/channel.ts'
import { openChannel } from '../../channels/open-channel.ts'
import type { ChannelAccount, ChannelStore } from '../../channels/ports.ts'
import type { TargetRules } from '../../channels/target.ts'
import { asSyncError, SyncError } from '../../core/errors.ts'
import { failureFacts, type Log } from '../../core/log.ts'
import type { Clock } from '../../core/time.ts'
import type { BlindIndex } from '../../crypto/ports.ts'
import type { Grant } from '../../integrators/grant.ts'
import { toldWith } from '../../integrators/scopes.ts'
import { requireScope } from '../bearer.ts'
import { bodyFields } from '../change/fields.ts'
import { channelIdOf } from '../change/ids.ts'
import { ValidationError } from '../failure.ts'
import type { Authenticate, Handler } from '../handler.ts'
import type { ApiRequest } from '../request.ts'
import { type ApiResponse, empty, json } from '../response.ts'
import { parseChannelRequest } from './channel-request.ts'
import { WireListedChannel, wireListedChannel } from './wire-channel.ts'

/** The channels of an account, each integrator its own. Every endpoint throws `UNAUTHENTICATED` without a good token. */
export interface ChannelApi {
  /** `POST /v1/channels`: the same request gives the same channel. */
  readonly create: Handler
  /** `GET /v1/channels` */
  readonly list: Handler
  /** `DELETE /v1/channels/{channel_id}` */
  readonly close: Handler
}

export const ChannelAnswer = z.object({ channel: WireListedChannel })
export const ChannelsAnswer = z.object({ channels: z.array(WireListedChannel) })

export interface ChannelApiDependencies {
  readonly authenticate: Authenticate
  readonly store: ChannelStore
  readonly audit: Audit
  readonly clock: Clock
  readonly blind: BlindIndex
  readonly log: Log
  readonly rules: TargetRules
  readonly wakeChannels: (account: string, channels: readonly OwedChannel[]) => Promise<void>
}

export function createChannelApi(dependencies: ChannelApiDependencies): ChannelApi {
  const { authenticate, store, audit, rules } = dependencies
  return { create, list, close }

  async function create(request: ApiRequest): Promise<ApiResponse> {
    const grant = await authenticate(request)
    const fields = await bodyFields(request)
    const account = await accountOf(grant)
    const calendars = account.calendars.filter(({ deleted }) => !deleted).map(({ key }) => key)
    const wanted = parseChannelRequest(fields, calendars, rules)
    requireScope(grant, ...toldWith(wanted.onlyManaged))
    const channel = await openChannel(dependencies, { ...grant, integrator: grant.clientId }, account, wanted)
    if (channel === undefined) throw tooMany()
    await wake(grant, channel)
    return json(200, { channel: wireListedChannel(channel) } satisfies z.infer<typeof ChannelAnswer>)
  }

  async function list(request: ApiRequest): Promise<ApiResponse> {
    const grant = await authenticate(request)
    const channels = ownChannels(grant, await accountOf(grant)).map(wireListedChannel)
    return json(200, { channels } satisfies z.infer<typeof ChannelsAnswer>)
  }

  async function close(request: ApiRequest): Promise<ApiResponse> {
    const grant = await authenticate(request)
    const asked = request.params['channel_id']
    const channel = ownChannels(grant, await accountOf(grant)).find(({ id }) => channelIdOf(id) === asked)
    if (channel === undefined) throw new SyncError('NOT_FOUND', 'the integrator has no such channel')
    const actor = { kind: 'integrator', id: grant.clientId } as const
    await audit.record({ act: 'channel-closed', actor, account: grant.accountId })
    await store.delete(grant.accountId, channel.id)
    return empty(202)
  }

  async function accountOf({ accountId }: Grant): Promise<ChannelAccount> {
    const account = await store.account(accountId)
    if (account === undefined) throw new SyncError('NOT_FOUND', 'the account is gone')
    return account
  }

  /** The channel is stored: what the queue does not take is found by the account's next visit. */
  async function wake({ accountId }: Grant, channel: Channel): Promise<void> {
    const woken = dependencies.wakeChannels(accountId, [{ channel: channel.id, reason: 'created' }])
    await woken.catch((error: unknown) =>
      dependencies.log('warn', 'channels-wait-for-timer', { account: accountId, ...failureFacts(asSyncError(error)) }),
    )
  }
}

/** Oldest first. */
const ownChannels = ({ clientId }: Grant, { channels }: ChannelAccount): readonly Channel[] =>
  channels
    .map(({ channel }) => channel)
    .filter(({ integrator }) => integrator === clientId)
    .sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1))

const tooMany = () =>
  new ValidationError({
    base: [{ key: 'errors.too_many', description: 'an account has at most 128 channels of one integrator' }],
  })
