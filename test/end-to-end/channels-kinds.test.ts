import { beforeEach, expect, test } from 'vitest'
import { SAMPLE } from '../../infra/local/settings.ts'
import type { Entra } from '../../shared/accounts/ports.ts'
import { SyncError } from '../../shared/core/errors.ts'
import { days, hours, minutes, seconds } from '../../shared/core/time.ts'
import type { ChannelWaker } from '../../shared/messaging/channel-wake.ts'
import { CALLBACK, listed, openChannel, startChannels, told } from '../support/channels.ts'
import { lastAccount, leftOf, untilErased } from '../support/erasing.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { form } from '../support/oauth.ts'
import { linesOf, pass } from '../support/reading.ts'
import { type ServiceFixture, startService } from '../support/service.ts'
import { WireNotification } from '../support/wire-notification.ts'
import { startWriting, type Writing } from '../support/writing.ts'

let writing: Writing
let fixture: ServiceFixture
let isRefused: boolean
let isQueueAway: boolean

beforeEach(async () => {
  isRefused = false
  isQueueAway = false
  writing = await startChannels(startService({ throughEntra, throughChannelWaker }))
  fixture = writing.fixture
})

const throughEntra = (entra: Entra): Entra => ({
  ...entra,
  accessToken: (...given) =>
    isRefused ? Promise.reject(new SyncError('RECONNECT_REQUIRED', 'consent is gone')) : entra.accessToken(...given),
})

const throughChannelWaker = (waker: ChannelWaker): ChannelWaker => ({
  wake: (...given) =>
    isQueueAway ? Promise.reject(new SyncError('QUEUE_UNAVAILABLE', 'the queue is away')) : waker.wake(...given),
})

const last = () => WireNotification.parse(JSON.parse(fixture.receivers.received.at(-1)?.text ?? '')).notification
const change = (subject: string) => writing.mailbox.create(oneHour(subject, '2026-11-23'))

test('a person whose consent is gone is told once, and changes are told again after the person has come back', async () => {
  await openChannel(writing)
  isRefused = true
  change('Not read')
  expect(await told(fixture)).toEqual(['profile_disconnected'])
  await pass(fixture, hours(3), minutes(30))
  expect(fixture.receivers.taken()).toEqual([])
  isRefused = false
  await fixture.connect(writing.person)
  expect(await told(fixture)).toEqual(['change'])
  isRefused = true
  change('Not read either')
  expect(await told(fixture)).toEqual(['profile_disconnected'])
  const ids = fixture.receivers.received.map(({ headers }) => headers['webhook-id'])
  expect(new Set(ids).size).toBe(ids.length)
})

test('a disconnected profile is told within the hour although the wake-up was lost and nobody reads the account', async () => {
  await openChannel(writing)
  isRefused = true
  isQueueAway = true
  change('Not read')
  expect(await told(fixture)).toEqual([])
  isQueueAway = false
  await pass(fixture, hours(1), minutes(5))
  expect(fixture.receivers.taken()).toEqual(['profile_disconnected'])
  await pass(fixture, hours(3), minutes(30))
  // What is left is tomorrow's look whether an integrator still may use the account.
  const [plan, ...others] = fixture.tables.rows('schedule').map(({ rowKey }) => Number(rowKey.split('.')[0]))
  expect(others).toEqual([])
  expect(plan).toBeGreaterThan(fixture.clock.now())
  expect(plan).toBeLessThanOrEqual(fixture.clock.now() + days(1))
})

test('the end of the first pull is told to a channel that was there before, and to no other', async () => {
  const fresh = await startWriting(startService(), 'Bo Lind')
  expect(fresh.fixture.receivers.taken()).toEqual([])
  const later = await startService()
  const [organisation] = later.world.organisations.values()
  const person = later.world.addPerson({ tid: organisation?.tid ?? '', displayName: 'Eva Dam' })
  const connection = await later.connect(person)
  const answer = await connection.send('POST', '/v1/channels', { callback_url: CALLBACK })
  expect(answer.status).toBe(200)
  await later.settle()
  expect(await told(later)).toEqual(['verification', 'profile_initial_sync_completed'])
  expect(await told(later)).toEqual([])
  await openChannel(writing)
  expect(await told(fixture)).toEqual([])
})

