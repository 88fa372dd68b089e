import { createHash } from 'node:crypto'
import { ServiceBusClient } from '@azure/service-bus'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AZURITE_KEY } from '../../infra/local/azurite.ts'
import { FROM_OUTLOOK, traceWith } from '../../infra/local/demo/trace.ts'
import type { Mailbox } from '../../infra/local/microsoft365/mailbox/mailbox.ts'
import { type OtlpReceiver, startOtlpReceiver } from '../../infra/local/otlp/receiver.ts'
import { authorizeUrl, signIn } from '../../infra/local/sample-integrator.ts'
import { MICROSOFT_APP, SAMPLE } from '../../infra/local/settings.ts'
import { createVisitor } from '../../infra/local/visitor.ts'
import { type Random, systemRandom } from '../../shared/core/random.ts'
import { eventually } from '../support/eventually.ts'
import { dailySeries, oneHour } from '../support/graph-stand-in.ts'
import { findSecrets } from '../support/secret-scan.ts'
import { openTable, storedRows } from '../support/stored-rows.ts'
import { emptyWorld, firstPullDone, queueIsEmpty, type RunningSystem, startWholeSystem } from '../support/system.ts'

const PERSON = 'Zebulon Quackenbush'
const TEXTS = {
  subject: 'Fusion talks with Ærøskøbing Værft',
  'renamed subject': 'Merger called off quietly',
  'series subject': 'Weekly therapy appointment',
  body: 'The offer stands at eleven million kroner',
  place: 'Clinic behind the harbour, third floor',
  guest: 'Philippa Montgomery-Nkemelu',
  'guest address': 'philippa.montgomery@guests.example',
  'title of a wish': 'Handover of the blue ledger',
  'text of a wish': 'Nobody else may hear about the ledger',
  'guest of a wish': 'ottoline.brandt@guests.example',
  'id of a wish': 'case-file-8842-brandt',
  'overruled title': 'The ledger stays where it is',
}

const secrets = new Map<string, string>(Object.entries({ ...TEXTS, name: PERSON }))
const messages = new Map<string, Uint8Array>()
let system: RunningSystem
let collector: OtlpReceiver
let mailbox: Mailbox
let watch: NodeJS.Timeout

/** What Microsoft's side draws: every code, refresh token and id in it comes from here. */
const recording: Random = {
  bytes(length) {
    const drawn = systemRandom.bytes(length)
    if (length >= 32) secrets.set(`Microsoft token ${secrets.size}`, Buffer.from(drawn).toString('base64url'))
    return drawn
  },
}

/** Messages are gone once they are handled, so the broker is looked at all the time. */
function look(): void {
  const { messages: held, sessionStates } = system.serviceBus.snapshot()
  for (const { queue, sequenceNumber, encoded } of held) messages.set(`message ${sequenceNumber} of ${queue}`, encoded)
  for (const { sessionId, state } of sessionStates) messages.set(`state of session ${sessionId}`, state)
}

const places = async (): Promise<Map<string, Uint8Array>> =>
  new Map([
    ...(await storedRows(system.addresses.tables)),
    ...messages,
    ...collector.bodies.map((body, at): [string, Uint8Array] => [`span batch ${at}`, Buffer.from(body)]),
    ...system.lines.map((line, at): [string, Uint8Array] => [`log line ${at}: ${line}`, Buffer.from(line)]),
  ])

