import { type AddressInfo, createServer, connect as open, type Socket } from 'node:net'
import { ServiceBusClient, type ServiceBusReceivedMessage, type ServiceBusReceiver } from '@azure/service-bus'
import { onTestFinished } from 'vitest'
import type { QueueSettings } from '../../infra/local/service-bus/definitions.ts'
import { startServiceBus } from '../../infra/local/service-bus/start.ts'
import { type Clock, type EpochMs, epochMs } from '../../shared/core/time.ts'

/** The machine's clock, which a test can set forward. */
export interface ShiftedClock extends Clock {
  forward(milliseconds: number): void
}

function createShiftedClock(): ShiftedClock {
  let shift = 0
  return {
    now: (): EpochMs => epochMs(Date.now() + shift),
    sleep: (duration) => new Promise((resolve) => setTimeout(resolve, duration)),
    forward(milliseconds) {
      shift += milliseconds
    },
  }
}

/** A broker for one test; it and all its clients end with the test. */
export async function startBroker(...queues: QueueSettings[]) {
  const clock = createShiftedClock()
  const broker = await startServiceBus({ port: 0, queues, clock })
  onTestFinished(() => broker.close())
  return {
    ...broker,
    clock,
    connect: (options?: { patienceMs: number }) => connect(broker.connectionString, options),
    connectTo: connect,
  }
}

/** A client that tries once and, unless told otherwise, waits 2 s at most. */
export function connect(connectionString: string, { patienceMs } = { patienceMs: 2000 }): ServiceBusClient {
  const client = new ServiceBusClient(connectionString, { retryOptions: { maxRetries: 0, timeoutInMs: patienceMs } })
  onTestFinished(() => client.close())
  return client
}

/** Takes one message, which must be there. */
export async function receiveOne(receiver: ServiceBusReceiver): Promise<ServiceBusReceivedMessage> {
  const [message] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 2000 })
  if (message === undefined) throw new Error('no message came')
  return message
}

/** Takes what is there now. */
export const receiveAll = (receiver: ServiceBusReceiver): Promise<ServiceBusReceivedMessage[]> =>
  receiver.receiveMessages(10, { maxWaitTimeInMs: 150 })

/** The bodies of what is there now, each completed. */
export async function drain(receiver: ServiceBusReceiver): Promise<unknown[]> {
  const messages = await receiveAll(receiver)
  for (const message of messages) await receiver.completeMessage(message)
  return messages.map(({ body }) => body)
}

/** A TCP relay in front of a broker whose connections a test can cut without a goodbye. */
export async function startCable(connectionString: string) {
  const target = Number(/:(\d+);/.exec(connectionString)?.[1])
  const ends = new Set<Socket>()
  const server = createServer((near) => {
    const far = open(target, '127.0.0.1')
    near.pipe(far).pipe(near)
    for (const end of [near, far]) ends.add(end.on('error', () => end.destroy()))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const cut = () => {
    for (const end of ends) end.destroy()
  }
  onTestFinished(() => {
    cut()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { connectionString: connectionString.replace(`:${target};`, `:${port};`), cut }
}
