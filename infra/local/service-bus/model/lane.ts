import type { EpochMs } from '../../../../shared/core/time.ts'
import type { HeldMessage } from './message.ts'

/** Somebody who may take messages from a lane. */
export interface Consumer {
  /** There may be something to take now. */
  wake(): void
}

/** Somebody who wants the messages of one session, or of the next session that has some. */
export interface SessionReceiver extends Consumer {
  granted(sessionId: string, lockedUntil: EpochMs): void
  /** No session had messages within the time it wanted to wait. */
  timedOut(): void
  /** The lock has ended and somebody else may have the session now. */
  lost(): void
}

/** A message in somebody's hands. */
export interface Delivery {
  token: string
  message: HeldMessage
  lane: Lane
  /** In a session the session's lock decides instead. */
  ownLockUntil: EpochMs
}

interface SessionLock {
  receiver: SessionReceiver
  until: EpochMs
}

/**
 * Messages that stand in one line: those of one session, or all of a queue without sessions. The head of the line is
 * the only message that can be taken.
 */
export interface Lane {
  readonly name: string
  /** By sequence number. */
  readonly backlog: HeldMessage[]
  readonly deliveries: Set<Delivery>
  /** Who takes from a queue without sessions; the longest-waiting first. */
  readonly consumers: Set<Consumer>
  lock: SessionLock | undefined
  /** What receivers keep with a session; it stays when the session has no messages. */
  sessionState: Buffer | undefined
  isEmpty(): boolean
}

export function createLane(name: string): Lane {
  const lane: Lane = {
    name,
    backlog: [],
    deliveries: new Set(),
    consumers: new Set(),
    lock: undefined,
    sessionState: undefined,
    isEmpty: () => lane.backlog.length === 0 && lane.lock === undefined && lane.sessionState === undefined,
  }
  return lane
}

export const lockedUntil = (delivery: Delivery): EpochMs => delivery.lane.lock?.until ?? delivery.ownLockUntil
