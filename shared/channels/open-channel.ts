import type { Audit } from '../audit/ports.ts'
import { isFailure } from '../core/errors.ts'
import type { Clock } from '../core/time.ts'
import type { BlindIndex } from '../crypto/ports.ts'
import type { Channel, ExtraType, StoredChannel } from './channel.ts'
import { knownTo } from './owed.ts'
import type { ChannelAccount, ChannelStore } from './ports.ts'

/** Closed channels count until the integrator deletes them. */
const MOST_CHANNELS = 128

export interface WantedChannel {
  readonly callbackUrl: string
  /** Our keys, sorted; absent for all. */
  readonly calendars?: readonly string[] | undefined
  readonly onlyManaged: boolean
  readonly extraTypes: readonly ExtraType[]
}

interface Dependencies {
  readonly store: ChannelStore
  readonly audit: Audit
  readonly clock: Clock
  readonly blind: BlindIndex
}

interface Owner {
  readonly accountId: string
  readonly integrator: string
}

/**
 * Makes a channel, or finds the one that was made by the same request; a closed one is opened again. The id is made of
 * what was asked for, so that the same request twice at once makes one channel.
 * @returns undefined when the integrator has too many.
 */
export async function openChannel(
  dependencies: Dependencies,
  owner: Owner,
  account: ChannelAccount,
  wanted: WantedChannel,
): Promise<Channel | undefined> {
  const { store, audit, clock, blind } = dependencies
  const { accountId, integrator } = owner
  const { callbackUrl, calendars, onlyManaged, extraTypes } = wanted
  const asked = JSON.stringify([callbackUrl, calendars, onlyManaged, extraTypes])
  const id = blind.token('channel', accountId, integrator, asked)
  const filters = { onlyManaged, ...(calendars && { calendars }) }
  const created = { id, integrator, callbackUrl, filters, extraTypes, createdAt: clock.now(), told: knownTo(account) }
  const known = account.channels.find(({ channel }) => channel.id === id)
  if (known !== undefined) return openAgain(known).catch(fromTheBeginning)
  if (countOf(account) >= MOST_CHANNELS) return undefined
  await record()
  await store.insert(accountId, created).catch((error: unknown) => {
    if (!isFailure(error, 'ROW_EXISTS')) throw error
  })
  const after = await store.account(accountId)
  if (after === undefined || countOf(after) <= MOST_CHANNELS) return created
  // Several were made at once, and none of them knew of the others.
  await store.delete(accountId, id)
  return undefined

  /** It goes on telling for as long as the consent lasts, also when the token that asks is over. */
  function record(): Promise<void> {
    return audit.record({ act: 'channel-opened', actor: { kind: 'integrator', id: integrator }, account: accountId })
  }

  function countOf({ channels }: ChannelAccount): number {
    return channels.filter(({ channel }) => channel.integrator === integrator).length
  }

  /** Written although it is open: a receiver that is just saying it is gone must not close what is asked for after it. */
  async function openAgain({ channel, etag }: StoredChannel): Promise<Channel> {
    const opened = channel.closed === undefined ? channel : created
    if (opened === created) await record()
    await store.replace(accountId, opened, etag)
    return opened
  }

  /** Something was told or closed meanwhile. */
  async function fromTheBeginning(error: unknown): Promise<Channel | undefined> {
    const now = isFailure(error, 'ROW_CHANGED') ? await store.account(accountId) : undefined
    if (now === undefined) throw error
    return openChannel(dependencies, owner, now, wanted)
  }
}
