import type { ServiceBusClient, ServiceBusReceivedMessage } from '@azure/service-bus'
import { connectQueues, type QueueConnection } from '../shared/messaging/connection.ts'
import { describeDeadLetter, QUEUES, type QueueName } from '../shared/messaging/dead-letters.ts'

interface Replayed {
  replayed: number
  left: number
}

/**
 * Wakes the accounts and channels of the messages that were given up, and removes those messages. What is no wake-up
 * stays. A wake-up is sent before its message is removed, and who is woken twice is visited to no effect; so the command
 * may be run again, at any time and after any end.
 */
export async function replayDeadLetters(connection: QueueConnection): Promise<Replayed> {
  const client = await connectQueues(connection, {})
  try {
    const sum = { replayed: 0, left: 0 }
    for (const queue of Object.keys(QUEUES) as QueueName[]) {
      const { replayed, left } = await replayQueue(client, queue)
      sum.replayed += replayed
      sum.left += left
    }
    return sum
  } finally {
    await client.close()
  }
}

async function replayQueue(client: ServiceBusClient, queue: QueueName): Promise<Replayed> {
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
  return { replayed, left: left.length }

  async function replay(message: ServiceBusReceivedMessage): Promise<boolean> {
    const { wakeUp } = describeDeadLetter(queue, message)
    if (wakeUp === undefined) return false
    const sessionId = 'channel' in wakeUp ? wakeUp.channel : wakeUp.account
    await sender.sendMessages({ body: wakeUp, sessionId, contentType: 'application/json' })
    await receiver.completeMessage(message)
    return true
  }
}