beforeAll(async () => {
  const world = emptyWorld(recording)
  const [tid = ''] = world.organisations.keys()
  const person = world.addPerson({ tid, displayName: PERSON })
  mailbox = world.mailboxOf(person.oid)
  collector = await startOtlpReceiver()
  const settings = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }
  system = await startWholeSystem({ world, settings })
  watch = setInterval(look, 2)

  mailbox.create({ ...oneHour(TEXTS.subject, tomorrow()), ...details() })
  mailbox.create({ ...dailySeries(TEXTS['series subject'], tomorrow(), 10), ...details() })
  const reader = await connect(person.userPrincipalName)
  secrets.set('address', person.userPrincipalName)
  secrets.set('person id', person.oid)
  secrets.set('head of every access token', await headOfTokens(person.oid))
  secrets.set("Microsoft's secret of ours", MICROSOFT_APP.clientSecret)
  secrets.set("integrator's secret", SAMPLE.secret)
  secrets.set('key of the storage account', AZURITE_KEY)
  await firstPullDone(reader)

  const summaries = async () => JSON.stringify((await reader.get('/v1/events?tzid=Etc/UTC')).body)
  expect(await summaries()).toContain(TEXTS.subject)
  expect(await summaries()).toContain(TEXTS['guest address'])
  const [single = '', series = ''] = mailbox.calendar().store.items.keys()
  mailbox.patch(single, { subject: TEXTS['renamed subject'] })
  await eventually('the change is answered', async () => (await summaries()).includes(TEXTS['renamed subject']))
  await wish(reader)
  mailbox.remove(single)
  mailbox.remove(series)
  await eventually('the deletions are answered', async () => (await summaries()).includes('"events":[]'))
  await queueIsEmpty(system)
})

afterAll(async () => {
  clearInterval(watch)
  await system.close()
  await collector.close()
})

describe('K9: after everything was used once,', () => {
  test('no row, message, log line or span holds content, a name, an address, a token or a secret', async () => {
    const all = await places()
    expect(findSecrets(all, secrets)).toEqual([])
    const kinds = ['row', 'message', 'log', 'span'].map(
      (kind) => [...all.keys()].filter((place) => place.startsWith(kind)).length,
    )
    expect(Math.min(...kinds)).toBeGreaterThan(2)
    expect([...secrets.keys()].filter((name) => name.startsWith('Microsoft token')).length).toBeGreaterThan(2)
  })

  test('the same search finds what is planted in a row, a message and a log line', async () => {
    const table = openTable(system.addresses.tables, 'accounts')
    const body = Buffer.from(`xy${TEXTS.body}`)
    await table.createEntity({ partitionKey: 'planted', rowKey: 'base64', text: body.toString('base64') })
    await table.createEntity({ partitionKey: 'planted', rowKey: 'utf-16', bytes: Buffer.from(TEXTS.place, 'utf16le') })
    const client = new ServiceBusClient(system.serviceBus.connectionString)
    await client.createSender('channel').sendMessages({ body: { name: PERSON }, sessionId: 'planted' })
    look()
    await client.close()
    const line = `{"subject":${JSON.stringify(TEXTS.subject)}}`
    const all = new Map(await places()).set('log line planted', Buffer.from(line))
    const found = findSecrets(all, secrets).map(({ place, secret, encoding }) => [
      place.split(' ')[0],
      secret,
      encoding,
    ])
    expect(found).toEqual([
      ['row', 'body', 'base64 at 2'],
      ['row', 'place', 'utf-16le'],
      ['message', 'name', 'plain'],
      ['log', 'subject', 'plain'],
    ])
  })
})

test('the Functions host sends its spans to a collector, those of one change as one trace', async () => {
  const hops = FROM_OUTLOOK.slice(0, FROM_OUTLOOK.indexOf('send channel'))
  await eventually('the trace of a change', () => traceWith(hops, collector.spans) !== undefined)
  const lines = system.lines.filter((line) => line.includes('"event":"calendar-pulled"'))
  expect(lines.length).toBeGreaterThan(2)
  // Spans are sent in the background, a second after they end.
  await eventually('the trace of every pull that the log tells of', () => {
    const traces = new Set(collector.spans.map(({ trace }) => trace))
    return lines.every((line) => traces.has(JSON.parse(line).trace ?? ''))
  })
})

