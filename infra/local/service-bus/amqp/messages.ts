import rhea, { type Message } from 'rhea'
import { type DurationMs, type EpochMs, epochMs } from '../../../../shared/core/time.ts'
import type { HeldMessage, Submission } from '../model/message.ts'
import { Refusal } from '../model/refusal.ts'
import { decodeMessage, encodeMessage } from './rhea.ts'

/** The message format of a transfer that carries many messages, each encoded in a data section of its own. */
const BATCH_FORMAT = 0x80013700

const SCHEDULED_FOR = 'x-opt-scheduled-enqueue-time'
const STATE_NUMBERS = { active: 0, deferred: 1, scheduled: 2 } as const

/** The messages of one transfer, and the bytes of the whole. rhea decodes a single message and leaves a batch as it is. */
export function readTransfer(format: number | undefined, payload: Message | Buffer): [Submission[], number] {
  if (Buffer.isBuffer(payload)) {
    if (format !== BATCH_FORMAT) throw new Refusal('amqp:not-implemented', 'The message format is not known.')
    return [batchEntries(payload).map(readMessage), payload.length]
  }
  const size = encodeMessage(payload).length
  return [[toSubmission(payload, size)], size]
}

/** One encoded message. */
export const readMessage = (encoded: Buffer): Submission => toSubmission(decodeMessage(encoded), encoded.length)

function batchEntries(payload: Buffer): Buffer[] {
  const body: unknown = decodeMessage(payload).body?.content
  const entries = Array.isArray(body) ? body : [body]
  if (entries.length > 0 && entries.every((entry) => Buffer.isBuffer(entry))) return entries
  throw new Refusal('com.microsoft:argument-error', 'A batch is made of data sections.')
}

function toSubmission(content: Message, size: number): Submission {
  const scheduledFor = content.message_annotations?.[SCHEDULED_FOR] ?? undefined
  return {
    messageId: content.message_id === undefined ? undefined : String(content.message_id),
    sessionId: content.group_id ?? undefined,
    timeToLive: content.ttl === undefined ? undefined : (content.ttl as DurationMs),
    scheduledFor: scheduledFor === undefined ? undefined : epochMs(Number(scheduledFor)),
    size,
    content,
  }
}

/**
 * A message as receivers get it.
 * @param lockedUntil undefined when it was only peeked at, or handed out without a lock.
 * @see https://learn.microsoft.com/azure/service-bus-messaging/service-bus-amqp-protocol-guide#message-annotations
 */
export function toWire(message: HeldMessage, lockedUntil: EpochMs | undefined): Buffer {
  const { content } = message.submission
  const ttl = message.expiresAt === undefined ? content.ttl : message.expiresAt - message.enqueuedAt
  return encodeMessage({
    ...content,
    message_id: content.message_id ?? message.submission.messageId,
    delivery_count: message.deliveryCount,
    ...(ttl === undefined ? {} : { ttl: Math.min(ttl, 0xffff_ffff) }),
    message_annotations: {
      ...content.message_annotations,
      'x-opt-sequence-number': rhea.types.wrap_long(message.sequenceNumber),
      'x-opt-enqueue-sequence-number': rhea.types.wrap_long(message.sequenceNumber),
      'x-opt-enqueued-time': rhea.types.wrap_timestamp(message.enqueuedAt),
      'x-opt-message-state': rhea.types.wrap_int(STATE_NUMBERS[message.state]),
      ...(lockedUntil === undefined ? {} : { 'x-opt-locked-until': rhea.types.wrap_timestamp(lockedUntil) }),
    },
    ...propertiesOf(message),
  })
}

function propertiesOf({ submission, changedProperties }: HeldMessage) {
  const all = { ...submission.content.application_properties, ...changedProperties }
  const present = Object.entries(all).filter(([, value]) => value !== undefined && value !== null)
  return present.length === 0 ? {} : { application_properties: Object.fromEntries(present) }
}
