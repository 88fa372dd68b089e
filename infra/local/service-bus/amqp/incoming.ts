import type { EventContext, Receiver } from 'rhea'
import { DEAD_LETTERS, type Queue } from '../model/queue.ts'
import { Refusal } from '../model/refusal.ts'
import { readTransfer } from './messages.ts'
import { ours } from './offence.ts'
import { acceptAttach, describeAttach } from './rhea.ts'

/** The client sends messages on this link. @throws Refusal when the queue takes none from clients. */
export function takeMessages(receiver: Receiver, queue: Queue): void {
  if (queue.definition.name.endsWith(DEAD_LETTERS))
    throw new Refusal('amqp:not-allowed', 'Messages cannot be sent to a dead-letter queue.')
  acceptAttach(receiver)
  const limit = queue.definition.maxMessageSizeInKilobytes * 1024
  describeAttach(receiver, { maxMessageSize: limit })
  receiver.on(
    'message',
    ours(({ message, delivery }: Required<EventContext>) => {
      try {
        const [submissions, size] = readTransfer(delivery.format, message)
        if (size > limit) throw tooLarge(size, limit)
        queue.submit(submissions)
        delivery.accept()
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        delivery.reject({ condition: error.condition, description: error.message })
      }
    }),
  )
}

const tooLarge = (size: number, limit: number) =>
  new Refusal(
    'amqp:link:message-size-exceeded',
    `The received message (size:${size} bytes) exceeds the limit (${limit} bytes) currently allowed on the link.`,
  )
