import { setTimeout as sleep } from 'node:timers/promises'
import { isServiceBusError, type ServiceBusReceivedMessage, type ServiceBusReceiver } from '@azure/service-bus'
import type { Invoker } from './invocation.ts'
import { type WriteLine, writeEvent } from './output.ts'
import { batchInput, singleInput } from './service-bus-message.ts'
import type { HostedFunction, ServiceBusTrigger } from './triggers.ts'

/**
 * How long a message may take to be settled, in milliseconds. The client is not told when its connection is cut
 * meanwhile, and would wait for the whole of its own timeout with nothing else delivered.
 */
const SETTLING = 5_000

/** Hands messages to the function and settles them. Never throws. */
export type HandleMessages = (
  receiver: ServiceBusReceiver,
  messages: readonly ServiceBusReceivedMessage[],
) => Promise<void>

interface Dependencies {
  invoker: Invoker
  /** Complete what the function took without throwing; otherwise the lock runs out. */
  autoComplete: boolean
  write: WriteLine
}

/** A message is completed when the function returns and abandoned when it throws; a batch shares its fate. */
export function createMessageHandler(
  hosted: HostedFunction<ServiceBusTrigger>,
  { invoker, autoComplete, write }: Dependencies,
): HandleMessages {
  const succeeds = async (messages: readonly ServiceBusReceivedMessage[]): Promise<boolean> => {
    const [first] = messages
    const isBatch = hosted.trigger.cardinality === 'many' || first === undefined
    const run = invoker.invoke(hosted, isBatch ? batchInput(messages) : singleInput(first))
    // The invoker has told the log what was thrown.
    return run.then(() => true).catch(() => false)
  }
  return async (receiver, messages) => {
    const hasSucceeded = await succeeds(messages)
    if (hasSucceeded && !autoComplete) return
    const settle = (message: ServiceBusReceivedMessage) =>
      hasSucceeded ? receiver.completeMessage(message) : receiver.abandonMessage(message)
    for (const outcome of await Promise.allSettled(messages.map((message) => inTime(settle(message))))) {
      if (outcome.status === 'rejected') writeNotSettled(write, hosted.name, outcome.reason)
    }
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
