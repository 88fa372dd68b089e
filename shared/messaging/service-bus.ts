import type { ServiceBusClient, ServiceBusMessage, ServiceBusSender } from '@azure/service-bus'
import { SyncError } from '../core/errors.ts'
import { type Clock, type DurationMs, type EpochMs, elapsed, later, seconds } from '../core/time.ts'
import type { ChannelWaker } from './channel-wake.ts'
import { connectQueues, type QueueConnection } from './connection.ts'
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
/** The library waits a minute for a connection, whatever `RETRIES` says. */
const PATIENCE = 2_500 as DurationMs
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
  return {
    wake: (wakeUps, wait) =>
      send(
        wakeUps.map((body) => messageOf(body, body.account)),
        wait,
      ),
  }
}

/** Wakes channels through the queue `channel`. */
export function createChannelWaker(connecting: Connecting): ChannelWaker {
  const send = createSend(connecting, 'channel')
  return {
    wake: (wakes, wait) =>
      send(
        wakes.map((body) => messageOf(body, body.channel)),
        wait,
      ),
  }
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

type Sender = Pick<ServiceBusSender, 'createMessageBatch' | 'sendMessages' | 'scheduleMessages'>

const messageOf = (body: object, sessionId: string): ServiceBusMessage => ({
  body,
  sessionId,
  contentType: 'application/json',
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

  const silence = async (): Promise<never> => {
    await clock.sleep(PATIENCE)
    throw new Error('the queue does not answer')
  }

  /** Sends are told apart, so that many messages have the time that they need. */
  const patient = (ready: ServiceBusSender): Sender => ({
    createMessageBatch: () => Promise.race([ready.createMessageBatch(), silence()]),
    sendMessages: (messages) => Promise.race([ready.sendMessages(messages), silence()]),
    scheduleMessages: (...asked) => Promise.race([ready.scheduleMessages(...asked), silence()]),
  })

  async function attempt(send: (sender: Sender) => Promise<unknown>): Promise<void> {
    used ??= { opened: open(), goodAt: clock.now() }
    const mine = used
    try {
      await send(patient((await mine.opened).sender))
      mine.goodAt = clock.now()
    } catch (error) {
      if (elapsed(mine.goodAt, clock.now()) > STALLED_AFTER) putAside(mine)
      throw error
    }
  }

  const sendNow = gathered((messages: readonly ServiceBusMessage[]) =>
    attempt((sender) => sendInBatches(sender, messages)),
  )

  return async (messages: ServiceBusMessage[], wait: DurationMs | undefined): Promise<void> => {
    try {
      if (!wait) await sendNow(messages)
      else await attempt((sender) => sender.scheduleMessages(messages, new Date(later(clock.now(), wait))))
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
