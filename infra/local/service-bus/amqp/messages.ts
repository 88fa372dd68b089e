import rhea, { type Message } from 'rhea'
import { type DurationMs, type EpochMs, epochMs } from '../../../../shared/core/time.ts'
import type { HeldMessage, Submission } from '../model/message.ts'
import { Refusal } from '../model/refusal.ts'
import { decodeMessage, encodeMessage } from './rhea.ts'
import { checkValues } from './well-formed.ts'

/** The message format of a transfer that carries many messages, each encoded in a data section of its own. */
const BATCH_FORMAT = 0x80013700

const SCHEDULED_FOR = 'x-opt-scheduled-enqueue-time'
/** The last moment that a date can hold. */
const LATEST = 8.64e15
const STATE_NUMBERS = { active: 0, deferred: 1, scheduled: 2 } as const

/** The messages of one transfer, and the bytes of the whole. rhea decodes a single message and leaves a batch as it is. */
export function readTransfer(format: number | undefined, payload: Message | Buffer): [Submission[], number] {
  if (Buffer.isBuffer(payload)) {
    if (format !== BATCH_FORMAT) throw new Refusal('amqp:not-implemented', 'The message format is not known.')
    return [batchEntries(payload).map(readMessage), payload.length]
  }
  const size = sizeOf(payload)
  return [[toSubmission(payload, size)], size]
}

/** One encoded message. @throws Refusal when it is none, or cannot be given to receivers as it is. */
export function readMessage(encoded: Buffer): Submission {
  const content = decoded(encoded)
  sizeOf(content)
  return toSubmission(content, encoded.length)
}

/** Bytes of a message as receivers would get it. rhea reads values of any type where it writes those of some. */
function sizeOf(content: Message): number {
  try {
    return encodeMessage(content).length
  } catch {
    throw malformed('The message has a property of the wrong type.')
  }
}

function decoded(encoded: Buffer): Message {
  try {
    checkValues(encoded)
    return decodeMessage(encoded)
  } catch {
    throw malformed('The message cannot be read.')
  }
}

const malformed = (description: string) => new Refusal('com.microsoft:argument-error', description)

function batchEntries(payload: Buffer): Buffer[] {
  const body: unknown = decoded(payload).body?.content
  const entries = Array.isArray(body) ? body : [body]
  if (entries.length > 0 && entries.every((entry) => Buffer.isBuffer(entry))) return entries
  throw malformed('A batch is made of data sections.')
}

function toSubmission(content: Message, size: number): Submission {
  const { message_id: id, group_id: session, ttl } = content
  const scheduledFor = content.message_annotations?.[SCHEDULED_FOR] ?? undefined
  const due = Number(scheduledFor ?? 0)
  if (!(ttl === undefined || Number.isSafeInteger(ttl)) || !Number.isSafeInteger(due) || due > LATEST)
    throw malformed('A time of the message is none.')
  return {
    messageId: id === undefined ? undefined : String(id),
    sessionId: session ?? undefined,
    timeToLive: ttl as DurationMs | undefined,
    scheduledFor: scheduledFor === undefined ? undefined : epochMs(due),
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
