import { ServiceBusClient, type ServiceBusMessage } from '@azure/service-bus'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { type FunctionsHost, startFunctionsHost } from '../../infra/local/functions-host/start-functions-host.ts'
import { type ServiceBus, startServiceBus } from '../../infra/local/service-bus/start.ts'
import { systemClock } from '../../shared/core/time.ts'
import { type BuiltApp, buildApp } from '../support/built-app.ts'

const queue = (name: string, options: string, body: string) =>
  `app.serviceBusQueue('${name}', { connection: 'Bus', queueName: '${name}', ${options}, handler: async (message, context) => {
    const tell = (what, facts) => context.log('${name} ' + JSON.stringify({ what, ...facts }))
    ${body}
  } })`

/** Tells what it got and when it ends, and does what the message says. */
const OBEY = `
  const metadata = context.triggerMetadata
  tell('begin', { message, metadata })
  if (message.wait) await new Promise((resolve) => setTimeout(resolve, message.wait))
  if (message.fail && metadata.deliveryCount <= message.fail) throw new Error('told to fail')
  tell('end', { session: metadata.sessionId, text: message.text })`
interface Told {
  what: string
  session?: string
  text?: string
  message: { text: string }
  metadata: Record<string, unknown>
}

const lines: string[] = []
const told = (name: string, what: string): Told[] =>
  lines
    .filter((line) => line.startsWith(`${name} `))
    .map((line): Told => JSON.parse(line.slice(name.length + 1)))
    .filter((entry) => entry.what === what)
const soon = { timeout: 30_000, interval: 10 }

let bus: ServiceBus
let client: ServiceBusClient
let built: BuiltApp
let host: FunctionsHost

beforeAll(async () => {
  const queues = [
    { name: 'sessions', requiresSession: true, lockDuration: 'PT2S' },
    { name: 'plain', maxDeliveryCount: 2 },
  ]
  bus = await startServiceBus({ port: 0, queues, clock: systemClock })
  client = new ServiceBusClient(bus.connectionString)
  built = await buildApp({
    host: { extensions: { serviceBus: { maxConcurrentSessions: 2, sessionIdleTimeout: '00:00:01' } } },
    functions: {
      sessions: queue('sessions', 'isSessionsEnabled: true', OBEY),
      many: queue('many', `isSessionsEnabled: true, cardinality: 'many'`, ''),
      plain: queue('plain', `cardinality: 'one'`, OBEY),
      'no-connection': `app.serviceBusQueue('no-connection', { connection: 'NoSuchSetting', queueName: 'q', handler: () => undefined })`,
    },
  })
  host = await startFunctionsHost({
    appDirectory: built.directory,
    port: 0,
    environment: { Bus: bus.connectionString },
    masterKey: 'key',
    write: (line) => lines.push(line),
  })
})
afterAll(async () => {
  await host.close()
  await client.close()
  await bus.close()
  await built[Symbol.asyncDispose]()
})
beforeEach(() => {
  lines.length = 0
})

async function send(queueName: string, ...messages: ServiceBusMessage[]): Promise<void> {
  const sender = client.createSender(queueName)
  await sender.sendMessages(messages)
  await sender.close()
}

const message = (sessionId: string, text: string, more: object = {}): ServiceBusMessage => ({
  body: { text, ...more },
  sessionId,
})

const held = (queueName: string) => bus.snapshot().messages.filter((one) => one.queue === queueName)
const nothingIsHeld = () => vi.waitFor(() => expect(bus.snapshot().messages).toEqual([]), soon)
const waitFor = (name: string, what: string, count: number) =>
  vi.waitFor(() => expect(told(name, what)).toHaveLength(count), soon)

