import { expect, test } from 'vitest'
import { drain, receiveAll, receiveOne, startBroker } from '../support/service-bus.ts'

const PLAIN = { name: 'q' }
const BY_SESSION = { name: 'q', requiresSession: true }
const soon = (milliseconds: number) => new Date(Date.now() + milliseconds)

test('a scheduled message is invisible before its time, and then stands behind what came before', async () => {
  const broker = await startBroker(BY_SESSION)
  const client = broker.connect()
  const sender = client.createSender('q')
  await sender.scheduleMessages({ body: 'later', sessionId: 's' }, soon(30_000))
  await sender.sendMessages({ body: 'now', sessionId: 's' })
  const session = await client.acceptSession('q', 's')
  expect(await drain(session)).toEqual(['now'])
  broker.clock.forward(30_000)
  await sender.sendMessages({ body: 'after', sessionId: 's' })

  const messages = await receiveAll(session)
  expect(messages.map(({ body, sequenceNumber }) => [body, sequenceNumber?.toNumber()])).toEqual([
    ['later', 3],
    ['after', 4],
  ])
})

test('a scheduled message that becomes due wakes a receiver that waits for any session', async () => {
  const client = (await startBroker(BY_SESSION)).connect()
  await client.createSender('q').scheduleMessages({ body: 1, sessionId: 's' }, soon(200))

  expect((await client.acceptNextSession('q')).sessionId).toBe('s')
})

test('a message sent with a time to be enqueued at is scheduled too', async () => {
  const broker = await startBroker(PLAIN)
  const sender = broker.connect().createSender('q')
  await sender.sendMessages({ body: 1, scheduledEnqueueTimeUtc: soon(30_000) })
  expect(broker.snapshot().messages).toMatchObject([{ state: 'scheduled' }])
  broker.clock.forward(30_000)
  await sender.sendMessages({ body: 2, scheduledEnqueueTimeUtc: soon(-1000) })

  expect(broker.snapshot().messages).toMatchObject([{ state: 'active' }, { state: 'active' }])
})

test('a cancelled message never comes, and cannot be cancelled twice', async () => {
  const broker = await startBroker(PLAIN)
  const client = broker.connect()
  const sender = client.createSender('q')
  const [first, second] = await sender.scheduleMessages([{ body: 1 }, { body: 2 }], soon(30_000))
  if (!first || !second) throw new Error('two messages were scheduled')
  await sender.cancelScheduledMessages(first)

  await expect(sender.cancelScheduledMessages([second, first])).rejects.toMatchObject({ code: 'MessageNotFound' })
  broker.clock.forward(30_000)
  await sender.sendMessages({ body: 3 })
  expect(await drain(client.createReceiver('q'))).toEqual([2, 3])
})

test('scheduling without a session id is refused by a queue with sessions', async () => {
  const client = (await startBroker(BY_SESSION)).connect()

  await expect(client.createSender('q').scheduleMessages({ body: 1 }, soon(100))).rejects.toThrow(/SessionId/)
})

test('peeking shows active, locked, deferred and scheduled messages and locks none', async () => {
  const client = (await startBroker(PLAIN)).connect()
  const sender = client.createSender('q')
  await sender.sendMessages([{ body: 'deferred' }, { body: 'locked' }, { body: 'active' }])
  await sender.scheduleMessages({ body: 'scheduled' }, soon(60_000))
  const receiver = client.createReceiver('q')
  const [first] = await receiver.receiveMessages(2, { maxWaitTimeInMs: 1000 })
  if (first) await receiver.deferMessage(first)

  const seen = await client.createReceiver('q').peekMessages(10)
  expect(seen.map(({ body, state }) => [body, state])).toEqual([
    ['deferred', 'deferred'],
    ['locked', 'active'],
    ['active', 'active'],
    ['scheduled', 'scheduled'],
  ])
  expect(await drain(receiver)).toEqual(['active'])
})

test('peeking goes on where it stopped, and a session receiver sees its session only', async () => {
  const client = (await startBroker(BY_SESSION)).connect()
  await client.createSender('q').sendMessages([1, 2, 3, 4].map((body) => ({ body, sessionId: body === 2 ? 'b' : 'a' })))
  const session = await client.acceptSession('q', 'a')

  expect((await session.peekMessages(2)).map(({ body }) => body)).toEqual([1, 3])
  expect((await session.peekMessages(2)).map(({ body }) => body)).toEqual([4])
  expect(await session.peekMessages(2)).toEqual([])
})

test('a second message with the same id within the window is dropped, although its sending succeeds', async () => {
  const broker = await startBroker({
    ...PLAIN,
    requiresDuplicateDetection: true,
    duplicateDetectionHistoryTimeWindow: 'PT30S',
  })
  const client = broker.connect()
  const sender = client.createSender('q')
  await sender.sendMessages({ body: 1, messageId: 'same' })
  expect(await drain(client.createReceiver('q'))).toEqual([1])
  await sender.sendMessages([
    { body: 2, messageId: 'same' },
    { body: 3, messageId: 'other' },
  ])
  broker.clock.forward(31_000)
  await sender.sendMessages({ body: 4, messageId: 'same' })

  expect(broker.snapshot().messages.map(({ body }) => body)).toEqual(['3', '4'])
})

test('a scheduled message counts for duplicate detection from the moment it is scheduled', async () => {
  const broker = await startBroker({ ...PLAIN, requiresDuplicateDetection: true })
  const sender = broker.connect().createSender('q')
  await sender.scheduleMessages({ body: 'first', messageId: 'same' }, soon(60_000))
  await sender.sendMessages({ body: 'second', messageId: 'same' })

  expect(broker.snapshot().messages).toMatchObject([{ state: 'scheduled', body: '"first"' }])
})

test('messages with the same id both come when the queue does not look for duplicates', async () => {
  const client = (await startBroker(PLAIN)).connect()
  await client.createSender('q').sendMessages([1, 2].map((body) => ({ body, messageId: 'same' })))

  expect(await drain(client.createReceiver('q'))).toEqual([1, 2])
})

test('a message that is too old is not delivered, and is dead-lettered where the queue says so', async () => {
  const broker = await startBroker(
    { name: 'dropping', defaultMessageTimeToLive: 'P14D' },
    { name: 'keeping', defaultMessageTimeToLive: 'PT20M', deadLetteringOnMessageExpiration: true },
  )
  const client = broker.connect()
  await client.createSender('dropping').sendMessages([{ body: 1, timeToLive: 60_000 }, { body: 2 }])
  await client.createSender('keeping').sendMessages([{ body: 3 }])
  broker.clock.forward(30 * 60_000)

  expect(await drain(client.createReceiver('dropping'))).toEqual([2])
  expect(await receiveAll(client.createReceiver('keeping'))).toEqual([])
  const dead = await receiveOne(client.createReceiver('keeping', { subQueueType: 'deadLetter' }))
  expect(dead).toMatchObject({ body: 3, deadLetterReason: 'TTLExpiredException' })
})

test('a connection can ask for more than two thousand things', async () => {
  const broker = await startBroker(PLAIN)
  const sender = broker.connect().createSender('q')
  for (let asked = 0; asked < 2_100; asked += 100)
    await Promise.all(Array.from({ length: 100 }, () => sender.scheduleMessages({ body: 1 }, soon(30_000))))
  expect(broker.snapshot().messages).toHaveLength(2_100)
})
