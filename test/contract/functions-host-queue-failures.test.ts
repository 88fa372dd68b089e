import { ServiceBusClient } from '@azure/service-bus'
import { expect, onTestFinished, test, vi } from 'vitest'
import { startFunctionsHost } from '../../infra/local/functions-host/start-functions-host.ts'
import { startServiceBus } from '../../infra/local/service-bus/start.ts'
import { systemClock } from '../../shared/core/time.ts'
import { type AppSources, buildApp } from '../support/built-app.ts'

const QUEUES = [{ name: 'work', requiresSession: true, lockDuration: 'PT0.3S' }, { name: 'plain' }]
const startBus = (port = 0) => startServiceBus({ port, queues: QUEUES, clock: systemClock })

const listen = (name: string, options: string, wait = 0) =>
  `app.serviceBusQueue('${name}', { connection: 'Bus', queueName: '${name}', ${options} handler: async (message, context) => {
    context.log('${name} got ' + message)
    await new Promise((resolve) => setTimeout(resolve, ${wait} / context.triggerMetadata.deliveryCount))
  } })`
const WORK = (wait = 0) => listen('work', 'isSessionsEnabled: true,', wait)
const ALL = { work: WORK(), plain: listen('plain', '') }

async function startHost(sources: AppSources, connectionString: string) {
  const app = await buildApp(sources)
  const lines: string[] = []
  const host = await startFunctionsHost({
    appDirectory: app.directory,
    port: 0,
    environment: { Bus: connectionString },
    masterKey: 'key',
    write: (line) => lines.push(line),
  })
  onTestFinished(async () => {
    await host.close()
    await app[Symbol.asyncDispose]()
  })
  return { host, lines }
}

async function send(connectionString: string, body: string, queues: readonly { name: string }[] = QUEUES) {
  const client = new ServiceBusClient(connectionString)
  for (const { name } of queues) await client.createSender(name).sendMessages({ body, sessionId: 's' })
  await client.close()
}

const soon = { timeout: 30_000, interval: 10 }

test('queues are served again after the broker was away, and the outage is a few lines in the log', async () => {
  const first = await startBus()
  const { lines } = await startHost({ functions: ALL }, first.connectionString)
  const allGot = (body: string) => {
    const expected = QUEUES.map(({ name }) => `${name} got ${body}`)
    return vi.waitFor(() => expect(lines).toEqual(expect.arrayContaining(expected)), soon)
  }
  await send(first.connectionString, 'before')
  await allGot('before')
  await first.close()
  await vi.waitFor(() => expect(lines.join()).toContain('queue-not-received'), soon)
  const second = await startBus(first.port)
  onTestFinished(() => second.close())
  await send(second.connectionString, 'after')
  await allGot('after')
  expect(lines.filter((line) => line.includes('queue-not-received')).length).toBeLessThan(10)
}, 240_000)

test('a host whose broker is away ends all the same', async () => {
  const bus = await startBus()
  const { host, lines } = await startHost({ functions: ALL }, bus.connectionString)
  await bus.close()
  await vi.waitFor(() => expect(lines.join()).toContain('queue-not-received'), soon)
  await host.close()
}, 240_000)

test('work that outlives the lock of its session is done again, and the log tells that it was not settled', async () => {
  const bus = await startBus()
  onTestFinished(() => bus.close())
  const extensions = { serviceBus: { maxAutoLockRenewalDuration: '00:00:00' } }
  const { lines } = await startHost({ functions: { work: WORK(800) }, host: { extensions } }, bus.connectionString)
  await send(bus.connectionString, 'long', QUEUES.slice(0, 1))
  await vi.waitFor(() => expect(bus.snapshot().messages).toEqual([]), soon)
  expect(lines.filter((line) => line === 'work got long').length).toBeGreaterThanOrEqual(2)
  const unsettled = lines.find((line) => line.includes('message-not-settled'))
  expect(unsettled).toBeDefined()
  expect(JSON.parse(unsettled ?? '{}')).toMatchObject({ function: 'work', code: expect.stringContaining('Lost') })
})
