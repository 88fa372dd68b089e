import { type Random, randomId } from '../../../../shared/core/random.ts'
import { type EpochMs, later } from '../../../../shared/core/time.ts'
import type { Admitted, HeldMessage, Submission } from './message.ts'
import { Refusal } from './refusal.ts'
import type { Store } from './store.ts'

/** How messages come into a queue. */
export interface Arrivals {
  /**
   * Takes all of them or none.
   * @returns their sequence numbers. A duplicate gets a number too, and is dropped without a word, as the service does.
   * @throws Refusal when one has no session id but needs one, or is too large.
   */
  submit(submissions: readonly Submission[]): number[]
  /** Removes scheduled messages. @throws Refusal `com.microsoft:message-not-found`, and then removes none. */
  cancel(sequenceNumbers: readonly number[]): void
}

export function createArrivals(store: Store, random: Random): Arrivals {
  const isDuplicate = createDuplicateCheck(store)

  function schedule(submission: Admitted, when: EpochMs): number {
    const message: HeldMessage = {
      sequenceNumber: store.nextNumber(),
      state: 'scheduled',
      enqueuedAt: when,
      expiresAt: undefined,
      deliveryCount: 0,
      changedProperties: {},
      submission,
    }
    store.messages.set(message.sequenceNumber, message)
    store.agenda.add(when, () => {
      if (!store.messages.delete(message.sequenceNumber)) return
      // It gets a new number, as if it were sent at this moment, so it stands behind what was sent before.
      store.enqueue(submission)
    })
    return message.sequenceNumber
  }

  function take(incoming: Submission): number {
    if (isDuplicate(incoming)) return store.nextNumber()
    const submission = { ...incoming, messageId: incoming.messageId ?? randomId(random) }
    const { scheduledFor } = submission
    if (scheduledFor !== undefined && scheduledFor > store.now()) return schedule(submission, scheduledFor)
    return store.enqueue(submission).sequenceNumber
  }

  return {
    submit(submissions) {
      // What was scheduled for an earlier moment stands before what comes now.
      store.agenda.runDue()
      for (const submission of submissions) admit(store, submission)
      return submissions.map(take)
    },
    cancel(sequenceNumbers) {
      const found = sequenceNumbers.map((number) => store.messages.get(number))
      if (!found.every((message) => message?.state === 'scheduled'))
        throw new Refusal('com.microsoft:message-not-found', 'There is no scheduled message with this sequence number.')
      for (const number of sequenceNumbers) store.messages.delete(number)
    },
  }
}

function admit({ definition }: Store, { sessionId, size }: Submission): void {
  if (definition.requiresSession && sessionId === undefined)
    throw new Refusal(
      'amqp:not-allowed',
      'The SessionId was not set on a message, and it cannot be sent to the entity. Entities that have session ' +
        'support enabled can only receive messages that have the SessionId set to a valid value.',
    )
  if ((sessionId?.length ?? 0) > 128)
    throw new Refusal('com.microsoft:argument-error', 'The SessionId is longer than 128 characters.')
  const limit = definition.maxMessageSizeInKilobytes * 1024
  if (size > limit)
    throw new Refusal(
      'amqp:link:message-size-exceeded',
      `The received message (size:${size} bytes) exceeds the limit (${limit} bytes) currently allowed on the link.`,
    )
}

/** @see https://learn.microsoft.com/azure/service-bus-messaging/duplicate-detection */
function createDuplicateCheck({ definition, now }: Store): (submission: Submission) => boolean {
  const seenUntil = new Map<string, EpochMs>()

  // The window is the same for all ids, so the oldest entries of the map are the first to go.
  function forgetOld(at: EpochMs): void {
    for (const [id, until] of seenUntil) {
      if (until > at) return
      seenUntil.delete(id)
    }
  }

  return ({ messageId }) => {
    if (!definition.requiresDuplicateDetection || messageId === undefined) return false
    const at = now()
    forgetOld(at)
    if (seenUntil.has(messageId)) return true
    seenUntil.set(messageId, later(at, definition.duplicateDetectionHistoryTimeWindow))
    return false
  }
}
