import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Mailbox } from '../../infra/local/microsoft365/mailbox/mailbox.ts'
import { connectPerson, type SampleIntegrator } from '../../infra/local/sample-integrator.ts'
import { SAMPLE } from '../../infra/local/settings.ts'
import { hmacOf } from '../../shared/channels/sign.ts'
import { later, minutes, systemClock } from '../../shared/core/time.ts'
import { eventually } from '../support/eventually.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { emptyWorld, firstPullDone, queueIsEmpty, type RunningSystem, startWholeSystem } from '../support/system.ts'

interface Received {
  readonly headers: Record<string, string>
  readonly text: string
  readonly type: string
  readonly since: string
}

let system: RunningSystem
let client: SampleIntegrator
let mailbox: Mailbox
let receiver: Server
let status = 200
const received: Received[] = []

beforeAll(async () => {
  const world = emptyWorld()
  const [tid = ''] = world.organisations.keys()
  const person = world.addPerson({ tid, displayName: 'Anna Holm' })
  mailbox = world.mailboxOf(person.oid)
  system = await startWholeSystem({ world })
  client = await connectPerson(system.addresses.sync, person.userPrincipalName)
  await firstPullDone(client)
  await queueIsEmpty(system)
  receiver = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString()
    const { notification } = JSON.parse(text) as { notification: { type: string; changes_since?: string } }
    const headers = request.headers as Record<string, string>
    received.push({ headers, text, type: notification.type, since: notification.changes_since ?? '' })
    response.writeHead(status).end()
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  receiver.close()
  await system.close()
})

const tomorrow = () => new Date(later(systemClock.now(), minutes(24 * 60))).toISOString().slice(0, 10)
const types = () => received.map(({ type }) => type)
const callback = () => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/notified`

test('a change in Outlook reaches an integrator’s receiver over HTTP, signed in both ways', async () => {
  const body = { callback_url: callback() }
  expect(await client.send('POST', '/v1/channels', body)).toMatchObject({ status: 200 })
  await eventually('the channel is verified', () => types().includes('verification'))
  expect(received[0]?.headers['traceparent']).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
  mailbox.create(oneHour('Told', tomorrow()))
  await eventually('the change is told', () => types().includes('change'))
  const { headers = {}, text = '', since = '' } = received.at(-1) ?? {}
  expect(headers['cronofy-hmac-sha256']).toBe(hmacOf(text, SAMPLE.secret))
  expect(new Webhook(SAMPLE.secret, { format: 'raw' }).verify(text, headers)).toEqual(JSON.parse(text))
  expect((await client.events({ last_modified: since })).map(({ summary }) => summary)).toEqual(['Told'])
})

test('a receiver that fails is asked again five seconds later, and is listed as failing until it answers', async () => {
  status = 500
  received.length = 0
  mailbox.create(oneHour('Told at the second try', tomorrow()))
  await eventually('the first try', () => types().length > 0)
  const state = async () => {
    const { body } = await client.get('/v1/channels')
    return (body['channels'] as { status: string }[]).map((one) => one.status)
  }
  await eventually('the channel is failing', async () => (await state())[0] === 'failing')
  status = 200
  await eventually('the second try', () => types().length > 1)
  await eventually('the channel is active', async () => (await state())[0] === 'active')
  expect(received[1]?.headers['webhook-id']).toBe(received[0]?.headers['webhook-id'])
})

test('X1: the service connects to no address of this machine that the setting does not name', async () => {
  const { port } = receiver.address() as AddressInfo
  for (const host of ['[::1]', '0.0.0.0', '127.0.0.2', '[::ffff:127.0.0.1]'])
    expect((await client.send('POST', '/v1/channels', { callback_url: `http://${host}:${port}/` })).status).toBe(422)
})
