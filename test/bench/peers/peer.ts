import type { Window } from '../../../infra/local/microsoft365/mailbox/event.ts'
import { days, type EpochMs, earlier, epochMs, hours, later, minutes } from '../../../shared/core/time.ts'

/** A change notification, as far as a peer looks. */
export interface Notification {
  readonly changeType: 'created' | 'updated' | 'deleted'
  readonly resourceData: { readonly id: string }
}

/** A program that keeps a copy of one calendar. */
export interface Peer {
  readonly name: string
  /** Connects, and reads everything for the first time. */
  start(): Promise<void>
  /** Whether it would do something if it were not still busy with what it did before. */
  isDue(): boolean
  /** Does what is due. @returns milliseconds that this takes beside waiting for Graph; undefined when it was nothing. */
  work(): Promise<number | undefined>
  /** The events that it knows of, within the span. */
  lines(span: Window): Promise<readonly string[]>
  rowsWritten(): number
}

/** How often a peer reads everything where nobody tells it of changes: as often as we do. */
export const POLL_EVERY = minutes(5)

/** How often a peer that is told of changes reads everything nevertheless: as often as we do. */
export const READ_ANYWAY_EVERY = hours(1)

/** The window that we keep, from midnight to midnight; a peer that reads all of it moves it each time. */
export function windowAt(now: EpochMs): Window {
  const midnight = epochMs(now - (now % days(1)))
  return { from: earlier(midnight, days(42)), to: later(midnight, days(201)) }
}
