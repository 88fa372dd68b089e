import type { ServiceBusClient, ServiceBusMessage, ServiceBusSender } from '@azure/service-bus'
import { SyncError } from '../core/errors.ts'
import { type Clock, type DurationMs, type EpochMs, elapsed, later, seconds } from '../core/time.ts'
import type { ChannelWaker } from './channel-wake.ts'
import { connectQueues, createPatience, type QueueConnection } from './connection.ts'
import { gathered } from './gathered.ts'
import type { WakeUp } from './wake-up.ts'

/** Wakes accounts. Messages of one account are handled one at a time, in order of arrival. */
export interface Waker {
  /**
   * Stores the wake-ups durably. Each is a new message with an id of its own, because a queue with duplicate detection
   * would swallow a second wake-up that looks like the first.
   * Without any it only makes sure that the queue can be reached.
   * @param wait how long nothing is to happen before.
   * @throws SyncError `QUEUE_UNAVAILABLE`; perhaps some of them were stored.
   */
  wake(wakeUps: readonly WakeUp[], wait?: DurationMs): Promise<void>
}

/** Graph waits three seconds for an answer of the webhook; after a failure it, or the queue, tries again. */
const RETRIES = { maxRetries: 1, retryDelayInMs: 100, timeoutInMs: 2_000 }
/**
 * A client that took nothing for so long is put aside. One whose connection stalled while it was opened does not get out
 * of that by itself, not even when the other end speaks again; a slow opening serves later sends.
 */
const STALLED_AFTER = seconds(10)

interface Connecting {
  readonly connection: QueueConnection
  readonly clock: Clock
}

/** Wakes accounts through the queue `mailbox`. */
export function createWaker(connecting: Connecting): Waker {
  const send = createSend(connecting, 'mailbox')
  return { wake: (wakeUps, wait) => send(wakeUps.map(messageTo('account', connecting.clock, wait))) }
}

/** Wakes channels through the queue `channel`. */
export function createChannelWaker(connecting: Connecting): ChannelWaker {
  const send = createSend(connecting, 'channel')
  return { wake: (wakes, wait) => send(wakes.map(messageTo('channel', connecting.clock, wait))) }
}

interface Opened {
  readonly client: ServiceBusClient
  readonly sender: ServiceBusSender
}

/** A client that is open or on its way, and when it was last known to do well. */
interface Used {
  readonly opened: Promise<Opened>
  goodAt: EpochMs
}

type Sender = Pick<ServiceBusSender, 'createMessageBatch' | 'sendMessages'>

/**
 * One that waits carries its time. The library's own scheduling goes over another link, and each of its attempts that
 * waits for a connection in vain leaves a socket open for good.
 * @param session where the body has the session's id.
 */
const messageTo =
  <Name extends string>(session: Name, clock: Clock, wait: DurationMs | undefined) =>
  (body: Readonly<Record<Name, string>>): ServiceBusMessage => ({
    body,
    sessionId: body[session],
    contentType: 'application/json',
    ...(wait && { scheduledEnqueueTimeUtc: new Date(later(clock.now(), wait)) }),
  })

/** The library is loaded at the first message; one client serves the process and connects again by itself. */
function createSend({ connection, clock }: Connecting, queue: string) {
  let used: Used | undefined

  async function open(): Promise<Opened> {
    const client = await connectQueues(connection, RETRIES)
    return { client, sender: client.createSender(queue) }
  }

  function putAside(stalled: Used): void {
    if (used === stalled) used = undefined
    stalled.opened.then(({ client }) => client.close()).catch(() => undefined)
  }

  const patient = createPatience(clock)

  /** Sends are told apart, so that many messages have the time that they need. */
  const patientSender = (ready: ServiceBusSender): Sender => ({
    createMessageBatch: () => patient(ready.createMessageBatch()),
    sendMessages: (messages) => patient(ready.sendMessages(messages)),
  })

  async function attempt(send: (sender: Sender) => Promise<unknown>): Promise<void> {
    used ??= { opened: open(), goodAt: clock.now() }
    const mine = used
    try {
      await send(patientSender((await mine.opened).sender))
      mine.goodAt = clock.now()
    } catch (error) {
      if (elapsed(mine.goodAt, clock.now()) > STALLED_AFTER) putAside(mine)
      throw error
    }
  }

  const sendTogether = gathered((messages: readonly ServiceBusMessage[]) =>
    attempt((sender) => sendInBatches(sender, messages)),
  )

  return async (messages: readonly ServiceBusMessage[]): Promise<void> => {
    try {
      await sendTogether(messages)
    } catch (cause) {
      throw new SyncError('QUEUE_UNAVAILABLE', 'the queue did not take a wake-up', { cause })
    }
  }
}

/** As few sends as the size limit of a message batch allows; a batch of one message would only be encoded twice. */
async function sendInBatches(sender: Sender, messages: readonly ServiceBusMessage[]): Promise<void> {
  const [only, ...others] = messages
  if (only !== undefined && others.length === 0) return sender.sendMessages(only)
  let batch = await sender.createMessageBatch()
  for (const message of messages) {
    if (batch.tryAddMessage(message)) continue
    await sender.sendMessages(batch)
    batch = await sender.createMessageBatch()
    batch.tryAddMessage(message)
  }
  if (batch.count > 0) await sender.sendMessages(batch)
}