/** An integrator's event is made, changed on both sides at once, refused once, and deleted. */
async function wish({ get, send }: Awaited<ReturnType<typeof connect>>): Promise<void> {
  const { body } = await get('/v1/calendars')
  const [calendar] = body['calendars'] as { calendar_id: string }[]
  const path = `/v1/calendars/${calendar?.calendar_id}/events`
  const wanted = (more: object) => ({
    event_id: TEXTS['id of a wish'],
    summary: TEXTS['title of a wish'],
    description: TEXTS['text of a wish'],
    start: `${tomorrow()}T09:00:00Z`,
    end: `${tomorrow()}T10:00:00Z`,
    attendees: { invite: [{ email: TEXTS['guest of a wish'] }] },
    ...more,
  })
  // It asks as seldom as a limit of 300 requests a minute wants.
  const settled = (action: string, state: string) =>
    eventually(`an action is ${state}`, async () => {
      await new Promise((resolve) => setTimeout(resolve, 300))
      return JSON.stringify((await get(action)).body).includes(`"${state}"`)
    })
  await settled(await send('POST', path, wanted({})), 'applied')
  const made = [...mailbox.calendar().store.items.values()].find((item) => item.transactionId !== undefined)
  mailbox.patch(made?.id ?? '', { subject: TEXTS['overruled title'] })
  const overruling = await send('POST', path, wanted({ summary: `${TEXTS['title of a wish']} 2` }))
  await settled(overruling, TEXTS['overruled title'])
  await settled(await send('POST', path, wanted({ summary: TEXTS['title of a wish'].repeat(20) })), 'rejected')
  await settled(await send('DELETE', path, { event_id: TEXTS['id of a wish'] }), 'applied')
}

const tomorrow = (): string => new Date(system.microsoft365.world.clock.now() + 86_400_000).toISOString().slice(0, 10)

const details = () => ({
  body: { contentType: 'text', content: TEXTS.body },
  location: { displayName: TEXTS.place },
  attendees: [{ emailAddress: { name: TEXTS.guest, address: TEXTS['guest address'] }, type: 'required' }],
})

/** Connects as `connectPerson` does, and keeps everything that passes by. */
async function connect(address: string) {
  const { sync } = system.addresses
  const verifier = Buffer.from(systemRandom.bytes(32)).toString('base64url')
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  const visitor = createVisitor()
  const back = await signIn(visitor, authorizeUrl(sync, challenge, 'state-of-sample'), address, SAMPLE.redirectUri)
  const code = back.url.searchParams.get('code') ?? ''
  const { clientId: client_id, secret: client_secret, redirectUri: redirect_uri } = SAMPLE
  const grant = {
    grant_type: 'authorization_code',
    client_id,
    client_secret,
    redirect_uri,
    code,
    code_verifier: verifier,
  }
  const answer = await fetch(`${sync}/oauth/token`, { method: 'POST', body: new URLSearchParams(grant) })
  const { access_token, refresh_token } = (await answer.json()) as { access_token: string; refresh_token: string }
  for (const [name, text] of Object.entries({ code, verifier, access_token, refresh_token })) secrets.set(name, text)
  return {
    async get(path: string) {
      const read = await fetch(`${sync}${path}`, { headers: { authorization: `Bearer ${access_token}` } })
      return { status: read.status, body: (await read.json()) as Record<string, unknown> }
    },
    async send(method: 'POST' | 'DELETE', path: string, body: object) {
      const headers = { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' }
      const sent = await fetch(`${sync}${path}`, { method, headers, body: JSON.stringify(body) })
      return new URL(sent.headers.get('location') ?? '').pathname
    },
  }
}

/** All access tokens of this stand-in begin alike, because one key signs them. */
async function headOfTokens(person: string): Promise<string> {
  const order = { method: 'POST', body: JSON.stringify({ person }) }
  const answer = await fetch(`${system.addresses.microsoft365}/_control/token`, order)
  return ((await answer.json()) as { token: string }).token.split('.')[0] ?? ''
}
