import { isFailure } from '../core/errors.ts'
import { type Random, randomFraction } from '../core/random.ts'
import type { Telemetry } from '../core/telemetry.ts'
import { type Clock, type DurationMs, type EpochMs, elapsed, later, minutes, seconds } from '../core/time.ts'
import { isKeyGone } from '../crypto/key-gone.ts'
import type { Integrator } from '../integrators/integrator.ts'
import type { Action } from '../push/action.ts'
import type { Channel, CloseReason, StoredChannel } from './channel.ts'
import type { Lanes } from './lanes.ts'
import { type ActionLink, type Notice, noticesFor } from './notices.ts'
import type { ChannelOwners, ChannelStore, Delivery } from './ports.ts'
import { outcomeOf, type PostNotificationDependencies, postNotification } from './post-notification.ts'
import { afterFailure } from './retry.ts'

export interface NotifyDependencies extends PostNotificationDependencies {
  readonly store: ChannelStore
  readonly owners: ChannelOwners
  /** Whether the account is being erased. */
  readonly isErasing: (account: string) => Promise<boolean>
  readonly lanes: Lanes
  readonly random: Random
  readonly telemetry: Telemetry
  readonly actionLink: (action: Action) => ActionLink
}

/** Changes are told this far apart: people who edit go on editing, and one answer tells all of it. */
const CHANGES_EVERY = seconds(10)
/** When a channel is looked at again whose integrator has too much going on; up to twice as long. */
const LANE_FREE = seconds(5)

/** By how much a message for a time may come before it: clocks differ. */
const EARLY = minutes(1)

/** What one look at a channel works with. The stored row moves on with each delivery. */
interface Look {
  readonly dependencies: NotifyDependencies
  readonly account: string
  readonly integrator: Integrator
  stored: StoredChannel
}

/**
 * Tells a channel what it does not know yet. What was delivered is noted in the channel's row, fenced by its etag, after
 * the receiver has taken it: a crash in between tells it twice, and nothing is lost.
 * @returns how long to wait before the channel is to be looked at again; undefined when nothing is left to tell.
 * @throws SyncError of storage and vault; the channel is to be woken again then.
 */
export async function notifyChannel(
  dependencies: NotifyDependencies,
  account: string,
  id: string,
): Promise<DurationMs | undefined> {
  try {
    return await lookAtChannel(dependencies, account, id)
  } catch (error) {
    if (isKeyGone(error) && (await isErased(dependencies, account))) return undefined
    throw error
  }
}

async function lookAtChannel(
  dependencies: NotifyDependencies,
  account: string,
  id: string,
): Promise<DurationMs | undefined> {
  const { store, clock } = dependencies
  const state = await store.account(account, id)
  const stored = state?.channels.find(({ channel }) => channel.id === id)
  if (state === undefined || stored === undefined || stored.channel.closed !== undefined) return undefined
  const notBefore = stored.channel.failure?.notBefore
  if (notBefore !== undefined && notBefore > clock.now()) return tooEarly(elapsed(clock.now(), notBefore))
  const pause = pauseOf(stored.channel, clock)
  if (pause > 0) return pause
  const integrator = await ownerOf(dependencies, account, stored.channel)
  try {
    if (integrator === undefined) return await close({ dependencies, account, stored }, 'not_granted')
    const reading = { ...dependencies, account, state, now: clock.now() }
    const look = { dependencies, account, integrator, stored }
    const telling = dependencies.lanes.run(integrator.clientId, () =>
      tellAll(look, noticesFor(reading, stored.channel)),
    )
    return telling === undefined ? laneFree(dependencies) : await telling
  } catch (error) {
    // Another handler was faster, or the integrator has closed the channel meanwhile.
    if (isFailure(error, 'ROW_CHANGED')) return undefined
    throw error
  }
}

/** Whether an account has no key because it is gone, or going with what a sign-in has stored after it. */
const isErased = async ({ store, isErasing }: NotifyDependencies, account: string): Promise<boolean> =>
  (await isErasing(account)) || (await store.account(account).catch(() => account)) === undefined

/**
 * Further ahead of the time the message for it is on its way, and the account's visits look after it; shortly before it
 * this may have been that one.
 */
const tooEarly = (rest: DurationMs): DurationMs | undefined => (rest > EARLY ? undefined : rest)

const laneFree = ({ random }: NotifyDependencies): DurationMs =>
  Math.round(LANE_FREE * (1 + randomFraction(random))) as DurationMs

/** None where `toldAt` is still to come: whoever has noted it is ahead, and each look would begin the pause anew. */
function pauseOf({ toldAt, failure }: Channel, clock: Clock): DurationMs {
  if (toldAt === undefined || failure !== undefined) return seconds(0)
  const rest = elapsed(clock.now(), later(toldAt, CHANGES_EVERY))
  return (rest > CHANGES_EVERY ? 0 : Math.max(0, rest)) as DurationMs
}

async function ownerOf({ owners }: NotifyDependencies, account: string, channel: Channel) {
  return (await owners.isGranted(account, channel)) ? owners.find(channel.integrator) : undefined
}

async function tellAll(look: Look, notices: AsyncGenerator<Notice, void, Channel>): Promise<DurationMs | undefined> {
  for (let next = await notices.next(look.stored.channel); next.done !== true; ) {
    const { notification, told, toldAt, since } = next.value
    const receiver = { ...look, channel: look.stored.channel }
    const delivery = notification && (await postNotification(look.dependencies, receiver, notification, told))
    if (delivery !== undefined && !isTaken(delivery)) return refused(look, delivery)
    const channel = delivery === undefined ? look.stored.channel : withoutFailure(look.stored.channel)
    if (delivery !== undefined && since !== undefined) measureDelay(look, since)
    await save(look, { ...channel, told, ...(toldAt !== undefined && { toldAt }) })
    next = await notices.next(look.stored.channel)
  }
  // What could not be delivered need not be told any more.
  if (look.stored.channel.failure !== undefined) await save(look, withoutFailure(look.stored.channel))
  return undefined
}

const measureDelay = ({ dependencies: { telemetry, clock } }: Look, since: EpochMs): void =>
  telemetry.record('channel.delay', {}, elapsed(since, clock.now()))

const withoutFailure = ({ failure: _, ...channel }: Channel): Channel => channel

const isTaken = (delivery: Delivery): boolean =>
  delivery.kind === 'answered' && delivery.status >= 200 && delivery.status < 300

/** A redirect is refused like any other status: what is signed for one address is not for another. */
async function refused(look: Look, delivery: Delivery): Promise<DurationMs | undefined> {
  const { clock, random, log } = look.dependencies
  if (delivery.kind === 'answered' && delivery.status === 410) return close(look, 'http_410')
  const reason = outcomeOf(delivery)
  const failing = afterFailure(look.stored.channel, reason, clock.now(), random)
  await save(look, failing)
  const { attempts = 0, notBefore = clock.now() } = failing.failure ?? {}
  log('warn', 'channel-failing', { account: look.account, channel: failing.id, attempts, reason })
  return elapsed(clock.now(), notBefore)
}

async function close(look: Omit<Look, 'integrator'>, reason: CloseReason): Promise<undefined> {
  const { clock, log } = look.dependencies
  await save(look, { ...look.stored.channel, closed: { at: clock.now(), reason } })
  log('warn', 'channel-closed', { account: look.account, channel: look.stored.channel.id, reason })
}

async function save(look: Pick<Look, 'dependencies' | 'account' | 'stored'>, channel: Channel): Promise<void> {
  const etag = await look.dependencies.store.replace(look.account, channel, look.stored.etag)
  look.stored = { channel, etag }
}
