import { expect, test } from 'vitest'
import queues from '../../infra/queues.json' with { type: 'json' }
import { connect, drain, receiveOne, startBroker } from '../support/service-bus.ts'

const PLAIN = { name: 'plain' }
const BY_SESSION = { name: 'by-session', requiresSession: true }

test('a message arrives with its body, ids and properties', async () => {
  const client = (await startBroker(PLAIN)).connect()
  await client.createSender('plain').sendMessages({
    body: { answer: 42, text: 'Grüße' },
    messageId: 'm1',
    correlationId: 'c1',
    subject: 'about',
    contentType: 'application/json',
    applicationProperties: { count: 3, name: 'x', flag: true },
  })

  const message = await receiveOne(client.createReceiver('plain'))

  expect(message).toMatchObject({
    body: { answer: 42, text: 'Grüße' },
    messageId: 'm1',
    correlationId: 'c1',
    subject: 'about',
    contentType: 'application/json',
    applicationProperties: { count: 3, name: 'x', flag: true },
    deliveryCount: 0,
    state: 'active',
  })
  expect(message.sequenceNumber?.toNumber()).toBe(1)
  expect(message.lockToken).toMatch(/^[0-9a-f-]{36}$/)
  expect(message.enqueuedTimeUtc?.getTime()).toBeGreaterThan(Date.now() - 5000)
  expect(message.lockedUntilUtc?.getTime()).toBeGreaterThan(Date.now() + 50_000)
})

test('the queues of the deployment can be used as they are written', async () => {
  const client = (await startBroker(...queues.queues)).connect()
  for (const { name } of queues.queues) {
    await client.createSender(name).sendMessages({ body: name, sessionId: 's' })
    expect(await drain(await client.acceptNextSession(name))).toEqual([name])
  }
})

test('messages of a batch and of single sends arrive in the order of sending', async () => {
  const client = (await startBroker(PLAIN)).connect()
  const sender = client.createSender('plain')
  await sender.sendMessages({ body: 1 })
  await sender.sendMessages([{ body: 2 }, { body: 3 }])
  const batch = await sender.createMessageBatch()
  for (const body of [4, 5]) batch.tryAddMessage({ body })
  await sender.sendMessages(batch)

  expect(await drain(client.createReceiver('plain'))).toEqual([1, 2, 3, 4, 5])
})

test('a batch with one message that the queue refuses leaves nothing behind', async () => {
  const broker = await startBroker(BY_SESSION)
  const sender = broker.connect().createSender('by-session')

  await expect(sender.sendMessages([{ body: 1, sessionId: 's' }, { body: 2 }])).rejects.toThrow(/SessionId was not set/)
  expect(broker.snapshot().messages).toEqual([])
})

test('a message without a session id is refused by a queue with sessions, and the sender goes on working', async () => {
  const broker = await startBroker(BY_SESSION)
  const sender = broker.connect().createSender('by-session')

  await expect(sender.sendMessages({ body: 1 })).rejects.toThrow(/InvalidOperationError: The SessionId was not set/)
  await sender.sendMessages({ body: 2, sessionId: 's' })
  expect(broker.snapshot().messages).toMatchObject([{ sessionId: 's', body: '2' }])
})

test('a message just below 256 KB is taken, and one above is refused with MessageSizeExceeded', async () => {
  const broker = await startBroker(PLAIN)
  const sender = broker.connect().createSender('plain')

  await sender.sendMessages({ body: Buffer.alloc(255 * 1024) })
  await expect(sender.sendMessages({ body: Buffer.alloc(256 * 1024) })).rejects.toMatchObject({
    code: 'MessageSizeExceeded',
  })
  expect(broker.snapshot().messages).toHaveLength(1)
  await sender.sendMessages({ body: 'after' })
  expect(broker.snapshot().messages).toHaveLength(2)
})

test('a batch object takes messages up to the size limit of the queue only', async () => {
  const broker = await startBroker({ ...PLAIN, maxMessageSizeInKilobytes: 64 })
  const sender = broker.connect().createSender('plain')
  const batch = await sender.createMessageBatch()
  let added = 0
  while (batch.tryAddMessage({ body: Buffer.alloc(10 * 1024) })) added += 1

  await sender.sendMessages(batch)
  expect(batch.maxSizeInBytes).toBe(64 * 1024)
  expect(broker.snapshot().messages).toHaveLength(added)
})

const ABSENT = ['MessagingEntityNotFound']

// A client that reads the refusal together with the attach takes the session for one that is locked:
// https://github.com/Azure/azure-sdk-for-js/issues/9775
test.each([
  ['send', ABSENT],
  ['receive', ABSENT],
  ['accept', [...ABSENT, 'SessionCannotBeLocked']],
  ['peek', ABSENT],
])('an unknown queue is not found (%s)', async (way, codes) => {
  const client = (await startBroker(PLAIN)).connect()
  const attempts: Record<string, () => Promise<unknown>> = {
    send: () => client.createSender('nowhere').sendMessages({ body: 1 }),
    receive: () => client.createReceiver('nowhere').receiveMessages(1, { maxWaitTimeInMs: 500 }),
    accept: () => client.acceptSession('nowhere', 's'),
    peek: () => client.createReceiver('nowhere').peekMessages(1),
  }

  await expect(attempts[way]?.()).rejects.toMatchObject({ code: expect.toBeOneOf(codes) })
})

test('a client with a wrong key cannot attach', async () => {
  const { connectionString } = await startBroker(PLAIN)
  const client = connect(connectionString.replace(/SharedAccessKey=[^;]*/, 'SharedAccessKey=wrong'))

  await expect(client.createSender('plain').sendMessages({ body: 1 })).rejects.toMatchObject({
    code: 'UnauthorizedAccess',
  })
})

test('a receiver in receive-and-delete mode takes messages away at once', async () => {
  const broker = await startBroker(PLAIN)
  const client = broker.connect()
  await client.createSender('plain').sendMessages([{ body: 1 }, { body: 2 }])
  const receiver = client.createReceiver('plain', { receiveMode: 'receiveAndDelete' })

  expect((await receiver.receiveMessages(2, { maxWaitTimeInMs: 500 })).map(({ body }) => body)).toEqual([1, 2])
  expect(broker.snapshot().messages).toEqual([])
})

test('three thousand messages go through one receiver that completes each', async () => {
  const broker = await startBroker(PLAIN)
  const client = broker.connect()
  const sender = client.createSender('plain')
  for (let sent = 0; sent < 3000; sent += 500)
    await sender.sendMessages(Array.from({ length: 500 }, (_, index) => ({ body: sent + index })))
  const receiver = client.createReceiver('plain')
  const got: unknown[] = []
  while (got.length < 3000) {
    const messages = await receiver.receiveMessages(500, { maxWaitTimeInMs: 1000 })
    got.push(...messages.map(({ body }) => body))
    await Promise.all(messages.map((message) => receiver.completeMessage(message)))
  }

  expect(got).toEqual(Array.from({ length: 3000 }, (_, index) => index))
  expect(broker.snapshot().messages).toEqual([])
})
