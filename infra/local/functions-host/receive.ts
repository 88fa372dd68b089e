import { setTimeout as sleep } from 'node:timers/promises'
import { isServiceBusError, type ServiceBusReceivedMessage, type ServiceBusReceiver } from '@azure/service-bus'
import { type WriteLine, writeEvent } from './output.ts'

/** How long to look for more messages after the first one, in milliseconds. */
const GATHER = 20
/** The pause after a failed attempt to reach the broker, in milliseconds. */
const PAUSE = 500
/** So long the client may take to end a wait, in milliseconds. When it closes its link for that it may never tell. */
const ENDS_WITHIN = 5_000

/**
 * Waits for a message and takes the ones that are there with it, up to `size`. Asking for them at once would let the
 * client wait a second for more after the first one.
 * @returns no message when none came within `wait` milliseconds.
 * @throws when the client does not end its wait: the receiver must be closed.
 */
export async function receiveBatch(
  receiver: ServiceBusReceiver,
  size: number,
  wait: number,
  abortSignal: AbortSignal,
): Promise<ServiceBusReceivedMessage[]> {
  const first = await within(wait, receiver.receiveMessages(1, { maxWaitTimeInMs: wait, abortSignal }))
  if (first.length === 0 || size === 1) return first
  return [...first, ...(await within(GATHER, receiver.receiveMessages(size - 1, { maxWaitTimeInMs: GATHER })))]
}

async function within<T>(wait: number, receiving: Promise<T>): Promise<T> {
  const ending = new AbortController()
  const late = sleep(wait + ENDS_WITHIN, undefined, { signal: ending.signal }).then(() => {
    throw new Error('the client does not end its wait')
  })
  return Promise.race([receiving, late]).finally(() => ending.abort())
}

/** Runs an attempt; when it fails, tells the log and waits a moment. Never throws. */
export type Retrying = (attempt: () => Promise<void>) => Promise<void>

/** Shared by the loops of one function, so that an outage is one line in the log and not one for each attempt. */
export function createRetrying(functionName: string, signal: AbortSignal, write: WriteLine): Retrying {
  let isFailing = false
  return async (attempt) => {
    try {
      await attempt()
      isFailing = false
    } catch (error) {
      if (signal.aborted) return
      const code = isServiceBusError(error) ? error.code : 'unknown'
      if (!isFailing) writeEvent(write, 'queue-not-received', { function: functionName, code })
      isFailing = true
      // The pause ends early, with an error of its own, when the host stops.
      await sleep(PAUSE, undefined, { signal }).catch(() => undefined)
    }
  }
}
