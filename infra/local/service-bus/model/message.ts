import type { Message } from 'rhea'
import type { DurationMs, EpochMs } from '../../../../shared/core/time.ts'

export type Properties = Record<string, unknown>

/** What a sender hands in. A queue decides by these fields and never looks into `content`. */
export interface Submission {
  messageId: string | undefined
  sessionId: string | undefined
  timeToLive: DurationMs | undefined
  /** Invisible to receivers before this time. */
  scheduledFor: EpochMs | undefined
  /** Bytes of the encoded message, all sections included. */
  size: number
  content: Message
}

/** A message that a queue has let in; the service gives an id to one that comes without. */
export type Admitted = Submission & { messageId: string }

/** A message that a queue keeps, from its arrival until somebody completes it. */
export interface HeldMessage {
  /** Order in the queue. Given when the message becomes active; a scheduled message has a provisional one. */
  sequenceNumber: number
  state: 'active' | 'scheduled' | 'deferred'
  enqueuedAt: EpochMs
  expiresAt: EpochMs | undefined
  /** How often it was handed out and neither settled nor given back: 0 on its first delivery. */
  deliveryCount: number
  /** Application properties that receivers set while they abandoned, deferred or dead-lettered it. */
  changedProperties: Properties
  submission: Admitted
}

/** What a receiver decided about a message it holds. */
export type Outcome =
  | { kind: 'complete' }
  | { kind: 'abandon'; properties: Properties }
  /** Given back without having been tried: not counted as a delivery. */
  | { kind: 'release' }
  | { kind: 'defer'; properties: Properties }
  | { kind: 'dead-letter'; reason: string | undefined; description: string | undefined; properties: Properties }