test('a message reaches its function once, parsed, with its metadata, and is then gone', async () => {
  await send('sessions', { ...message('anna', 'hello'), messageId: 'm-1', applicationProperties: { reason: 'test' } })
  await waitFor('sessions', 'end', 1)
  const [begun] = told('sessions', 'begin')
  expect(begun?.message).toEqual({ text: 'hello' })
  expect(begun?.metadata).toMatchObject({
    messageId: 'm-1',
    sessionId: 'anna',
    deliveryCount: 1,
    sequenceNumber: expect.any(Number),
    applicationProperties: { reason: 'test' },
  })
  expect(Math.abs(Date.parse(String(begun?.metadata['enqueuedTimeUtc'])) - Date.now())).toBeLessThan(60_000)
  await nothingIsHeld()
})

test('messages of one session run one after the other in order, those of two sessions side by side', async () => {
  await send('sessions', message('anna', '1', { wait: 200 }), message('anna', '2'), message('bob', '3', { wait: 200 }))
  await waitFor('sessions', 'end', 3)
  const order = lines.filter((line) => line.startsWith('sessions ')).map((line) => JSON.parse(line.slice(9)))
  expect(order.slice(0, 2).map(({ what }) => what)).toEqual(['begin', 'begin'])
  const ofAnna = order.filter((one) => (one.session ?? one.metadata.sessionId) === 'anna')
  expect(ofAnna.map(({ what, text, message: got }) => `${what} ${text ?? got.text}`)).toEqual([
    'begin 1',
    'end 1',
    'begin 2',
    'end 2',
  ])
})

test('a session waits while as many sessions as host.json allows are being served, until one is idle', async () => {
  await send('sessions', message('a', 'a'), message('b', 'b'), message('c', 'c'))
  await waitFor('sessions', 'end', 3)
  const [first, , third] = told('sessions', 'end').map(({ session }) => session)
  expect(first).not.toBe(third)
})

test('a message whose function throws comes again with a higher delivery count', async () => {
  await send('sessions', message('anna', 'again', { fail: 1 }))
  await waitFor('sessions', 'end', 1)
  expect(told('sessions', 'begin').map(({ metadata }) => metadata['deliveryCount'])).toEqual([1, 2])
  await nothingIsHeld()
})

test('the lock of a session is renewed while its function runs', async () => {
  await send('sessions', message('slow', 'long', { wait: 3000 }))
  await waitFor('sessions', 'end', 1)
  await nothingIsHeld()
  expect(told('sessions', 'begin')).toHaveLength(1)
  expect(lines.some((line) => line.includes('message-not-settled'))).toBe(false)
})

test('a queue without sessions delivers side by side, and gives up after the allowed deliveries', async () => {
  await send(
    'plain',
    { body: { text: 'slow', wait: 200 } },
    { body: { text: 'fast' } },
    { body: { text: 'bad', fail: 9 } },
  )
  await waitFor('plain', 'end', 2)
  expect(told('plain', 'end').map(({ text }) => text)).toEqual(['fast', 'slow'])
  await vi.waitFor(
    () => expect(held('plain')).toMatchObject([{ state: 'dead-lettered', body: '{"text":"bad","fail":9}' }]),
    soon,
  )
  expect(told('plain', 'begin').filter(({ message: { text } }) => text === 'bad')).toHaveLength(2)
})

test('the administration endpoint runs a queue function with the given text for a message', async () => {
  const body = JSON.stringify({ input: '{"text":"by hand"}' })
  const headers = { 'x-functions-key': 'key' }
  const answer = await fetch(`${host.url}/admin/functions/sessions`, { method: 'POST', headers, body })
  expect(answer.status).toBe(202)
  await waitFor('sessions', 'end', 1)
  expect(told('sessions', 'begin')[0]?.message).toEqual({ text: 'by hand' })
})

test('a connection setting that is missing, or many messages at once, is a failure of that function only', () => {
  expect(host.failures).toEqual([
    { source: 'many', reason: expect.stringContaining('cardinality') },
    { source: 'no-connection', reason: expect.stringContaining('NoSuchSetting') },
  ])
})
