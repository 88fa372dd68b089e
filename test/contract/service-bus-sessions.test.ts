import { expect, test } from 'vitest'
import { drain, receiveAll, receiveOne, startBroker } from '../support/service-bus.ts'

const QUEUE = { name: 'q', requiresSession: true }

test('a session hands out its own messages only, in order', async () => {
  const client = (await startBroker(QUEUE)).connect()
  const sender = client.createSender('q')
  for (const body of [1, 2, 3]) await sender.sendMessages({ body, sessionId: body === 2 ? 'other' : 's' })

  const session = await client.acceptSession('q', 's')
  expect(session.sessionId).toBe('s')
  expect(session.sessionLockedUntilUtc.getTime()).toBeGreaterThan(Date.now() + 50_000)
  expect(await drain(session)).toEqual([1, 3])
})

test('the next session is the one that has had messages for the longest time', async () => {
  const client = (await startBroker(QUEUE)).connect()
  const sender = client.createSender('q')
  for (const sessionId of ['a', 'b', 'c']) await sender.sendMessages({ body: sessionId, sessionId })

  const first = await client.acceptNextSession('q')
  const second = await client.acceptNextSession('q')
  await first.close()
  const third = await client.acceptNextSession('q')
  const fourth = await client.acceptNextSession('q')
  expect([first, second, third, fourth].map(({ sessionId }) => sessionId)).toEqual(['a', 'b', 'c', 'a'])
})

test('a session that another receiver has cannot be locked, and can be once it is closed', async () => {
  const broker = await startBroker(QUEUE)
  const first = await broker.connect().acceptSession('q', 's')
  const other = broker.connect()

  await expect(other.acceptSession('q', 's')).rejects.toMatchObject({ code: 'SessionCannotBeLocked' })
  await first.close()
  expect((await other.acceptSession('q', 's')).sessionId).toBe('s')
})

test('accepting the next session waits until a message comes', async () => {
  const client = (await startBroker(QUEUE)).connect()
  const accepting = client.acceptNextSession('q')
  await client.createSender('q').sendMessages({ body: 1, sessionId: 's' })

  const session = await accepting
  expect(session.sessionId).toBe('s')
  expect(await drain(session)).toEqual([1])
})

test('accepting the next session waits until a locked session is given back', async () => {
  const client = (await startBroker(QUEUE)).connect()
  await client.createSender('q').sendMessages({ body: 1, sessionId: 's' })
  const first = await client.acceptNextSession('q')
  const accepting = client.acceptNextSession('q')
  await first.close()

  expect((await accepting).sessionId).toBe('s')
})

test('waiting receivers get sessions in the order in which they came', async () => {
  const broker = await startBroker(QUEUE)
  const [one, two] = [broker.connect(), broker.connect()]
  const first = one.acceptNextSession('q')
  // The sender's attach on the same connection comes behind the first wait.
  const sender = one.createSender('q')
  await sender.createMessageBatch()
  const second = two.acceptNextSession('q')
  await two.createSender('q').createMessageBatch()
  for (const sessionId of ['a', 'b']) await sender.sendMessages({ body: 1, sessionId })

  expect((await first).sessionId).toBe('a')
  expect((await second).sessionId).toBe('b')
})

test('accepting the next session times out with ServiceTimeout when none has messages', async () => {
  const broker = await startBroker(QUEUE)
  const client = broker.connect({ patienceMs: 300 })
  const began = Date.now()

  await expect(client.acceptNextSession('q')).rejects.toMatchObject({ code: 'ServiceTimeout' })
  expect(Date.now() - began).toBeGreaterThanOrEqual(280)
  await broker.connect().createSender('q').sendMessages({ body: 1, sessionId: 's' })
  expect((await client.acceptNextSession('q')).sessionId).toBe('s')
})

test('a receiver that left while it waited gets no session', async () => {
  const broker = await startBroker(QUEUE)
  const leaving = broker.connect()
  const accepting = leaving.acceptNextSession('q').catch((error: unknown) => error)
  await leaving.createSender('q').createMessageBatch()
  await leaving.close()
  const client = broker.connect()
  await client.createSender('q').sendMessages({ body: 1, sessionId: 's' })

  expect(await accepting).toBeInstanceOf(Error)
  expect((await client.acceptSession('q', 's')).sessionId).toBe('s')
})

