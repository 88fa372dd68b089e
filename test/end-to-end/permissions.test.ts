import { beforeEach, expect, test } from 'vitest'
import { SAMPLE } from '../../infra/local/settings.ts'
import { hours, minutes } from '../../shared/core/time.ts'
import { type Client, type Connection, registerClient } from '../support/authorization.ts'
import { lastAccount, leftOf, untilErased } from '../support/erasing.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { form } from '../support/oauth.ts'
import { createVisitor } from '../support/oauth-browser.ts'
import { pass, type Reading, startReading } from '../support/reading.ts'
import { type ServiceFixture, startService } from '../support/service.ts'

/** An integrator that may change what it created, unless a person allows it more. */
const CAREFUL: Client = { ...SAMPLE, clientId: 'careful', secret: SAMPLE.secret.replace('0001', '0003') }

let fixture: ServiceFixture
let reading: Reading
let connection: Connection

beforeEach(async () => {
  fixture = await startService()
  await registerClient(fixture.service, CAREFUL, 'sandbox')
  reading = await startReading(fixture, { singles: 2 })
  reading.mailbox.addCalendar({ name: 'Projects' })
  await pass(fixture, hours(1))
  connection = await fixture.connect(reading.person, CAREFUL)
  reading.mailbox.create(oneHour('Not theirs', '2026-11-20'))
  await fixture.deliver()
})

async function calendars() {
  const { body } = await connection.get('/v1/calendars')
  return body['calendars'] as { calendar_id: string; calendar_primary: boolean; permission_level: string }[]
}

async function foreignEvent() {
  const { body } = await connection.get('/v1/events?tzid=Etc/UTC')
  const events = body['events'] as { event_uid: string; summary: string; calendar_id: string }[]
  const found = events.find(({ summary }) => summary === 'Not theirs')
  return found ?? { event_uid: '', calendar_id: '' }
}

async function askFor(calendar: string): Promise<string> {
  const { body } = await connection.send('POST', '/v1/permissions', {
    permissions: [{ calendar_id: calendar, permission_level: 'unrestricted' }],
    redirect_uri: CAREFUL.redirectUri,
  })
  return (body['permissions_request'] as { url: string }).url
}

async function allow(url: string): Promise<URL | undefined> {
  const visitor = createVisitor(fixture.service.oauth, () => reading.person.oid)
  const question = await visitor.press(await visitor.open(url), 'continue')
  return (await visitor.press(question, 'continue')).left
}

const rename = async () => {
  const { event_uid, calendar_id } = await foreignEvent()
  return connection.send('POST', `/v1/calendars/${calendar_id}/events`, { event_uid, summary: 'Renamed' })
}

test('an integrator changes events it did not create once the person allows it for their calendar', async () => {
  expect(await rename()).toMatchObject({ status: 403, body: { error: 'EVENT_NOT_OWN' } })
  const left = await allow(await askFor((await foreignEvent()).calendar_id))
  expect(left?.href.startsWith(CAREFUL.redirectUri)).toBe(true)
  expect(await rename()).toMatchObject({ status: 202 })
  await fixture.settle()
  expect(reading.actual().join()).toContain('Renamed')
})

test('a permission for one calendar says nothing about another, and is told for each', async () => {
  const other = (await calendars()).find(({ calendar_primary }) => !calendar_primary)
  await allow(await askFor(other?.calendar_id ?? ''))
  expect(await rename()).toMatchObject({ status: 403 })
  const levels = (await calendars()).map(({ calendar_primary, permission_level }) => [
    calendar_primary,
    permission_level,
  ])
  expect(levels.sort()).toEqual([
    [false, 'unrestricted'],
    [true, 'sandbox'],
  ])
})

test('a link that asks for more connects nobody again who has erased everything since', async () => {
  const url = await askFor((await foreignEvent()).calendar_id)
  const account = lastAccount(fixture)
  await fixture.service.erasure.begin(account, 'person')
  await untilErased(fixture)
  const visitor = createVisitor(fixture.service.oauth, () => reading.person.oid)
  const { status, body } = await visitor.press(await visitor.open(url), 'continue')
  expect([status, body]).toEqual([400, expect.stringContaining('This link is no longer good')])
  expect(leftOf(fixture, account)).toEqual([])
})

test('O9 scope/tenant: another integrator of the same person has no part in a permission', async () => {
  const another = { ...CAREFUL, clientId: 'other', secret: CAREFUL.secret.toUpperCase() }
  await registerClient(fixture.service, another, 'sandbox')
  const other = await fixture.connect(reading.person, another)
  const { event_uid, calendar_id } = await foreignEvent()
  await allow(await askFor(calendar_id))
  const asked = await other.send('DELETE', `/v1/calendars/${calendar_id}/events`, { event_uid })
  expect(asked).toMatchObject({ status: 403 })
})

test('a removed integrator is not let in any more, and its people are disconnected within the hour', async () => {
  const { oauth } = fixture.service
  await oauth.revoke(
    form('/oauth/token/revoke', { client_id: SAMPLE.clientId, client_secret: SAMPLE.secret, sub: await sub() }),
  )
  await oauth.integrators.remove(CAREFUL.clientId)
  await fixture.clock.advance(minutes(1))
  expect((await connection.get('/v1/account')).status).toBe(401)
  await fixture.clock.advance(hours(1))
  await fixture.service.wakeDue()
  await fixture.settle()
  expect(fixture.graph.subscriptions.list()).toEqual([])
})

const sub = async () => String((await connection.get('/v1/userinfo')).body['sub'])
