import { ServiceBusClient } from '@azure/service-bus'
import { createPassingClock } from '../../../infra/local/passing-clock.ts'
import { startServiceBus } from '../../../infra/local/service-bus/start.ts'
import { minutes } from '../../../shared/core/time.ts'
import { QUEUES } from './amqp/talk.ts'
import { serve } from './weight.ts'

const clock = createPassingClock()
const life = { defaultMessageTimeToLive: 'PT1M', lockDuration: 'PT30S' }
const broker = await startServiceBus({
  port: 0,
  clock,
  queues: [
    { name: QUEUES.plain, ...life },
    { name: QUEUES.sessions, requiresSession: true, ...life },
    { name: QUEUES.healthy },
  ],
})

/** Messages whose time is over are thrown away when somebody looks for them. */
async function empty(): Promise<void> {
  clock.pass(minutes(10))
  broker.runDue()
  const client = new ServiceBusClient(broker.connectionString, { retryOptions: { maxRetries: 0, timeoutInMs: 500 } })
  await client.createReceiver(QUEUES.plain).receiveMessages(1, { maxWaitTimeInMs: 100 })
  await client.acceptNextSession(QUEUES.sessions).catch(() => undefined)
  await client.close()
}

serve({ port: broker.port, address: broker.connectionString }, empty)
