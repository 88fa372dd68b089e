import type { ServiceBusClient, ServiceBusReceivedMessage, ServiceBusReceiver } from '@azure/service-bus'
import { SyncError } from '../core/errors.ts'
import type { Log } from '../core/log.ts'
import { ChannelWake } from './channel-wake.ts'
import { connectQueues, type QueueConnection } from './connection.ts'
import { WakeUp } from './wake-up.ts'

/** The queues, with what their messages are. */
export const QUEUES = { mailbox: WakeUp, channel: ChannelWake } as const
export type QueueName = keyof typeof QUEUES

/** A message that was given up: what an operator may see of it. Ids only. */
export interface DeadLetter {
  readonly queue: QueueName
  readonly sequenceNumber: string
  /** Why the queue gave it up, as the queue words it: `MaxDeliveryCountExceeded`. */
  readonly reason: string
  readonly deliveries: number
  /** Absent when it is no wake-up: then handling it again cannot help. */
  readonly wakeUp?: WakeUp | ChannelWake
}

/** The messages of our queues that were given up. */
export interface DeadLetters {
  /** The oldest of them, a thousand of each queue at most; they stay where they are. @throws SyncError `QUEUE_UNAVAILABLE`. */
  list(): Promise<readonly DeadLetter[]>
}

const RETRIES = { maxRetries: 1, retryDelayInMs: 100, timeoutInMs: 5_000 }
const MOST = 1_000

/** @param connection is opened for each look and closed again. */
export const createDeadLetters = (connection: QueueConnection): DeadLetters => ({
  async list() {
    let client: ServiceBusClient | undefined
    try {
      const connected = await connectQueues(connection, RETRIES)
      client = connected
      const queues = Object.keys(QUEUES) as QueueName[]
      const peeked = queues.map((name) => peekAll(name, connected.createReceiver(name, { subQueueType: 'deadLetter' })))
      return (await Promise.all(peeked)).flat()
    } catch (cause) {
      throw new SyncError('QUEUE_UNAVAILABLE', 'the dead letters could not be read', { cause })
    } finally {
      await client?.close()
    }
  },
})

async function peekAll(queue: QueueName, receiver: ServiceBusReceiver): Promise<readonly DeadLetter[]> {
  const found: ServiceBusReceivedMessage[] = []
  while (found.length < MOST) {
    const more = await receiver.peekMessages(100)
    if (more.length === 0) break
    found.push(...more)
  }
  return found.map((message) => describeDeadLetter(queue, message))
}

export function describeDeadLetter(queue: QueueName, message: ServiceBusReceivedMessage): DeadLetter {
  const { data: wakeUp } = QUEUES[queue].safeParse(message.body)
  return {
    queue,
    sequenceNumber: String(message.sequenceNumber),
    reason: message.deadLetterReason ?? 'unknown',
    deliveries: message.deliveryCount ?? 0,
    ...(wakeUp && { wakeUp }),
  }
}

/** How many messages of each queue were given up. */
export async function countDeadLetters(deadLetters: DeadLetters): Promise<Readonly<Record<QueueName, number>>> {
  const counts = { mailbox: 0, channel: 0 }
  for (const { queue } of await deadLetters.list()) counts[queue] += 1
  return counts
}

/** The alarm: says how many messages were given up as long as there are some. @returns how many. */
export async function reportDeadLetters(deadLetters: DeadLetters, log: Log): Promise<number> {
  const found = await deadLetters.list()
  const accounts = new Set(found.flatMap(({ wakeUp }) => wakeUp?.account ?? [])).size
  if (found.length > 0) log('error', 'messages-given-up', { messages: found.length, accounts })
  return found.length
}
