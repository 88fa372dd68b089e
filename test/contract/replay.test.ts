import { expect, test } from 'vitest'
import { systemClock } from '../../shared/core/time.ts'
import { createDeadLetters } from '../../shared/messaging/dead-letters.ts'
import { createQueues } from '../../shared/messaging/queues.ts'
import { receiveOne, startBroker } from '../support/service-bus.ts'

const QUEUES = ['mailbox', 'channel'].map((name) => ({ name, requiresSession: true }))
const ACCOUNT = `acc_${'x'.repeat(22)}`

test('a dead letter that is given up again while it is replayed is sent once', { timeout: 240_000 }, async () => {
  const broker = await startBroker(...QUEUES)
  const client = broker.connect()
  const giveUp = async () => {
    const session = await client.acceptSession('mailbox', ACCOUNT)
    await session.deadLetterMessage(await receiveOne(session))
    await session.close()
  }
  await client
    .createSender('mailbox')
    .sendMessages({ body: { account: ACCOUNT, reason: 'notified' }, sessionId: ACCOUNT })
  await giveUp()

  let givenUp = 0
  const failing = (async () => {
    for (; givenUp < 5; givenUp++) await giveUp()
  })().catch(() => undefined)
  const done = await createQueues({ connectionString: broker.connectionString }, broker.clock).replay('mailbox')
  await failing
  expect(done).toEqual([{ queue: 'mailbox', replayed: 1, left: 0 }])
  expect(givenUp).toBe(1)
  expect(broker.snapshot().messages).toMatchObject([{ state: 'dead-lettered' }])
})

test('a connection string that is none is a failure with a code, which does not tell it', async () => {
  const broken = { connectionString: 'Endpoint=sb://secret' }
  const unavailable = expect.objectContaining({
    code: 'QUEUE_UNAVAILABLE',
    message: expect.not.stringContaining('secret'),
  })
  await expect(createQueues(broken, systemClock).loads()).rejects.toEqual(unavailable)
  await expect(createDeadLetters(broken, systemClock).list()).rejects.toEqual(unavailable)
})
