import { ServiceBusClient, type ServiceBusReceivedMessage } from '@azure/service-bus'
import { describeDeadLetter } from '../shared/messaging/dead-letters.ts'

/**
 * Wakes the accounts of the messages that were given up, and removes those messages. What is no wake-up stays. A wake-up
 * is sent before its message is removed, and an account that is woken twice is visited to no effect; so the command may
 * be run again, at any time and after any end.
 */
export async function replayDeadLetters(connection: string): Promise<{ replayed: number; left: number }> {
  const client = new ServiceBusClient(connection)
  const receiver = client.createReceiver('mailbox', { subQueueType: 'deadLetter' })
  const sender = client.createSender('mailbox')
  // Locked until the end, so that none is received again meanwhile; then given back.
  const left: ServiceBusReceivedMessage[] = []
  let replayed = 0
  try {
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
  } finally {
    await client.close()
  }

  async function replay(message: ServiceBusReceivedMessage): Promise<boolean> {
    const { wakeUp } = describeDeadLetter(message)
    if (wakeUp === undefined) return false
    await sender.sendMessages({ body: wakeUp, sessionId: wakeUp.account, contentType: 'application/json' })
    await receiver.completeMessage(message)
    return true
  }
}
