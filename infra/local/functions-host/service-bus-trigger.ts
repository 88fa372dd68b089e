import { setMaxListeners } from 'node:events'
import type { ServiceBusClient } from '@azure/service-bus'
import type { ServiceBusSettings } from './host-json.ts'
import type { Invoker } from './invocation.ts'
import { createMessageHandler, type HandleMessage } from './message-handler.ts'
import { type WriteLine, writeEvent } from './output.ts'
import { createRetrying } from './receive.ts'
import { serveSessions } from './session-loop.ts'
import type { HostedFunction, ServiceBusTrigger } from './triggers.ts'

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
  /** Takes no further message. Resolves when the running ones are settled. */
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
  const listen = hosted.trigger.isSessionsEnabled ? listenToSessions : listenToEach
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
  handle: HandleMessage
  signal: AbortSignal
}

async function listenToSessions({ hosted, handle, signal, client, settings, write }: Listening): Promise<void> {
  const retrying = createRetrying(hosted.name, signal, write)
  const options = {
    client,
    queueName: hosted.trigger.queueName,
    handle,
    idleTimeout: settings.sessionIdleTimeout,
    lockRenewal: settings.maxAutoLockRenewalDuration,
    signal,
    retrying,
  }
  await Promise.all(Array.from({ length: settings.maxConcurrentSessions }, () => serveSessions(options)))
}

async function listenToEach({ hosted, handle, signal, client, settings, write }: Listening): Promise<void> {
  const receiver = client.createReceiver(hosted.trigger.queueName, {
    maxAutoLockRenewalDurationInMs: settings.maxAutoLockRenewalDuration,
    skipParsingBodyAsJson: true,
  })
  const running = new Set<Promise<void>>()
  const subscription = receiver.subscribe(
    {
      async processMessage(message) {
        const run = handle(receiver, message)
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
