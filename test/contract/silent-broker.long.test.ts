import { describe, expect, onTestFinished, test } from 'vitest'
import { seconds } from '../../shared/core/time.ts'
import { createDeadLetters } from '../../shared/messaging/dead-letters.ts'
import { createQueues } from '../../shared/messaging/queues.ts'
import { createWaker } from '../../shared/messaging/service-bus.ts'
import { openLink } from '../chaos/link.ts'
import { createDice } from '../support/dice.ts'
import { startBroker } from '../support/service-bus.ts'

const WAKE_UP = { account: `acc_${'a'.repeat(22)}`, reason: 'notified' } as const

/** A broker behind a link, and a waker of the service that knows no other way to it. */
async function start() {
  const broker = await startBroker(...['mailbox', 'channel'].map((name) => ({ name, requiresSession: true })))
  const link = await openLink(broker.port, createDice(1))
  onTestFinished(() => link.close())
  const connectionString = broker.connectionString.replace(`:${broker.port};`, `:${link.port};`)
  const connection = { connectionString }
  const waker = createWaker({ connection, clock: broker.clock })
  const asked = {
    deadLetters: createDeadLetters(connection, broker.clock),
    queues: createQueues(connection, broker.clock),
  }
  const held = () => broker.snapshot().messages.length

  async function refusedAfter(wait?: ReturnType<typeof seconds>): Promise<number> {
    const began = performance.now()
    await expect(waker.wake([WAKE_UP], wait)).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' })
    return performance.now() - began
  }
  return { link, waker, asked, held, refusedAfter, clock: broker.clock }
}

describe('an operator who asks a broker that takes connections and says nothing', () => {
  test.each([
    { what: 'the dead letters', ask: ({ deadLetters }: Asked) => deadLetters.list() },
    { what: 'what is in the queues', ask: ({ queues }: Asked) => queues.loads() },
    { what: 'for the dead letters to be handled again', ask: ({ queues }: Asked) => queues.replay() },
  ])(
    '$what hears so within five seconds, is answered once it speaks, and leaves no connection open',
    async ({ ask }) => {
      const { link, asked } = await start()
      link.set({ isSilent: true })
      const began = performance.now()
      const failure = { code: 'QUEUE_UNAVAILABLE', message: 'the queue does not answer' }
      await expect(ask(asked)).rejects.toMatchObject(failure)
      expect(performance.now() - began).toBeLessThan(5_000)
      link.set({})
      await expect(ask(asked)).resolves.toBeInstanceOf(Array)
      await expect.poll(() => link.open(), { timeout: 30_000 }).toBe(0)
    },
  )
})

/** What Graph waits for an answer of the webhook, in milliseconds. */
const GRAPH_WAITS = 3_000

type Asked = Awaited<ReturnType<typeof start>>['asked']

describe('W6: a broker that takes connections and says nothing', () => {
  test('is given up before Graph gives up on us, and used again once it speaks', async () => {
    const { link, waker, held, refusedAfter } = await start()
    link.set({ isSilent: true })
    expect(await refusedAfter()).toBeLessThan(GRAPH_WAITS)
    expect(await refusedAfter(seconds(10))).toBeLessThan(GRAPH_WAITS)
    link.set({})
    await waker.wake([WAKE_UP])
    expect(held()).toBeGreaterThan(0)
  })

  test('while a connection is open is given up as soon, and after a while that connection is', async () => {
    const { link, waker, refusedAfter, clock } = await start()
    await waker.wake([WAKE_UP])
    link.set({ isSilent: true })
    expect(await refusedAfter()).toBeLessThan(GRAPH_WAITS)
    clock.forward(seconds(11))
    expect(await refusedAfter()).toBeLessThan(GRAPH_WAITS)
    link.set({})
    await waker.wake([WAKE_UP])
    expect(link.counts.connections).toBe(2)
    await expect.poll(() => link.open(), { timeout: 30_000 }).toBe(1)
  })

  test('leaves one connection open once it speaks, however often it was asked in vain', async () => {
    const { link, waker, refusedAfter, clock } = await start()
    link.set({ isSilent: true })
    await Promise.all([refusedAfter(seconds(10)), refusedAfter()])
    await refusedAfter(seconds(10))
    clock.forward(seconds(11))
    await refusedAfter(seconds(10))
    link.set({})
    await waker.wake([WAKE_UP])
    await waker.wake([WAKE_UP], seconds(10))
    await expect.poll(() => link.open(), { timeout: 30_000 }).toBe(1)
  })

  test('so slowly that no call can wait for the connection is reached by a later call', async () => {
    const { link, waker, refusedAfter } = await start()
    link.set({ delayMs: 400 })
    expect(await refusedAfter()).toBeLessThan(GRAPH_WAITS)
    const isTaken = () =>
      waker.wake([WAKE_UP]).then(
        () => true,
        () => false,
      )
    await expect.poll(isTaken, { timeout: 30_000, interval: 50 }).toBe(true)
    expect(link.counts.connections).toBe(1)
  })
})
