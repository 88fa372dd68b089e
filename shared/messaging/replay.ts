import type { ServiceBusClient, ServiceBusReceivedMessage, ServiceBusReceiver } from '@azure/service-bus'
import type { Patient } from './connection.ts'
import { describeDeadLetter, type QueueName } from './dead-letters.ts'

export interface Replayed {
  readonly queue: QueueName
  /** Sent again. */
  readonly replayed: number
  /** Left where they are, because they are no wake-ups. */
  readonly left: number
}

/** Sends those dead letters of one queue again that are there now: what is given up meanwhile would never come to an end. */
export async function replayQueue(client: ServiceBusClient, queue: QueueName, patient: Patient): Promise<Replayed> {
  const receiver = client.createReceiver(queue, { subQueueType: 'deadLetter' })
  const sender = client.createSender(queue)
  const waiting = await numbersIn(receiver, patient)
  // Locked until the end, so that none is received again meanwhile; then given back.
  const kept: ServiceBusReceivedMessage[] = []
  let [replayed, left] = [0, 0]
  while (waiting.size > 0) {
    const messages = await patient(receiver.receiveMessages(100, { maxWaitTimeInMs: 1_000 }))
    if (messages.length === 0) break
    for (const message of messages) {
      const isMeant = waiting.delete(numberOf(message))
      if (isMeant && (await replay(message))) {
        replayed++
        continue
      }
      if (isMeant) left++
      kept.push(message)
    }
  }
  // A lock that cannot be given back ends by itself.
  await Promise.all(kept.map((message) => patient(receiver.abandonMessage(message)).catch(() => undefined)))
  return { queue, replayed, left }

  async function replay(message: ServiceBusReceivedMessage): Promise<boolean> {
    const { wakeUp } = describeDeadLetter(queue, message)
    if (wakeUp === undefined) return false
    const sessionId = 'channel' in wakeUp ? wakeUp.channel : wakeUp.account
    await patient(sender.sendMessages({ body: wakeUp, sessionId, contentType: 'application/json' }))
    await patient(receiver.completeMessage(message))
    return true
  }
}

const numberOf = ({ sequenceNumber }: ServiceBusReceivedMessage): string => String(sequenceNumber)

async function numbersIn(receiver: ServiceBusReceiver, patient: Patient): Promise<Set<string>> {
  const numbers = new Set<string>()
  for (;;) {
    const more = await patient(receiver.peekMessages(100))
    if (more.length === 0) return numbers
    for (const message of more) numbers.add(numberOf(message))
  }
}
