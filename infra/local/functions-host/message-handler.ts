import { setTimeout as sleep } from 'node:timers/promises'
import { isServiceBusError, type ServiceBusReceivedMessage, type ServiceBusReceiver } from '@azure/service-bus'
import type { Invoker } from './invocation.ts'
import { type WriteLine, writeEvent } from './output.ts'
import { singleInput } from './service-bus-message.ts'
import type { HostedFunction, ServiceBusTrigger } from './triggers.ts'

/**
 * How long a message may take to be settled, in milliseconds. The client is not told when its connection is cut
 * meanwhile, and would wait for the whole of its own timeout with nothing else delivered.
 */
const SETTLING = 5_000

/** Hands a message to the function and settles it. Never throws. */
export type HandleMessage = (receiver: ServiceBusReceiver, message: ServiceBusReceivedMessage) => Promise<void>

interface Dependencies {
  invoker: Invoker
  /** Complete what the function took without throwing; otherwise the lock runs out. */
  autoComplete: boolean
  write: WriteLine
}

/** A message is completed when the function returns and abandoned when it throws. */
export function createMessageHandler(
  hosted: HostedFunction<ServiceBusTrigger>,
  { invoker, autoComplete, write }: Dependencies,
): HandleMessage {
  // The invoker has told the log what was thrown.
  const succeeds = (message: ServiceBusReceivedMessage): Promise<boolean> =>
    invoker.invoke(hosted, singleInput(message)).then(
      () => true,
      () => false,
    )
  return async (receiver, message) => {
    const hasSucceeded = await succeeds(message)
    if (hasSucceeded && !autoComplete) return
    const settling = hasSucceeded ? receiver.completeMessage(message) : receiver.abandonMessage(message)
    await inTime(settling).catch((reason: unknown) => writeNotSettled(write, hosted.name, reason))
  }
}

/** @throws {Error} when the message is not settled in time. */
async function inTime(settling: Promise<void>): Promise<void> {
  const given = new AbortController()
  const tooLate = sleep(SETTLING, undefined, { signal: given.signal }).then(() => {
    throw new Error('The broker did not confirm in time that the message is settled.')
  })
  return Promise.race([settling, tooLate]).finally(() => given.abort())
}

/** The work is done, but the lock was lost or the connection cut meanwhile: the message comes again. */
const writeNotSettled = (write: WriteLine, name: string, reason: unknown) =>
  writeEvent(write, 'message-not-settled', {
    function: name,
    code: isServiceBusError(reason) ? reason.code : 'unknown',
  })
