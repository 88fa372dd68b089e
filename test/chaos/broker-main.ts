import { ServiceBusClient } from '@azure/service-bus'
import { createPassingClock } from '../../infra/local/passing-clock.ts'
import { decodeMessage } from '../../infra/local/service-bus/amqp/rhea.ts'
import { type ServiceBus, startServiceBus } from '../../infra/local/service-bus/start.ts'
import queues from '../../infra/queues.json' with { type: 'json' }
import type { DurationMs } from '../../shared/core/time.ts'
import type { BrokerAnswer, BrokerOrder, KeptMessage } from './broker.ts'

const clock = createPassingClock()
let broker: ServiceBus | undefined

/** The broker as a process of its own, which its parent can kill; what it held is given to the next one. */
async function obey(order: BrokerOrder): Promise<BrokerAnswer> {
  if (order.kind === 'start') {
    clock.pass(order.aheadMs as DurationMs)
    broker = await startServiceBus({ port: order.port, queues: queues.queues as never, clock })
    await putBack(broker, order.messages)
    return { kind: 'started', connectionString: broker.connectionString }
  }
  if (order.kind === 'pass') {
    clock.pass(order.ms as DurationMs)
    broker?.runDue()
    return { kind: 'passed' }
  }
  return { kind: 'holds', messages: broker === undefined ? [] : heldBy(broker) }
}

function heldBy(running: ServiceBus): readonly KeptMessage[] {
  return running.snapshot().messages.map(({ queue, state, sessionId = '', body, encoded }) => {
    const at: unknown = decodeMessage(encoded).message_annotations?.['x-opt-enqueued-time']
    return { queue, state, sessionId, body, dueAt: state === 'scheduled' ? Number(at) : undefined }
  })
}

/** Sends them again, in their order. How often each was delivered is forgotten. */
async function putBack({ connectionString }: ServiceBus, messages: readonly KeptMessage[]): Promise<void> {
  const client = new ServiceBusClient(connectionString)
  for (const name of new Set(messages.map(({ queue }) => queue))) {
    const own = messages.filter(({ queue, state }) => queue === name && state !== 'dead-lettered')
    const sender = client.createSender(name)
    for (const { body, sessionId, dueAt } of own)
      await sender.sendMessages({
        ...{ body: JSON.parse(body) as unknown, sessionId, contentType: 'application/json' },
        ...(dueAt !== undefined && { scheduledEnqueueTimeUtc: new Date(dueAt) }),
      })
  }
  await client.close()
}

process.on('message', (order: BrokerOrder) => {
  obey(order).then(
    (answer) => process.send?.(answer),
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
})
process.on('disconnect', () => process.exit(0))
