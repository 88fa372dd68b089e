import type { ServiceBusClient, ServiceBusReceivedMessage } from '@azure/service-bus'
import { describeDeadLetter, type QueueName } from './dead-letters.ts'

export interface Replayed {
  readonly queue: QueueName
  /** Sent again. */
  readonly replayed: number
  /** Left where they are, because they are no wake-ups. */
  readonly left: number
}

/** Sends the dead letters of one queue again. */
export async function replayQueue(client: ServiceBusClient, queue: QueueName): Promise<Replayed> {
  const receiver = client.createReceiver(queue, { subQueueType: 'deadLetter' })
  const sender = client.createSender(queue)
  // Locked until the end, so that none is received again meanwhile; then given back.
  const left: ServiceBusReceivedMessage[] = []
  let replayed = 0
  for (;;) {
    const messages = await receiver.receiveMessages(100, { maxWaitTimeInMs: 1_000 })
    if (messages.length === 0) break
    for (const message of messages) {
      if (await replay(message)) replayed++
      else left.push(message)
    }
  }
  for (const message of left) await receiver.abandonMessage(message)
  return { queue, replayed, left: left.length }

  async function replay(message: ServiceBusReceivedMessage): Promise<boolean> {
    const { wakeUp } = describeDeadLetter(queue, message)
    if (wakeUp === undefined) return false
    const sessionId = 'channel' in wakeUp ? wakeUp.channel : wakeUp.account
    await sender.sendMessages({ body: wakeUp, sessionId, contentType: 'application/json' })
    await receiver.completeMessage(message)
    return true
  }
}
