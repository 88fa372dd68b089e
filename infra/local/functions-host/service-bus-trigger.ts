import { setMaxListeners } from 'node:events'
import type { ServiceBusClient } from '@azure/service-bus'
import type { ServiceBusSettings } from './host-json.ts'
import type { Invoker } from './invocation.ts'
import { createMessageHandler, type HandleMessages } from './message-handler.ts'
import { type WriteLine, writeEvent } from './output.ts'
import { createRetrying, receiveBatch } from './receive.ts'
import { serveSessions } from './session-loop.ts'
import type { HostedFunction, ServiceBusTrigger } from './triggers.ts'

/**
 * How long a receiver without sessions waits for a message before it asks again, in milliseconds. Short, because the
 * client does not always tell that its connection was cut while it waited, and connects anew when it is asked again.
 */
const WAIT = 2_000

interface Dependencies {
  client: ServiceBusClient
  settings: ServiceBusSettings
  invoker: Invoker
  write: WriteLine
}

interface QueueTrigger {
  readonly name: string
  /** Runs the function once with this text for a message. */
  run(body: string): void
  /** Takes no further message. Resolves when the running ones are settled and the receivers are closed. */
  stop(): Promise<void>
}

/**
 * Delivers a queue's messages to a function with the concurrency, idle time and lock renewal of host.json.
 * @see https://learn.microsoft.com/azure/azure-functions/functions-bindings-service-bus-trigger
 */
export function startQueueTrigger(hosted: HostedFunction<ServiceBusTrigger>, dependencies: Dependencies): QueueTrigger {
  const { settings, invoker, write } = dependencies
  const stopping = new AbortController()
  // Each session that is served listens.
  setMaxListeners(0, stopping.signal)
  const autoComplete = hosted.trigger.autoCompleteMessages ?? settings.autoCompleteMessages
  const handle = createMessageHandler(hosted, { invoker, autoComplete, write })
  const listen = hosted.trigger.isSessionsEnabled
    ? listenToSessions
    : isBatched(hosted)
      ? listenToBatches
      : listenToEach
  const ended = listen({ hosted, handle, signal: stopping.signal, ...dependencies })
  return {
    name: hosted.name,
    run: (body) => void invoker.invoke(hosted, { data: { string: body }, metadata: {} }).catch(() => undefined),
    async stop() {
      stopping.abort()
      await ended
    },
  }
}

interface Listening extends Dependencies {
  hosted: HostedFunction<ServiceBusTrigger>
  handle: HandleMessages
  signal: AbortSignal
}

const isBatched = (hosted: HostedFunction<ServiceBusTrigger>) => hosted.trigger.cardinality === 'many'

async function listenToSessions({ hosted, handle, signal, client, settings, write }: Listening): Promise<void> {
  const retrying = createRetrying(hosted.name, signal, write)
  const options = {
    client,
    queueName: hosted.trigger.queueName,
    handle,
    batchSize: isBatched(hosted) ? settings.maxMessageBatchSize : 1,
    idleTimeout: settings.sessionIdleTimeout,
    lockRenewal: settings.maxAutoLockRenewalDuration,
    signal,
    retrying,
  }
  await Promise.all(Array.from({ length: settings.maxConcurrentSessions }, () => serveSessions(options)))
}

const createReceiver = ({ client, hosted, settings }: Listening) =>
  client.createReceiver(hosted.trigger.queueName, {
    maxAutoLockRenewalDurationInMs: settings.maxAutoLockRenewalDuration,
    skipParsingBodyAsJson: true,
  })

async function listenToBatches(listening: Listening): Promise<void> {
  const { hosted, handle, signal, settings, write } = listening
  const retrying = createRetrying(hosted.name, signal, write)
  let receiver = createReceiver(listening)
  while (!signal.aborted) {
    await retrying(async () => {
      try {
        const messages = await receiveBatch(receiver, settings.maxMessageBatchSize, WAIT, signal)
        if (messages.length > 0) await handle(receiver, messages)
      } catch (error) {
        await receiver.close()
        receiver = createReceiver(listening)
        throw error
      }
    })
  }
  await receiver.close()
}

async function listenToEach(listening: Listening): Promise<void> {
  const { hosted, handle, signal, settings, write } = listening
  const receiver = createReceiver(listening)
  const running = new Set<Promise<void>>()
  const subscription = receiver.subscribe(
    {
      async processMessage(message) {
        const run = handle(receiver, [message])
        running.add(run)
        await run
        running.delete(run)
      },
      async processError({ error }) {
        if (!signal.aborted) writeEvent(write, 'queue-not-received', { function: hosted.name, code: error.name })
      },
    },
    { maxConcurrentCalls: settings.maxConcurrentCalls, autoCompleteMessages: false },
  )
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
  await subscription.close()
  await Promise.all(running)
  await receiver.close()
}
