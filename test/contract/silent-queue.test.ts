import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { type DurationMs, epochMs } from '../../shared/core/time.ts'
import { createWaker } from '../../shared/messaging/service-bus.ts'

/** Takes connections and never says anything. */
async function silentPort(): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => sockets.add(socket)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

test('W6: a queue that takes the connection and does not answer is given up before Graph gives us up', async () => {
  const waited: DurationMs[] = []
  const sleep = async (duration: DurationMs) => void waited.push(duration)
  const connectionString = `Endpoint=sb://127.0.0.1:${await silentPort()};SharedAccessKeyName=a;SharedAccessKey=b;UseDevelopmentEmulator=true;`
  const waker = createWaker({ connection: { connectionString }, clock: { now: () => epochMs(0), sleep } })
  const sent = waker.wake([{ account: `acc_${'a'.repeat(22)}`, reason: 'notified' }])
  await expect(sent).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' })
  expect(waited).toHaveLength(1)
  expect(waited[0]).toBeLessThan(3_000)
})
