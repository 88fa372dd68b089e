import { beforeEach, expect, test } from 'vitest'
import { SAMPLE } from '../../infra/local/settings.ts'
import type { Entra } from '../../shared/accounts/ports.ts'
import { type FailureCode, SyncError } from '../../shared/core/errors.ts'
import { hours, minutes } from '../../shared/core/time.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { form } from '../support/oauth.ts'
import { linesOf, pass, type Reading, startReading } from '../support/reading.ts'
import { type ServiceFixture, startService } from '../support/service.ts'

let fixture: ServiceFixture
let anna: Reading
let bent: Reading
/** Whose tokens Microsoft refuses, and as what; `everybody` for all. */
let refusals: Map<string, FailureCode>
/** Whose token was asked for; with a bang where the one before was refused. */
let asked: string[]

beforeEach(async () => {
  refusals = new Map()
  asked = []
  fixture = await startService({ throughEntra: refusing })
  anna = await startReading(fixture, { singles: 5 })
  bent = await startReading(fixture, { singles: 5, seed: 2 })
  asked = []
})

const refusing = (entra: Entra): Entra => ({
  ...entra,
  async accessToken(tokenCache, isRefused) {
    const oid = tokenCache.split('.')[1] ?? ''
    asked.push(isRefused ? `${oid}!` : oid)
    const refusal = refusals.get(oid) ?? refusals.get('everybody')
    if (refusal !== undefined) throw new SyncError(refusal, 'Microsoft Entra ID refused')
    return entra.accessToken(tokenCache, isRefused)
  },
})

const change = ({ mailbox }: Reading, subject: string) => mailbox.create(oneHour(subject, '2026-11-20'))

async function profileOf(reading: Reading) {
  const { body } = await (await reading.reader()).get('/v1/profiles')
  const [profile] = body['profiles'] as { profile_connected: boolean; profile_relink_url?: string }[]
  return profile
}

const errors = () => fixture.logged.filter((line) => line.includes('"level":"error"'))

test('C3: a person whose consent was withdrawn has to reconnect, is asked once, and nobody else notices', async () => {
  refusals.set(anna.person.oid, 'RECONNECT_REQUIRED')
  change(anna, 'Missed for now')
  change(bent, 'Not missed')
  await fixture.deliver()
  await pass(fixture, hours(6))
  expect(asked.filter((oid) => oid === anna.person.oid)).toHaveLength(1)
  expect(linesOf(fixture, 'account-needs-reconnect')).toHaveLength(1)
  expect(await bent.shown()).toEqual(bent.actual())
  expect(errors()).toEqual([])
})

test('C3: when nobody wants an account any more that cannot be read, its tokens go too', async () => {
  refusals.set(anna.person.oid, 'RECONNECT_REQUIRED')
  change(anna, 'Missed')
  await fixture.deliver()
  const { body } = await (await anna.reader()).get('/v1/userinfo')
  const credentials = { client_id: SAMPLE.clientId, client_secret: SAMPLE.secret }
  await fixture.clock.advance(minutes(1))
  await fixture.service.oauth.revoke(form('/oauth/token/revoke', { ...credentials, sub: String(body['sub']) }))
  await fixture.settle()
  expect(linesOf(fixture, 'account-disconnected')).toHaveLength(1)
  await pass(fixture, hours(2))
  expect(asked.filter((oid) => oid === anna.person.oid)).toHaveLength(2)
})

test('C3: the profile says that it is not connected, and what was read before is still there', async () => {
  const before = await anna.shown()
  refusals.set(anna.person.oid, 'RECONNECT_REQUIRED')
  change(anna, 'Missed for now')
  await fixture.deliver()
  expect(await profileOf(anna)).toMatchObject({ profile_connected: false, profile_relink_url: expect.any(String) })
  expect(await anna.shown()).toEqual(before)
})

test('C3: reconnecting goes on where it stopped, with the same ids', async () => {
  const idsOf = async () => {
    const connection = await anna.reader()
    const [account, events] = [await connection.get('/v1/account'), await connection.get('/v1/events?tzid=Etc/UTC')]
    const listed = events.body['events'] as { event_uid: string }[]
    return { account: account.body, events: listed.map(({ event_uid }) => event_uid).sort() }
  }
  const before = await idsOf()
  refusals.set(anna.person.oid, 'RECONNECT_REQUIRED')
  change(anna, 'Made meanwhile')
  await fixture.deliver()
  await pass(fixture, hours(30), minutes(30))
  refusals.clear()
  await fixture.connect(anna.person)
  await fixture.settle()
  expect(await anna.shown()).toEqual(anna.actual())
  const after = await idsOf()
  expect(after.account).toEqual(before.account)
  expect(after.events).toEqual(expect.arrayContaining(before.events))
  change(anna, 'Told again')
  await fixture.deliver()
  expect(await anna.shown()).toEqual(anna.actual())
})

test('C3: what was told while the person had to reconnect is read as soon as they have', async () => {
  await pass(fixture, hours(3))
  refusals.set(anna.person.oid, 'RECONNECT_REQUIRED')
  change(anna, 'Told meanwhile')
  await fixture.deliver()
  refusals.clear()
  await fixture.connect(anna.person)
  await fixture.settle()
  expect(await anna.shown()).toEqual(anna.actual())
})

test('C3: while our own secret is refused nobody has to reconnect, Microsoft is asked seldom, and an alarm is raised', async () => {
  refusals.set('everybody', 'MICROSOFT_CREDENTIAL_REFUSED')
  for (const reading of [anna, bent]) change(reading, 'Missed for now')
  await fixture.deliver()
  await pass(fixture, hours(6))
  expect(linesOf(fixture, 'account-needs-reconnect')).toEqual([])
  expect(errors().length).toBeGreaterThan(2)
  expect(asked.length).toBeLessThan(60)
  refusals.clear()
  await pass(fixture, hours(1))
  for (const reading of [anna, bent]) {
    expect(await reading.shown()).toEqual(reading.actual())
    expect(await profileOf(reading)).toMatchObject({ profile_connected: true })
  }
})

test('a token that Graph refuses before its time is replaced at once, without anybody noticing', async () => {
  change(anna, 'Read with the second token')
  let isRefused = true
  fixture.intercept = () => {
    if (!isRefused) return undefined
    isRefused = false
    return Response.json({ error: { code: 'InvalidAuthenticationToken', message: '' } }, { status: 401 })
  }
  await fixture.deliver()
  expect(asked).toEqual([anna.person.oid, `${anna.person.oid}!`])
  expect(await anna.shown()).toEqual(anna.actual())
  expect(linesOf(fixture, 'mailbox-left-alone')).toEqual([])
})

test('a mailbox that refuses every token is left alone for longer and longer, and stays connected', async () => {
  change(anna, 'Missed for now')
  fixture.intercept = () =>
    Response.json({ error: { code: 'InvalidAuthenticationToken', message: '' } }, { status: 401 })
  await fixture.deliver()
  await pass(fixture, hours(3))
  expect(linesOf(fixture, 'mailbox-left-alone').length).toBeLessThan(30)
  fixture.intercept = () => undefined
  await pass(fixture, hours(2))
  expect(await anna.shown()).toEqual(anna.actual())
})
