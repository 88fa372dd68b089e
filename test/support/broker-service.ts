import type { ServiceBusReceivedMessage, ServiceBusSessionReceiver } from '@azure/service-bus'
import type { QueueSettings } from '../../infra/local/service-bus/definitions.ts'
import queues from '../../infra/queues.json' with { type: 'json' }
import { seconds } from '../../shared/core/time.ts'
import { createWaker, type Waker } from '../../shared/messaging/service-bus.ts'
import { type ServiceFixture, startService } from './service.ts'
import { startBroker } from './service-bus.ts'

/** A session of the queue that somebody has locked, with the messages that were in it. */
export interface Taken {
  readonly session: ServiceBusSessionReceiver
  readonly messages: readonly ServiceBusReceivedMessage[]
}

/** The service with its queue on the local broker, over AMQP; a test decides when what is delivered to whom. */
export interface BrokerService {
  /** Its `settle` serves the broker's queue until nothing is in it that is due. */
  readonly fixture: ServiceFixture
  readonly broker: Awaited<ReturnType<typeof startBroker>>
  readonly waker: Waker
  /** Locks the next session that has a message. */
  take(connectionString?: string): Promise<Taken>
  waiting(): number
}

/** As deployed, except for what the test changes. */
const mailboxQueue = (change: Partial<QueueSettings>): QueueSettings => {
  const deployed = queues.queues.find(({ name }) => name === 'mailbox')
  return { name: 'mailbox', ...deployed, ...change }
}

export async function startOnBroker(change: Partial<QueueSettings> = {}): Promise<BrokerService> {
  const broker = await startBroker(mailboxQueue(change))
  const client = broker.connect()
  const waker = createWaker({ connection: { connectionString: broker.connectionString }, clock: broker.clock })
  const fixture = await startService({ throughWaker: () => waker })
  const waiting = () => broker.snapshot().messages.filter(({ state }) => state === 'active').length

  async function take(connectionString?: string): Promise<Taken> {
    const from = connectionString === undefined ? client : broker.connectTo(connectionString)
    const session = await from.acceptNextSession('mailbox', { maxAutoLockRenewalDurationInMs: 0 })
    return { session, messages: await session.receiveMessages(200, { maxWaitTimeInMs: 50 }) }
  }

  async function settle(): Promise<void> {
    while (waiting() > 0) {
      const taken = await take()
      for (const { body } of taken.messages) await fixture.service.syncMailbox(body)
      await complete(taken)
    }
  }

  async function deliver(): Promise<void> {
    const before = broker.snapshot().messages.length
    await fixture.clock.advance(seconds(1))
    for (let wait = 0; wait < 100 && broker.snapshot().messages.length === before; wait++) await soon()
    await settle()
  }

  return { fixture: Object.assign(fixture, { settle, deliver }), broker, waker, take, waiting }
}

export async function complete({ session, messages }: Taken): Promise<void> {
  for (const message of messages) await session.completeMessage(message)
  await session.close()
}

const soon = () => new Promise((resolve) => setTimeout(resolve, 5))
