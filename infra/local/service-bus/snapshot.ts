import { toWire } from './amqp/messages.ts'
import type { HeldMessage } from './model/message.ts'
import type { Queue, QueuePair } from './model/queue.ts'

interface SnapshotMessage {
  queue: string
  state: HeldMessage['state'] | 'dead-lettered'
  sequenceNumber: number
  deliveryCount: number
  messageId: string | undefined
  sessionId: string | undefined
  /** The application properties, those that receivers added included. */
  properties: Record<string, unknown>
  /** The body sections as text. */
  body: string
  /** The whole message as it would go over the wire: annotations, properties and body. */
  encoded: Buffer
}

/** All that a broker holds. */
export interface Snapshot {
  messages: SnapshotMessage[]
  sessionStates: { queue: string; sessionId: string; state: Buffer }[]
}

export function snapshotOf(queues: readonly QueuePair[]): Snapshot {
  return {
    messages: queues.flatMap(({ queue, deadLetters }) => [
      ...queue.held().map((message) => describe(queue, message, message.state)),
      ...deadLetters.held().map((message) => describe(queue, message, 'dead-lettered')),
    ]),
    sessionStates: queues.flatMap(({ queue }) =>
      queue.sessions.states().map((kept) => ({ queue: queue.definition.name, ...kept })),
    ),
  }
}

function describe(queue: Queue, message: HeldMessage, state: SnapshotMessage['state']): SnapshotMessage {
  const { content, messageId, sessionId } = message.submission
  const body: unknown = content['body']?.content ?? content['body']
  return {
    queue: queue.definition.name,
    state,
    sequenceNumber: message.sequenceNumber,
    deliveryCount: message.deliveryCount,
    messageId,
    sessionId,
    properties: { ...content['application_properties'], ...message.changedProperties },
    body: Buffer.isBuffer(body) ? body.toString() : JSON.stringify(body),
    encoded: toWire(message, undefined),
  }
}
