import { once } from 'node:events'
import { connect as open } from 'node:net'
import rhea from 'rhea'
import { expect, onTestFinished, test } from 'vitest'
import { openLink } from '../chaos/link.ts'
import { createDice } from '../support/dice.ts'
import { connect, drain, receiveAll, receiveOne, startBroker, startCable } from '../support/service-bus.ts'

const BY_SESSION = { name: 'q', requiresSession: true }

test('a connection cut under a session frees it at once and counts no delivery', async () => {
  const broker = await startBroker(BY_SESSION)
  const steady = broker.connect()
  await steady.createSender('q').sendMessages([1, 2].map((body) => ({ body, sessionId: 's' })))
  const cable = await startCable(broker.connectionString)
  const doomed = await connect(cable.connectionString).acceptSession('q', 's')
  expect(await receiveAll(doomed)).toHaveLength(2)
  const accepting = steady.acceptNextSession('q')
  cable.cut()

  const again = await receiveAll(await accepting)
  expect(again.map(({ body, deliveryCount }) => [body, deliveryCount])).toEqual([
    [1, 0],
    [2, 0],
  ])
})

test('a connection cut while it waits for a session gets none', async () => {
  const broker = await startBroker(BY_SESSION)
  const cable = await startCable(broker.connectionString)
  const doomed = connect(cable.connectionString)
  const accepting = doomed.acceptNextSession('q').catch((error: unknown) => error)
  await doomed.createSender('q').createMessageBatch()
  cable.cut()
  expect(await accepting).toBeInstanceOf(Error)
  const client = broker.connect()
  await client.createSender('q').sendMessages({ body: 1, sessionId: 's' })

  expect((await client.acceptNextSession('q')).sessionId).toBe('s')
})

test('a message held over a cut connection without sessions comes again when its lock has ended', async () => {
  const broker = await startBroker({ name: 'q' })
  const steady = broker.connect()
  await steady.createSender('q').sendMessages({ body: 1 })
  const cable = await startCable(broker.connectionString)
  await receiveOne(connect(cable.connectionString).createReceiver('q', { maxAutoLockRenewalDurationInMs: 0 }))
  cable.cut()
  const receiver = steady.createReceiver('q')

  expect(await receiveAll(receiver)).toEqual([])
  broker.clock.forward(60_001)
  await steady.createSender('q').sendMessages({ body: 2 })
  const again = await receiveAll(receiver)
  expect(again.map(({ body, deliveryCount }) => [body, deliveryCount])).toEqual([
    [1, 1],
    [2, 0],
  ])
})

test('a client finds its way back after its connection was cut', async () => {
  const broker = await startBroker(BY_SESSION)
  const cable = await startCable(broker.connectionString)
  const client = connect(cable.connectionString, { patienceMs: 500 })
  const sender = client.createSender('q')
  await sender.sendMessages({ body: 1, sessionId: 's' })
  cable.cut()
  await expect
    .poll(
      () =>
        sender.sendMessages({ body: 2, sessionId: 's' }).then(
          () => 'sent',
          () => 'failed',
        ),
      { timeout: 5000 },
    )
    .toBe('sent')

  const bodies = await drain(await client.acceptNextSession('q'))
  expect(bodies).toContain(1)
  expect(bodies).toContain(2)
})

test('bytes that are no AMQP end only their own connection', async () => {
  const broker = await startBroker(BY_SESSION)
  const socket = open(broker.port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\n\r\n'))
  await new Promise((resolve) => socket.on('close', resolve).on('error', resolve).resume())
  const client = broker.connect()
  await client.createSender('q').sendMessages({ body: 1, sessionId: 's' })

  expect((await client.acceptNextSession('q')).sessionId).toBe('s')
})

test('a detach that comes after the end of its session leaves the connection to the others', async () => {
  const broker = await startBroker(BY_SESSION)
  const link = await openLink(broker.port, createDice(1))
  onTestFinished(() => link.close())
  const connection = rhea.create_container().connect({ port: link.port, host: '127.0.0.1', reconnect: false })
  onTestFinished(() => connection.close())
  await once(connection, 'connection_open')
  const session = connection.create_session()
  session.begin()
  const receiver = session.open_receiver('$cbs')
  await once(connection, 'receiver_open')
  // What the client library does when the answer to an attach crosses the end of a session that it no longer wants.
  link.set({ delayMs: 100 })
  session.close()
  setTimeout(() => receiver.close(), 50)
  await once(connection, 'session_close')
  connection.create_session().begin()

  const next = await Promise.race([once(connection, 'session_open'), once(connection, 'disconnected')])
  expect(next[0].session?.is_open()).toBe(true)
})
