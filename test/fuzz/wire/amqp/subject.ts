import { ServiceBusClient } from '@azure/service-bus'
import type { Health, Subject } from '../assault.ts'
import { startVictim, type Victim } from '../victim.ts'
import { amqpAttack } from './mutate.ts'
import { QUEUES } from './talk.ts'

/** The local broker, over AMQP. */
export const BROKER: Subject = {
  name: 'amqp',
  property: 'the broker lives, serves everybody else meanwhile, and keeps nothing of those who have gone',
  start: () => startVictim(new URL('../broker-main.ts', import.meta.url), (line) => line.includes('service-bus-fault')),
  attack: amqpAttack,
  wellBehaved,
}

/** A client that keeps its connection and sends and receives over it. */
function wellBehaved({ address }: Victim): Health {
  const client = new ServiceBusClient(address, { retryOptions: { maxRetries: 0, timeoutInMs: 5_000 } })
  const [sender, receiver] = [client.createSender(QUEUES.healthy), client.createReceiver(QUEUES.healthy)]
  let count = 0
  return {
    async check() {
      count += 1
      // Scheduled, so that it needs the broker's clock to go on too.
      await sender.scheduleMessages({ body: count }, new Date(Date.now() + 20))
      const [message] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 5_000 })
      if (message === undefined) throw new Error('a message did not come')
      await receiver.completeMessage(message)
      if (message.body !== count) throw new Error(`message ${count} came as ${String(message.body)}`)
    },
    close: () => client.close(),
  }
}
