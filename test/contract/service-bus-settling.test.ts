import { expect, test } from 'vitest'
import { drain, receiveAll, receiveOne, startBroker } from '../support/service-bus.ts'

const PLAIN = { name: 'q' }
const BY_SESSION = { name: 'q', requiresSession: true }

test('a completed message is gone, and a message in somebody’s hands is not given to another', async () => {
  const broker = await startBroker(PLAIN)
  const client = broker.connect()
  await client.createSender('q').sendMessages([{ body: 1 }, { body: 2 }])
  const [one, other] = [client.createReceiver('q'), client.createReceiver('q')]

  const first = await receiveOne(one)
  expect(await drain(other)).toEqual([2])
  await one.completeMessage(first)
  expect(broker.snapshot().messages).toEqual([])
})

test('an abandoned message comes next, before what was behind it, with one delivery more', async () => {
  const client = (await startBroker(BY_SESSION)).connect()
  await client.createSender('q').sendMessages([1, 2, 3].map((body) => ({ body, sessionId: 's' })))
  const session = await client.acceptSession('q', 's')
  await session.abandonMessage(await receiveOne(session), { tried: 'once' })

  const all = await receiveAll(session)
  expect(all.map(({ body, deliveryCount }) => [body, deliveryCount])).toEqual([
    [1, 1],
    [2, 0],
    [3, 0],
  ])
  expect(all[0]?.applicationProperties).toEqual({ tried: 'once' })
})

test('a message lock that ends counts as a delivery, and the late receiver has lost it', async () => {
  const broker = await startBroker(PLAIN)
  const client = broker.connect()
  await client.createSender('q').sendMessages({ body: 1 })
  const slow = client.createReceiver('q', { maxAutoLockRenewalDurationInMs: 0 })
  const message = await receiveOne(slow)
  broker.clock.forward(60_001)

  await expect(slow.completeMessage(message)).rejects.toMatchObject({ code: 'MessageLockLost' })
  const other = client.createReceiver('q')
  const again = await receiveOne(other)
  expect(again.deliveryCount).toBe(1)
  await other.completeMessage(again)
  expect(broker.snapshot().messages).toEqual([])
})

test('a renewed message lock outlives the lock duration', async () => {
  const broker = await startBroker(PLAIN)
  const client = broker.connect()
  await client.createSender('q').sendMessages({ body: 1 })
  const receiver = client.createReceiver('q', { maxAutoLockRenewalDurationInMs: 0 })
  const message = await receiveOne(receiver)
  for (let round = 0; round < 4; round += 1) {
    broker.clock.forward(40_000)
    await receiver.renewMessageLock(message)
  }

  await receiver.completeMessage(message)
  expect(broker.snapshot().messages).toEqual([])
})

test('after its last delivery an abandoned message is dead-lettered with the reason', async () => {
  const broker = await startBroker({ ...BY_SESSION, maxDeliveryCount: 3 })
  const client = broker.connect()
  await client.createSender('q').sendMessages([1, 2].map((body) => ({ body, sessionId: 's' })))
  const session = await client.acceptSession('q', 's')
  for (const count of [0, 1, 2]) {
    const message = await receiveOne(session)
    expect([message.body, message.deliveryCount]).toEqual([1, count])
    await session.abandonMessage(message)
  }

  expect(await drain(session)).toEqual([2])
  expect(broker.snapshot().messages).toMatchObject([{ state: 'dead-lettered', body: '1', sessionId: 's' }])
  const dead = await receiveOne(client.createReceiver('q', { subQueueType: 'deadLetter' }))
  expect(dead).toMatchObject({ body: 1, sessionId: 's', deadLetterReason: 'MaxDeliveryCountExceeded' })
  expect(dead.deadLetterErrorDescription).toMatch(/after 3 delivery attempts/)
})

test('a session lock that ends often enough dead-letters what it held', async () => {
  const broker = await startBroker({ ...BY_SESSION, maxDeliveryCount: 1, lockDuration: 'PT1S' })
  const client = broker.connect()
  await client.createSender('q').sendMessages([1, 2].map((body) => ({ body, sessionId: 's' })))
  await receiveOne(await client.acceptSession('q', 's', { maxAutoLockRenewalDurationInMs: 0 }))

  expect(await drain(await client.acceptNextSession('q'))).toEqual([2])
  expect(broker.snapshot().messages).toMatchObject([{ state: 'dead-lettered', body: '1' }])
})

