import type { Random } from '../../../../shared/core/random.ts'
import type { Clock } from '../../../../shared/core/time.ts'
import type { QueueDefinition } from '../definitions.ts'
import type { Agenda } from './agenda.ts'
import { type Arrivals, createArrivals } from './arrivals.ts'
import { createDeliveries, type Deliveries } from './deliveries.ts'
import type { Consumer, Lane } from './lane.ts'
import type { HeldMessage } from './message.ts'
import { createSessions, type Sessions } from './sessions.ts'
import { createStore } from './store.ts'

/** The name of every queue's subqueue, behind the queue's own. */
export const DEAD_LETTERS = '/$deadletterqueue'

interface QueueDependencies {
  clock: Clock
  random: Random
  agenda: Agenda
}

/**
 * A Service Bus queue as a model: no IO, and time only from its clock and agenda. A subqueue of dead letters is a queue
 * of its own, without sessions.
 */
export interface Queue extends Arrivals, Deliveries {
  readonly definition: QueueDefinition
  readonly sessions: Sessions
  /** Adds a receiver to a queue without sessions; `wake` tells it to take from the lane. @returns how to remove it. */
  consume(consumer: Consumer): { lane: Lane; stop(): void }
  /** Looks at messages without locking them: active, locked, deferred and scheduled, by sequence number. */
  peek(query: PeekQuery): HeldMessage[]
  /** Every message in the queue. */
  held(): HeldMessage[]
}

interface PeekQuery {
  fromSequenceNumber: number
  count: number
  sessionId: string | undefined
}

/** A queue and where its dead letters go. */
export interface QueuePair {
  queue: Queue
  deadLetters: Queue
}

export function createQueuePair(definition: QueueDefinition, dependencies: QueueDependencies): QueuePair {
  const deadLetters = createQueue(deadLetterDefinition(definition), dependencies, (message) =>
    deadLetters.adopt(message),
  )
  return { queue: createQueue(definition, dependencies, deadLetters.adopt), deadLetters }
}

/** Dead letters stay until somebody completes them, however often they are looked at. */
const deadLetterDefinition = (definition: QueueDefinition): QueueDefinition => ({
  ...definition,
  name: definition.name + DEAD_LETTERS,
  requiresSession: false,
  requiresDuplicateDetection: false,
  maxDeliveryCount: Number.POSITIVE_INFINITY,
  defaultMessageTimeToLive: undefined,
})

function createQueue(
  definition: QueueDefinition,
  { clock, random, agenda }: QueueDependencies,
  bury: (message: HeldMessage) => void,
): Queue & { adopt(message: HeldMessage): void } {
  const offer = (lane: Lane) => (definition.requiresSession ? sessions.offer(lane) : wakeInTurn(lane))
  const store = createStore({ definition, clock, agenda, offer, bury })
  const deliveries = createDeliveries(store, random)
  const sessions = createSessions(store, deliveries)

  return {
    ...createArrivals(store, random),
    ...deliveries,
    definition,
    sessions,
    adopt: store.adopt,
    consume(consumer) {
      const lane = store.laneOf(undefined)
      lane.consumers.add(consumer)
      return { lane, stop: () => lane.consumers.delete(consumer) }
    },
    peek({ fromSequenceNumber, count, sessionId }) {
      return [...store.messages.values()]
        .filter((message) => message.sequenceNumber >= fromSequenceNumber)
        .filter(({ submission }) => sessionId === undefined || submission.sessionId === sessionId)
        .sort((one, other) => one.sequenceNumber - other.sequenceNumber)
        .slice(0, count)
    },
    held: () => [...store.messages.values()],
  }
}

/** The receivers of a queue compete; whoever was woken goes to the end, so that they share the messages. */
function wakeInTurn(lane: Lane): void {
  for (const consumer of [...lane.consumers]) {
    if (lane.backlog.length === 0) return
    lane.consumers.delete(consumer)
    lane.consumers.add(consumer)
    consumer.wake()
  }
}
