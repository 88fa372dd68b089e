import { type Clock, type EpochMs, later } from '../../../../shared/core/time.ts'
import type { QueueDefinition } from '../definitions.ts'
import type { Agenda } from './agenda.ts'
import { createLane, type Lane } from './lane.ts'
import type { Admitted, HeldMessage, Outcome, Properties, Submission } from './message.ts'
import { insertOrdered } from './ordered.ts'

interface StoreDependencies {
  definition: QueueDefinition
  clock: Clock
  agenda: Agenda
  /** Called when a lane has messages that somebody could receive. */
  offer: (lane: Lane) => void
  /** Where dead-lettered messages go. */
  bury: (message: HeldMessage) => void
}

/** The messages of one queue, and the lanes in which they stand in line. */
export interface Store extends Pick<StoreDependencies, 'definition' | 'agenda'> {
  readonly messages: Map<number, HeldMessage>
  now(): EpochMs
  nextNumber(): number
  /** The lane of a session, or the only lane of a queue without sessions. */
  laneOf(sessionId: string | undefined): Lane
  /** Forgets a lane that holds nothing any more. */
  tidy(lane: Lane): void
  enqueue(submission: Admitted): HeldMessage
  /** Takes a dead-lettered message in as it is. */
  adopt(message: HeldMessage): void
  /** Puts a message back where its sequence number says; a deferred one waits for its number to be asked for. */
  putBack(message: HeldMessage): void
  remove(message: HeldMessage): void
  deadLetter(message: HeldMessage, why: Pick<Outcome & { kind: 'dead-letter' }, 'reason' | 'description'>): void
  /** True when the message was too old; it is then gone, or dead-lettered when the queue is set to do so. */
  expire(message: HeldMessage): boolean
}

/** @see https://learn.microsoft.com/azure/service-bus-messaging/message-expiration */
const EXPIRED = { reason: 'TTLExpiredException', description: 'The message expired and was dead lettered.' }

export function createStore({ definition, clock, agenda, offer, bury }: StoreDependencies): Store {
  const messages = new Map<number, HeldMessage>()
  const lanes = new Map<string, Lane>()
  let lastNumber = 0

  function expiryOf(submission: Submission, from: EpochMs): EpochMs | undefined {
    const lives = [submission.timeToLive, definition.defaultMessageTimeToLive].filter((life) => life !== undefined)
    const [shortest] = lives.sort((one, other) => one - other)
    return shortest === undefined ? undefined : later(from, shortest)
  }

  function queueUp(message: HeldMessage): void {
    const lane = store.laneOf(message.submission.sessionId)
    insertOrdered(lane.backlog, message, (other) => other.sequenceNumber)
    offer(lane)
  }

  const store: Store = {
    definition,
    agenda,
    messages,
    now: clock.now,
    nextNumber: () => ++lastNumber,
    laneOf(sessionId) {
      const name = definition.requiresSession ? (sessionId ?? '') : ''
      const lane = lanes.get(name) ?? createLane(name)
      lanes.set(name, lane)
      return lane
    },
    tidy(lane) {
      if (definition.requiresSession && lane.isEmpty()) lanes.delete(lane.name)
    },
    enqueue(submission) {
      const enqueuedAt = clock.now()
      const message: HeldMessage = {
        sequenceNumber: store.nextNumber(),
        state: 'active',
        enqueuedAt,
        expiresAt: expiryOf(submission, enqueuedAt),
        deliveryCount: 0,
        changedProperties: {},
        submission,
      }
      store.adopt(message)
      return message
    },
    adopt(message) {
      messages.set(message.sequenceNumber, message)
      queueUp(message)
    },
    putBack(message) {
      if (message.state === 'active') queueUp(message)
    },
    remove(message) {
      messages.delete(message.sequenceNumber)
    },
    deadLetter(message, { reason, description }) {
      store.remove(message)
      const because: Properties = { DeadLetterReason: reason, DeadLetterErrorDescription: description }
      const changedProperties = { ...message.changedProperties, ...because }
      bury({ ...message, state: 'active', expiresAt: undefined, changedProperties })
    },
    expire(message) {
      if (message.expiresAt === undefined || message.expiresAt > clock.now()) return false
      if (definition.deadLetteringOnMessageExpiration) store.deadLetter(message, EXPIRED)
      else store.remove(message)
      return true
    },
  }
  return store
}