test('a renewed session lock outlives the lock duration', async () => {
  const broker = await startBroker(QUEUE)
  const client = broker.connect()
  await client.createSender('q').sendMessages({ body: 1, sessionId: 's' })
  const session = await client.acceptSession('q', 's', { maxAutoLockRenewalDurationInMs: 0 })
  const message = await receiveOne(session)
  const before = session.sessionLockedUntilUtc
  for (let round = 0; round < 4; round += 1) {
    broker.clock.forward(40_000)
    await session.renewSessionLock()
  }

  expect(session.sessionLockedUntilUtc.getTime()).toBeGreaterThan(before.getTime() + 150_000)
  await session.completeMessage(message)
  expect(broker.snapshot().messages).toEqual([])
})

test('a session lock that ends counts as a delivery of what was not settled, and frees the session', async () => {
  const broker = await startBroker(QUEUE)
  const client = broker.connect()
  await client.createSender('q').sendMessages([1, 2].map((body) => ({ body, sessionId: 's' })))
  const lost = await client.acceptSession('q', 's', { maxAutoLockRenewalDurationInMs: 0 })
  const message = await receiveOne(lost)
  broker.clock.forward(60_001)

  await expect(lost.renewSessionLock()).rejects.toMatchObject({ code: 'SessionLockLost' })
  const next = await client.acceptNextSession('q')
  const again = await receiveAll(next)
  expect(again.map(({ body, deliveryCount }) => [body, deliveryCount])).toEqual([
    [1, 1],
    [2, 0],
  ])
  await expect(lost.completeMessage(message)).rejects.toMatchObject({ code: 'SessionLockLost' })
})

test('a session closed without settling does not count as a delivery', async () => {
  const client = (await startBroker(QUEUE)).connect()
  await client.createSender('q').sendMessages([1, 2, 3].map((body) => ({ body, sessionId: 's' })))
  const first = await client.acceptSession('q', 's')
  expect(await receiveAll(first)).toHaveLength(3)
  await first.close()

  const again = await receiveAll(await client.acceptNextSession('q'))
  expect(again.map(({ body, deliveryCount }) => [body, deliveryCount])).toEqual([
    [1, 0],
    [2, 0],
    [3, 0],
  ])
})

test('a message that comes while the session is locked reaches the receiver that has it', async () => {
  const client = (await startBroker(QUEUE)).connect()
  const session = await client.acceptSession('q', 's')
  const got: unknown[] = []
  const both = new Promise<void>((resolve, reject) => {
    const processMessage = async ({ body }: { body: unknown }) => {
      if (got.push(body) === 2) resolve()
    }
    session.subscribe({ processMessage, processError: async ({ error }) => reject(error) })
  })
  const sender = client.createSender('q')
  for (const body of [1, 2]) await sender.sendMessages({ body, sessionId: 's' })

  await both
  expect(got).toEqual([1, 2])
})

test('session state stays with the session and can be replaced', async () => {
  const broker = await startBroker(QUEUE)
  const client = broker.connect()
  const first = await client.acceptSession('q', 's')
  expect(await first.getSessionState()).toBeNull()
  await first.setSessionState({ step: 2 })
  await first.close()
  expect(broker.snapshot().sessionStates).toMatchObject([{ queue: 'q', sessionId: 's' }])

  const second = await client.acceptSession('q', 's')
  expect(await second.getSessionState()).toEqual({ step: 2 })
  await second.setSessionState({ step: 3 })
  expect(await second.getSessionState()).toEqual({ step: 3 })
})

test('a queue with sessions takes no receiver without one, and a queue without takes no session receiver', async () => {
  const client = (await startBroker(QUEUE, { name: 'plain' })).connect()

  await expect(client.createReceiver('q').receiveMessages(1, { maxWaitTimeInMs: 500 })).rejects.toThrow(
    /requires sessions/,
  )
  await expect(client.acceptSession('plain', 's')).rejects.toThrow(/SessionCannotBeLocked|does not require sessions/i)
})
