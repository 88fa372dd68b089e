import rhea, { type Message } from 'rhea'
import { type Delivery, lockedUntil, type SessionReceiver } from '../model/lane.ts'
import type { Outcome } from '../model/message.ts'
import type { Queue } from '../model/queue.ts'
import { Refusal } from '../model/refusal.ts'
import { readMessage, toWire } from './messages.ts'
import type { Answer } from './requests.ts'

interface Request {
  body: Record<string, unknown>
  /** The receiver on whose behalf the client asks, when it has a session. */
  receiver: SessionReceiver | undefined
}

type Operation = (queue: Queue, request: Request) => Answer

/** Session state counts against the size limit of a message. */
const STATE_LIMIT = 256 * 1024

/**
 * The operations of a queue's `$management` endpoint that queues need; rules belong to topics.
 * @see https://learn.microsoft.com/azure/service-bus-messaging/service-bus-amqp-request-response
 */
const OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>(
  Object.entries({
    'com.microsoft:schedule-message': (queue, { body }) => {
      const encoded = list(body['messages']).map((entry) => buffer(mapOf(entry)['message']))
      const numbers = queue.submit(encoded.map(readMessage))
      return ok({ 'sequence-numbers': rhea.types.wrap_array(numbers, 0x81, undefined) })
    },
    'com.microsoft:cancel-scheduled-message': (queue, { body }) => {
      queue.cancel(numbers(body['sequence-numbers']))
      return ok({})
    },
    'com.microsoft:peek-message': (queue, { body }) => {
      const messages = queue.peek({
        fromSequenceNumber: number(body['from-sequence-number']),
        count: number(body['message-count']),
        sessionId: optionalText(body['session-id']),
      })
      if (messages.length === 0) return { status: 204 }
      return ok({ messages: messages.map((message) => ({ message: toWire(message, undefined) })) })
    },
    'com.microsoft:receive-by-sequence-number': (queue, { body, receiver }) => {
      const deliveries = queue.takeDeferred(numbers(body['sequence-numbers']), receiver)
      // Receiver settle mode "first" means that the client will not settle them.
      const withoutLock = body['receiver-settle-mode'] === 0
      const messages = deliveries.map(deferredEntry)
      if (withoutLock) for (const { token } of deliveries) queue.settle(token, { kind: 'complete' })
      return ok({ messages })
    },
    'com.microsoft:update-disposition': (queue, { body }) => {
      const outcome = dispositionOf(body)
      for (const token of tokens(body['lock-tokens'])) queue.settle(token, outcome)
      return ok({})
    },
    'com.microsoft:renew-lock': (queue, { body }) => {
      const until = tokens(body['lock-tokens']).map((token) => queue.renew(token))
      return ok({ expirations: rhea.types.wrap_array(until, 0x83, undefined) })
    },
    'com.microsoft:renew-session-lock': ({ sessions }, { body, receiver }) =>
      ok({ expiration: new Date(sessions.renew(text(body['session-id']), receiver)) }),
    'com.microsoft:get-session-state': ({ sessions }, { body, receiver }) =>
      ok({ 'session-state': sessions.readState(text(body['session-id']), receiver) ?? null }),
    'com.microsoft:set-session-state': ({ sessions }, { body, receiver }) => {
      const state = body['session-state'] == null ? undefined : buffer(body['session-state'])
      if ((state?.length ?? 0) > STATE_LIMIT)
        throw new Refusal('com.microsoft:argument-error', `The session state is larger than ${STATE_LIMIT} bytes.`)
      sessions.writeState(text(body['session-id']), receiver, state)
      return ok({})
    },
  }),
)

/** @throws Refusal, which is the answer. */
export function manage(queue: Queue, request: Message, receiver: SessionReceiver | undefined): Answer {
  const name = String(request.application_properties?.['operation'])
  const operation = OPERATIONS.get(name)
  if (operation === undefined) throw new Refusal('amqp:not-implemented', `The operation ${name} is not supported.`)
  return operation(queue, { body: mapOf(request.body), receiver })
}

const ok = (body: unknown): Answer => ({ status: 200, body })

const deferredEntry = (delivery: Delivery) => ({
  message: toWire(delivery.message, lockedUntil(delivery)),
  'lock-token': rhea.types.wrap_uuid(Buffer.from(delivery.token, 'hex')),
})

function dispositionOf(body: Record<string, unknown>): Outcome {
  const properties = mapOf(body['properties-to-modify'] ?? {})
  switch (body['disposition-status']) {
    case 'completed':
      return { kind: 'complete' }
    case 'abandoned':
      return { kind: 'abandon', properties }
    // The protocol spells it so.
    case 'defered':
      return { kind: 'defer', properties }
    case 'suspended': {
      const [reason, description] = [body['deadletter-reason'], body['deadletter-description']].map(optionalText)
      return { kind: 'dead-letter', reason, description, properties }
    }
    default:
      throw malformed()
  }
}

const malformed = () => new Refusal('com.microsoft:argument-error', 'The request is not as the protocol describes it.')

function mapOf(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  throw malformed()
}

function list(value: unknown): unknown[] {
  if (Array.isArray(value)) return value
  throw malformed()
}

function buffer(value: unknown): Buffer {
  if (Buffer.isBuffer(value)) return value
  throw malformed()
}

/** A long comes as a number when it is small enough for one, and else as eight bytes. */
function number(value: unknown): number {
  const result = Buffer.isBuffer(value) && value.length === 8 ? Number(value.readBigInt64BE()) : value
  if (Number.isSafeInteger(result)) return Number(result)
  throw malformed()
}

function text(value: unknown): string {
  if (typeof value === 'string') return value
  throw malformed()
}

const optionalText = (value: unknown): string | undefined => (value == null ? undefined : text(value))
const numbers = (value: unknown): number[] => list(value).map(number)
const tokens = (value: unknown): string[] => list(value).map((token) => buffer(token).toString('hex'))
