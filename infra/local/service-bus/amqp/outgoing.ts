import type { Sender, Delivery as Transfer } from 'rhea'
import type { Deliveries } from '../model/deliveries.ts'
import { type Delivery, type Lane, lockedUntil } from '../model/lane.ts'
import type { Outcome } from '../model/message.ts'
import { Refusal } from '../model/refusal.ts'
import { toWire } from './messages.ts'
import { ours } from './offence.ts'
import { createCredit, sendSettled, settle } from './rhea.ts'

/** A link on which a client receives messages. */
interface Outgoing {
  /** Sends what is in the lane as far as the client gave credit. */
  pump(): void
}

/** Joins a link to a lane: credit takes messages out of it, and the client's dispositions settle them. */
export function createOutgoing(sender: Sender, deliveries: Deliveries, lane: () => Lane | undefined): Outgoing {
  const credit = createCredit(sender)
  const tokens = new Map<Transfer, string>()
  // The sender settle mode "settled" is how a client asks for messages that it need not complete.
  const withoutLock = sender.snd_settle_mode === 1

  function send(delivery: Delivery): void {
    credit.use()
    const wire = toWire(delivery.message, withoutLock ? undefined : lockedUntil(delivery))
    const transfer = sender.send(wire, netOrder(delivery.token), 0)
    if (!withoutLock) {
      tokens.set(transfer, delivery.token)
      return
    }
    sendSettled(transfer)
    deliveries.settle(delivery.token, { kind: 'complete' })
  }

  function pump(): void {
    const from = lane()
    if (from === undefined) return
    while (credit.available() > 0) {
      const delivery = deliveries.take(from)
      if (delivery === undefined) return
      send(delivery)
    }
  }

  function decide(transfer: Transfer | undefined, outcome: Outcome): void {
    const token = transfer && tokens.get(transfer)
    if (transfer === undefined || token === undefined) return
    tokens.delete(transfer)
    try {
      deliveries.settle(token, outcome)
      settle(transfer)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      settle(transfer, { condition: error.condition, description: error.message })
    }
  }

  sender.on('sender_flow', ours(pump))
  sender.on('sender_draining', ours(credit.drain))
  sender.on('sendable', ours(pump))
  for (const name of ['accepted', 'released', 'rejected', 'modified'] as const)
    sender.on(
      name,
      ours(({ delivery }: { delivery: Transfer }) => decide(delivery, readOutcome(name, delivery))),
    )
  return { pump }
}

/**
 * What the client's disposition means to Service Bus.
 * @see https://learn.microsoft.com/azure/service-bus-messaging/service-bus-amqp-protocol-guide#settling-messages
 */
function readOutcome(name: 'accepted' | 'released' | 'rejected' | 'modified', { remote_state }: Transfer): Outcome {
  if (name === 'accepted') return { kind: 'complete' }
  if (name === 'released') return { kind: 'release' }
  if (name === 'modified') {
    const properties = remote_state?.['message_annotations'] ?? {}
    return { kind: remote_state?.['undeliverable_here'] ? 'defer' : 'abandon', properties }
  }
  const { DeadLetterReason, DeadLetterErrorDescription, ...properties } = remote_state?.['error']?.info ?? {}
  return { kind: 'dead-letter', reason: DeadLetterReason, description: DeadLetterErrorDescription, properties }
}

/** A delivery tag is the lock token as .NET orders the bytes of a GUID: the first three groups reversed. */
function netOrder(token: string): Buffer {
  const bytes = Buffer.from(token, 'hex')
  bytes.subarray(0, 4).reverse()
  bytes.subarray(4, 6).reverse()
  bytes.subarray(6, 8).reverse()
  return bytes
}
