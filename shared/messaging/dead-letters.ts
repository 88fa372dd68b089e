import type { ServiceBusReceivedMessage, ServiceBusReceiver } from '@azure/service-bus'
import type { Log } from '../core/log.ts'
import type { Clock } from '../core/time.ts'
import { ChannelWake } from './channel-wake.ts'
import { type Patient, type QueueConnection, withQueues } from './connection.ts'
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

const MOST = 1_000

/** @param connection is opened for each look and closed again. */
export const createDeadLetters = (connection: QueueConnection, clock: Clock): DeadLetters => ({
  list: () =>
    withQueues(connection, clock, async (client, patient) => {
      const found: DeadLetter[] = []
      for (const queue of Object.keys(QUEUES) as QueueName[]) {
        const receiver = client.createReceiver(queue, { subQueueType: 'deadLetter' })
        found.push(...(await peekAll(receiver, patient)).map((message) => describeDeadLetter(queue, message)))
      }
      return found
    }),
})

/** The oldest messages, a thousand at most. */
export async function peekAll(
  receiver: ServiceBusReceiver,
  patient: Patient,
): Promise<readonly ServiceBusReceivedMessage[]> {
  const found: ServiceBusReceivedMessage[] = []
  while (found.length < MOST) {
    const more = await patient(receiver.peekMessages(100))
    if (more.length === 0) break
    found.push(...more)
  }
  return found
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
