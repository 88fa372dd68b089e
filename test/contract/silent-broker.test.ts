import { describe, expect, onTestFinished, test } from 'vitest'
import { seconds } from '../../shared/core/time.ts'
import { createWaker } from '../../shared/messaging/service-bus.ts'
import { openLink } from '../chaos/link.ts'
import { createDice } from '../simulation/dice.ts'
import { startBroker } from '../support/service-bus.ts'

const WAKE_UP = { account: `acc_${'a'.repeat(22)}`, reason: 'notified' } as const

/** A broker behind a link, and a waker of the service that knows no other way to it. */
async function start() {
  const broker = await startBroker({ name: 'mailbox', requiresSession: true })
  const link = await openLink(broker.port, createDice(1))
  onTestFinished(() => link.close())
  const connectionString = broker.connectionString.replace(`:${broker.port};`, `:${link.port};`)
  const waker = createWaker({ connection: { connectionString }, clock: broker.clock })
  const held = () => broker.snapshot().messages.length

  async function refusedAfter(wait?: ReturnType<typeof seconds>): Promise<number> {
    const began = performance.now()
    await expect(waker.wake([WAKE_UP], wait)).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' })
    return performance.now() - began
  }
  return { link, waker, held, refusedAfter, clock: broker.clock }
}

/** What Graph waits for an answer of the webhook, in milliseconds. */
const GRAPH_WAITS = 3_000

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
    await expect.poll(() => link.open(), { timeout: 10_000 }).toBe(1)
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
    await expect.poll(isTaken, { timeout: 15_000, interval: 50 }).toBe(true)
    expect(link.counts.connections).toBe(1)
  })
})
