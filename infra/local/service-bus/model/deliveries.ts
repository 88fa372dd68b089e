import type { Random } from '../../../../shared/core/random.ts'
import { type EpochMs, later } from '../../../../shared/core/time.ts'
import type { Delivery, Lane, SessionReceiver } from './lane.ts'
import type { HeldMessage, Outcome } from './message.ts'
import { Refusal } from './refusal.ts'
import type { Store } from './store.ts'

/** How messages go out of a queue, and what becomes of them. */
export interface Deliveries {
  /** Locks the head of the line for whoever asks. @returns undefined when the line is empty. */
  take(lane: Lane): Delivery | undefined
  /**
   * Locks deferred messages by their numbers, all or none.
   * @throws Refusal when one is not there, or its session is not locked by this receiver.
   */
  takeDeferred(sequenceNumbers: readonly number[], receiver: SessionReceiver | undefined): Delivery[]
  /** @throws Refusal `com.microsoft:message-lock-lost` when the lock of this delivery has ended. */
  settle(token: string, outcome: Outcome): void
  /** Starts the lock duration anew. @throws Refusal as `settle` does, and for a message of a session. */
  renew(token: string): EpochMs
}

export function createDeliveries(store: Store, random: Random): Deliveries {
  const { definition, agenda } = store
  const held = new Map<string, Delivery>()

  function endOwnLockAt(delivery: Delivery): void {
    agenda.add(delivery.ownLockUntil, () => {
      if (!held.has(delivery.token) || delivery.ownLockUntil > store.now()) return
      finish(delivery, { kind: 'abandon', properties: {} })
    })
  }

  function lock(message: HeldMessage, lane: Lane): Delivery {
    const token = Buffer.from(random.bytes(16)).toString('hex')
    const delivery = { token, message, lane, ownLockUntil: later(store.now(), definition.lockDuration) }
    held.set(token, delivery)
    lane.deliveries.add(delivery)
    // In a session nothing is locked longer than the session, whose end gives back all that is still out.
    if (lane.lock === undefined) endOwnLockAt(delivery)
    return delivery
  }

  function tryAgain(message: HeldMessage): void {
    message.deliveryCount += 1
    const { maxDeliveryCount } = definition
    const description = `Message could not be consumed after ${maxDeliveryCount} delivery attempts.`
    if (message.deliveryCount < maxDeliveryCount) store.putBack(message)
    else store.deadLetter(message, { reason: 'MaxDeliveryCountExceeded', description })
  }

  function finish(delivery: Delivery, outcome: Outcome): void {
    const { message, lane, token } = delivery
    held.delete(token)
    lane.deliveries.delete(delivery)
    if ('properties' in outcome) Object.assign(message.changedProperties, outcome.properties)
    if (outcome.kind === 'complete') store.remove(message)
    if (outcome.kind === 'abandon') tryAgain(message)
    if (outcome.kind === 'release') store.putBack(message)
    if (outcome.kind === 'defer') message.state = 'deferred'
    if (outcome.kind === 'dead-letter') store.deadLetter(message, outcome)
  }

  function find(token: string): Delivery {
    agenda.runDue()
    const delivery = held.get(token)
    if (delivery !== undefined) return delivery
    throw new Refusal(
      'com.microsoft:message-lock-lost',
      'The lock supplied is invalid. Either the lock expired, or the message has already been removed from the queue.',
    )
  }

  function findDeferred(sequenceNumber: number, receiver: SessionReceiver | undefined): [HeldMessage, Lane] {
    const message = store.messages.get(sequenceNumber)
    const isOut = [...held.values()].some((delivery) => delivery.message === message)
    if (message === undefined || message.state !== 'deferred' || isOut || store.expire(message))
      throw new Refusal('com.microsoft:message-not-found', 'There is no deferred message with this sequence number.')
    const lane = store.laneOf(message.submission.sessionId)
    if (!definition.requiresSession || (receiver !== undefined && lane.lock?.receiver === receiver))
      return [message, lane]
    store.tidy(lane)
    throw new Refusal('com.microsoft:session-lock-lost', 'The session of this message is not locked by the receiver.')
  }

  return {
    take(lane) {
      for (let message = lane.backlog.shift(); message !== undefined; message = lane.backlog.shift())
        if (!store.expire(message)) return lock(message, lane)
      return undefined
    },
    takeDeferred(sequenceNumbers, receiver) {
      agenda.runDue()
      return [...new Set(sequenceNumbers)]
        .map((number) => findDeferred(number, receiver))
        .map(([message, lane]) => lock(message, lane))
    },
    settle(token, outcome) {
      finish(find(token), outcome)
    },
    renew(token) {
      const delivery = find(token)
      if (definition.requiresSession)
        throw new Refusal('amqp:not-allowed', 'The lock of a message in a session is the lock of its session.')
      delivery.ownLockUntil = later(store.now(), definition.lockDuration)
      endOwnLockAt(delivery)
      return delivery.ownLockUntil
    },
  }
}
