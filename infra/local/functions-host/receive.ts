import { setTimeout as sleep } from 'node:timers/promises'
import { isServiceBusError, type ServiceBusReceivedMessage, type ServiceBusReceiver } from '@azure/service-bus'
import { type WriteLine, writeEvent } from './output.ts'

/** The pause after a failed attempt to reach the broker, in milliseconds. */
const PAUSE = 500
/** So long the client may take to end a wait, in milliseconds. When it closes its link for that it may never tell. */
const ENDS_WITHIN = 5_000

/**
 * Waits for a message.
 * @returns `undefined` when none came within `wait` milliseconds.
 * @throws when the client does not end its wait: the receiver must be closed.
 */
export async function receiveOne(
  receiver: ServiceBusReceiver,
  wait: number,
  abortSignal: AbortSignal,
): Promise<ServiceBusReceivedMessage | undefined> {
  const [message] = await within(wait, receiver.receiveMessages(1, { maxWaitTimeInMs: wait, abortSignal }))
  return message
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
