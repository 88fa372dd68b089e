import { isServiceBusError, type ServiceBusClient, type ServiceBusSessionReceiver } from '@azure/service-bus'
import type { HandleMessage } from './message-handler.ts'
import { type Retrying, receiveOne } from './receive.ts'

interface SessionOptions {
  client: ServiceBusClient
  queueName: string
  handle: HandleMessage
  /** How long a session without messages is kept before it is released, in milliseconds. */
  idleTimeout: number
  /** How long the lock of a session is renewed, in milliseconds. */
  lockRenewal: number
  signal: AbortSignal
  retrying: Retrying
}

/**
 * One after the other, takes the next free session and serves it until it is idle. Ends when the signal says so, and then
 * keeps what it holds, lock renewal and all, until the client is closed: so does the extension of Azure.
 * @see https://github.com/Azure/azure-sdk-for-net/issues/58170
 */
export async function serveSessions(options: SessionOptions): Promise<void> {
  while (!options.signal.aborted) {
    await options.retrying(async () => {
      const receiver = await acceptSession(options)
      if (receiver === undefined) return
      try {
        await serveSession(receiver, options)
      } catch (error) {
        // Someone else may have the session now; the next one is taken as if this one had become idle.
        if (!isServiceBusError(error) || error.code !== 'SessionLockLost') throw error
      } finally {
        if (!options.signal.aborted) await receiver.close()
      }
    })
  }
}

/** @returns undefined when no session became free within the client's timeout, or before the signal. */
async function acceptSession({ client, queueName, lockRenewal, signal }: SessionOptions) {
  const accepting = client.acceptNextSession(queueName, {
    maxAutoLockRenewalDurationInMs: lockRenewal,
    skipParsingBodyAsJson: true,
  })
  try {
    return await beforeAbort(accepting, signal)
  } catch (error) {
    if (isServiceBusError(error) && error.code === 'ServiceTimeout') return undefined
    throw error
  }
}

/** The client cannot take back a wait for a session; the wait ends, with its session, when the client is closed. */
function beforeAbort<T>(waiting: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const abort = () => resolve(undefined)
    signal.addEventListener('abort', abort)
    waiting.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

async function serveSession(receiver: ServiceBusSessionReceiver, options: SessionOptions): Promise<void> {
  while (!options.signal.aborted) {
    const message = await receiveOne(receiver, options.idleTimeout, options.signal)
    if (message === undefined) return
    await options.handle(receiver, message)
  }
}