test('an event that comes into the window is a change, and for who asks for it a notice of its own', async () => {
  await openChannel(writing)
  const own = 'https://fa.example/roll'
  await openChannel(writing, { callback_url: own, notification_types: ['window_roll'] })
  writing.mailbox.create({
    subject: 'Far away',
    start: { dateTime: writing.at(203, '09:00').slice(0, -1), timeZone: 'UTC' },
    end: { dateTime: writing.at(203, '10:00').slice(0, -1), timeZone: 'UTC' },
  })
  expect(await told(fixture)).toEqual([])
  await pass(fixture, days(4), minutes(30))
  const sent = fixture.receivers.received.slice(-2)
  expect(new Map(sent.map(({ url, notification }) => [url, notification.type]))).toEqual(
    new Map([
      [CALLBACK, 'change'],
      [own, 'window_roll'],
    ]),
  )
  expect(sent.find(({ url }) => url === own)?.notification).toMatchObject({ events: 1 })
  const { changes_since } = sent.find(({ url }) => url === own)?.notification ?? {}
  expect((await writing.read(`last_modified=${changes_since}`)).map(({ summary }) => summary)).toEqual(['Far away'])
})

test('a write that failed is told to who asks for it, with the reason and the address of its outcome', async () => {
  await openChannel(writing)
  await openChannel(writing, { callback_url: 'https://fa.example/writes', notification_types: ['event_write_failed'] })
  const sent = await writing.upsert(writing.meeting({ summary: 'x'.repeat(1024) }))
  expect(await told(fixture)).toEqual(['event_write_failed'])
  expect(await writing.outcome(sent)).toMatchObject({ state: 'rejected' })
  expect(last()).toMatchObject({
    writes: [{ event_id: 'fa-1', reason: expect.any(String), url: expect.stringContaining(sent.action) }],
  })
  expect(await told(fixture)).toEqual([])
})

test('a channel ends with the access it was made with, and says so when there is access again', async () => {
  await openChannel(writing)
  const { body } = await writing.get('/v1/userinfo')
  const credentials = { client_id: SAMPLE.clientId, client_secret: SAMPLE.secret, sub: String(body['sub']) }
  await fixture.service.oauth.revoke(form('/oauth/token/revoke', credentials))
  change('Not theirs any more')
  expect(await told(fixture)).toEqual([])
  const again = await fixture.connect(writing.person)
  await fixture.settle()
  await fixture.clock.advance(seconds(10))
  await fixture.settle()
  expect(fixture.receivers.taken()).toEqual([])
  const answer = await again.get('/v1/channels')
  expect(answer.body['channels']).toMatchObject([{ status: 'closed', closed_reason: 'not_granted' }])
})

test('a channel ends when the person connects again and allows less than it tells', async () => {
  await openChannel(writing)
  await openChannel(writing, { callback_url: 'https://fa.example/own', filters: { only_managed: true } })
  const credentials = { client_id: SAMPLE.clientId, client_secret: SAMPLE.secret }
  const { body } = await writing.get('/v1/userinfo')
  await fixture.service.oauth.revoke(form('/oauth/token/revoke', { ...credentials, sub: String(body['sub']) }))
  const again = await fixture.connect(writing.person, SAMPLE, 'create_event')
  await fixture.settle()
  change('Not theirs any more')
  expect(await told(fixture)).toEqual([])
  expect((await again.get('/v1/channels')).body['channels']).toMatchObject([
    { status: 'closed', closed_reason: 'not_granted' },
    { status: 'active' },
  ])
})

test('X3: with two active secrets a notification is signed with both', async () => {
  await openChannel(writing)
  const { secret, ...client } = SAMPLE
  await fixture.service.oauth.integrators.register({
    clientId: client.clientId,
    name: 'Sample',
    secrets: [secret.replace('0001', '0003'), secret],
    redirectUris: [client.redirectUri],
    scopes: ['read_events', 'create_event'],
    pkce: 'required',
    permission: 'sandbox',
  })
  change('Signed twice')
  expect(await told(fixture)).toEqual(['change'])
  expect(fixture.receivers.received.at(-1)?.headers['Cronofy-HMAC-SHA256']).toMatch(/^[\w+/]{43}=,[\w+/]{43}=$/)
  expect(fixture.receivers.received.at(-1)?.headers['webhook-signature']).toMatch(/^v1,\S+ v1,\S+$/)
  expect(await listed(writing)).toMatchObject([{ status: 'active' }])
})

test('K1: an erasure waits for no channel of an integrator that cannot be read', async () => {
  await openChannel(writing)
  const account = lastAccount(fixture)
  const rows = fixture.tables.rows('oauth').filter(({ rowKey }) => rowKey.startsWith('integrator-'))
  for (const { properties, ...row } of rows)
    fixture.tables.overwrite('oauth', { ...row, properties: { ...properties, b0: new Uint8Array(200) } })
  await fixture.service.erasure.begin(account, 'person')
  await untilErased(fixture)
  expect(leftOf(fixture, account)).toEqual([])
  expect(linesOf(fixture, 'channel-not-told')).toMatchObject([{ account, code: 'ROW_CORRUPT' }])
})