test('a dead-lettered message carries the reason, the description and the changed properties', async () => {
  const broker = await startBroker(BY_SESSION)
  const client = broker.connect()
  await client.createSender('q').sendMessages({ body: 1, sessionId: 's', applicationProperties: { a: 1, b: 1 } })
  const session = await client.acceptSession('q', 's')
  await session.deadLetterMessage(await receiveOne(session), {
    deadLetterReason: 'bad',
    deadLetterErrorDescription: 'could not be read',
    b: 2,
  })
  expect(await drain(session)).toEqual([])

  const dead = client.createReceiver('q', { subQueueType: 'deadLetter' })
  const message = await receiveOne(dead)
  expect(message).toMatchObject({ deadLetterReason: 'bad', deadLetterErrorDescription: 'could not be read' })
  expect(message.applicationProperties).toMatchObject({ a: 1, b: 2 })
  await dead.completeMessage(message)
  expect(broker.snapshot().messages).toEqual([])
})

test('a dead letter can be looked at and abandoned as often as one likes', async () => {
  const broker = await startBroker({ ...PLAIN, maxDeliveryCount: 1 })
  const client = broker.connect()
  await client.createSender('q').sendMessages({ body: 1 })
  const receiver = client.createReceiver('q')
  await receiver.abandonMessage(await receiveOne(receiver))
  const dead = client.createReceiver('q', { subQueueType: 'deadLetter' })

  expect(await dead.peekMessages(5)).toHaveLength(1)
  for (let round = 0; round < 3; round += 1) await dead.abandonMessage(await receiveOne(dead))
  expect(broker.snapshot().messages).toMatchObject([{ state: 'dead-lettered' }])
})

test('nobody can send to a dead-letter queue', async () => {
  const client = (await startBroker(PLAIN)).connect()

  await expect(client.createSender('q/$deadletterqueue').sendMessages({ body: 1 })).rejects.toThrow(/cannot be sent/)
})

test('a deferred message is passed over until it is asked for by its number', async () => {
  const broker = await startBroker(BY_SESSION)
  const client = broker.connect()
  await client.createSender('q').sendMessages([1, 2].map((body) => ({ body, sessionId: 's' })))
  const session = await client.acceptSession('q', 's')
  const first = await receiveOne(session)
  await session.deferMessage(first)
  expect(await drain(session)).toEqual([2])

  const [deferred] = await session.receiveDeferredMessages(first.sequenceNumber ? [first.sequenceNumber] : [])
  expect(deferred).toMatchObject({ body: 1, state: 'deferred' })
  if (deferred) await session.completeMessage(deferred)
  expect(broker.snapshot().messages).toEqual([])
})

test('an abandoned deferred message stays deferred, and one that is not deferred is not found', async () => {
  const client = (await startBroker(PLAIN)).connect()
  await client.createSender('q').sendMessages([{ body: 1 }, { body: 2 }])
  const receiver = client.createReceiver('q')
  const [first, second] = await receiver.receiveMessages(2, { maxWaitTimeInMs: 1000 })
  if (!first?.sequenceNumber || !second?.sequenceNumber) throw new Error('two messages were sent')
  await receiver.deferMessage(first)
  const [deferred] = await receiver.receiveDeferredMessages(first.sequenceNumber)
  if (!deferred) throw new Error('one message was deferred')
  await expect(receiver.receiveDeferredMessages(first.sequenceNumber)).rejects.toMatchObject({
    code: 'MessageNotFound',
  })
  await receiver.abandonMessage(deferred)

  const [again] = await receiver.receiveDeferredMessages(first.sequenceNumber)
  expect(again).toMatchObject({ body: 1, state: 'deferred', deliveryCount: 1 })
  await expect(receiver.receiveDeferredMessages(second.sequenceNumber)).rejects.toMatchObject({
    code: 'MessageNotFound',
  })
})

test('a deferred message in a session needs the session’s lock', async () => {
  const broker = await startBroker(BY_SESSION)
  const client = broker.connect()
  await client.createSender('q').sendMessages([{ body: 1, sessionId: 'a' }])
  const session = await client.acceptSession('q', 'a')
  const message = await receiveOne(session)
  await session.deferMessage(message)
  await session.close()
  const other = await client.acceptSession('q', 'b')

  if (!message.sequenceNumber) throw new Error('every message has a number')
  await expect(other.receiveDeferredMessages(message.sequenceNumber)).rejects.toMatchObject({ code: 'SessionLockLost' })
})
