import { beforeEach, expect, test } from 'vitest'
import { SAMPLE } from '../../infra/local/settings.ts'
import { SyncError } from '../../shared/core/errors.ts'
import { minutes } from '../../shared/core/time.ts'
import { type Connection, PLANNER } from '../support/authorization.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { actsIn, fieldsBehind, type MeVisitor, textOf, visitMe } from '../support/me.ts'
import { linesOf, type Reading, startReading } from '../support/reading.ts'
import { type ServiceFixture, startService } from '../support/service.ts'

const [SAMPLE_NAME, PLANNER_NAME] = [`Integrator ${SAMPLE.clientId}`, `Integrator ${PLANNER.clientId}`]

let fixture: ServiceFixture
let reading: Reading
let planner: Connection
let anna: MeVisitor

beforeEach(async () => {
  fixture = await startService()
  reading = await startReading(fixture, { singles: 3, displayName: 'Anna Holm' })
  planner = await fixture.connect(reading.person, PLANNER, 'read_free_busy')
  await fixture.settle()
  await fixture.clock.advance(minutes(1))
  anna = await visitMe(fixture.service, reading.person)
})

const statusOf = async (connection: Connection) => (await connection.get('/v1/userinfo')).status

/** Somebody of the same organisation. */
const another = (displayName: string) =>
  fixture.world.addPerson({ tid: reading.person.tid, displayName, alias: displayName.toLowerCase().replace(' ', '.') })

test('whoever is not signed in is asked to, and is told nothing', async () => {
  const nobody = await visitMe(fixture.service)
  const { status, body } = await nobody.open()
  expect(status).toBe(200)
  expect(body).toContain('href="/me/sign-in"')
  expect(body).not.toContain('Anna')
  for (const path of ['/me/erase', '/me/export.json', '/me/export.ics'])
    expect(await nobody.open(path)).toMatchObject({ status: 303, headers: { location: '/me' } })
})

test('a person sees their account, calendars, and who may do what since when', async () => {
  const { body } = await anna.open()
  for (const text of ['Anna Holm', 'Connected and up to date', '3 events', 'Microsoft tells us of changes'])
    expect(body).toContain(text)
  expect(body).toContain(SAMPLE_NAME)
  expect(body).toContain('See your events')
  expect(body).toContain(PLANNER_NAME)
  expect(body).toContain('See when you are free or busy')
  expect(await actsIn(anna)).toContain('signed-in')
})

test('somebody without an account reads that nothing is stored, and nothing is', async () => {
  const before = fixture.tables.rows('accounts').length
  const bo = await visitMe(fixture.service, another('Bo Lind'))
  const { body } = await bo.open()
  expect(body).toContain('Nothing is stored about this Microsoft account')
  expect(body).not.toContain('Anna')
  expect(body).not.toContain(SAMPLE_NAME)
  expect(fixture.tables.rows('accounts')).toHaveLength(before)
  expect(await actsIn(bo)).not.toContain('signed-in')
})

test('revoking one integrator ends its tokens at once, and leaves the others', async () => {
  expect(await anna.press(`Revoke ${PLANNER_NAME}`)).toMatchObject({
    status: 303,
    headers: { location: '/me?done=revoked' },
  })
  expect(await statusOf(planner)).toBe(401)
  expect(await statusOf(await reading.reader())).toBe(200)
  const { body } = await anna.open('/me?done=revoked')
  expect(body).toContain('The program may no longer use your calendar')
  expect(body).not.toContain(PLANNER_NAME)
  expect(await actsIn(anna)).toContain('revoked')
})

test('disconnecting ends every access, drops tokens and subscriptions, and keeps what was read', async () => {
  const rows = fixture.tables.rows('accounts').length
  await anna.press('Disconnect all')
  expect([await statusOf(planner), await statusOf(await reading.reader())]).toEqual([401, 401])
  await fixture.settle()
  expect(fixture.graph.subscriptions.list()).toEqual([])
  const { body } = await anna.open('/me?done=disconnected')
  expect(body).toContain('Disconnected.')
  expect(body).toContain('30 days')
  expect(fixture.tables.rows('accounts').length).toBeGreaterThanOrEqual(rows)
  expect(await actsIn(anna)).toContain('disconnected')
})

test('how long a disconnected account is kept is told as it is set', async () => {
  const short = await startService({ settings: { RETENTION_DAYS: '7' } })
  const { person } = await startReading(short, { singles: 1, displayName: 'Anna Holm' })
  const { body } = await (await visitMe(short.service, person)).open()
  expect(body).toContain('kept, encrypted, for 7 days')
})

test('K7: erasing asks once more, ends every token at once, and says what happens whenever the page is opened until it is done', async () => {
  const page = await anna.open()
  expect(page.body).not.toContain('>Erase everything</button>')
  await anna.press('Erase everything', await anna.open('/me/erase'))
  expect(linesOf(fixture, 'erasure-begun')).toMatchObject([{ reason: 'person' }])
  expect([await statusOf(planner), await statusOf(await reading.reader())]).toEqual([401, 401])
  const again = await visitMe(fixture.service, reading.person)
  for (const visitor of [anna, anna, again]) {
    const { body } = await visitor.open()
    expect(body).toContain('Your data is being erased.')
    expect(body).not.toContain(SAMPLE_NAME)
  }
  expect(JSON.parse(await textOf(await anna.open('/me/export.json')))).toMatchObject({ calendars: [], events: [] })
  await fixture.settle()
  expect((await anna.open()).body).toContain('Nothing is stored about this Microsoft account')
  expect(fixture.tables.rows('accounts')).toEqual([])
})

test('signing out ends the session and says so', async () => {
  const { headers } = await anna.press('Sign out')
  expect(headers).toMatchObject({ location: '/me?done=signed-out', 'set-cookie': expect.stringContaining('Max-Age=0') })
  expect((await anna.open('/me?done=signed-out')).body).toContain('You are signed out.')
})

test('a session that is over shows nothing and does nothing', async () => {
  const page = await anna.open()
  await fixture.clock.advance(minutes(31))
  expect((await anna.open()).body).toContain('href="/me/sign-in"')
  const { status, body } = await anna.press('Disconnect all', page)
  expect(status).toBe(401)
  expect(body).toContain('Nothing was done')
  await planner.refresh()
  expect(await statusOf(planner)).toBe(200)
})

const FORGERIES: readonly [string, (fields: Record<string, string>) => Record<string, string>][] = [
  ['without a token', ({ token: _, ...fields }) => fields],
  ['with an empty token', (fields) => ({ ...fields, token: '' })],
  ['with the token of another button', (fields) => ({ ...fields, act: 'erase', client_id: '' })],
  ['for another integrator', (fields) => ({ ...fields, client_id: SAMPLE.clientId })],
]

test.each(FORGERIES)('a post %s is refused, and nothing is done', async (_, forge) => {
  const fields = fieldsBehind(`Revoke ${PLANNER_NAME}`, (await anna.open()).body)
  expect((await anna.post(forge(fields))).status).toBe(400)
  expect([await statusOf(planner), await statusOf(await reading.reader())]).toEqual([200, 200])
  expect(await actsIn(anna)).not.toContain('revoked')
  expect(linesOf(fixture, 'erasure-begun')).toEqual([])
})

test.each([
  ['another person', () => visitMe(fixture.service, another('Eva Dam')), 400],
  ['another browser of the same person', () => visitMe(fixture.service, reading.person), 400],
  ['a browser that is not signed in', () => visitMe(fixture.service), 401],
] as const)("a form of Anna's that %s posts is refused, and nothing is done", async (_, visit, status) => {
  const fields = fieldsBehind('Disconnect all', (await anna.open()).body)
  expect((await (await visit()).post(fields)).status).toBe(status)
  expect([await statusOf(planner), await statusOf(await reading.reader())]).toEqual([200, 200])
})

test("nobody's page or export holds anything of another person", async () => {
  const eva = await startReading(fixture, { singles: 2, displayName: 'Eva Dam', seed: 2 })
  const visitor = await visitMe(fixture.service, eva.person)
  const [page, json, calendar] = await Promise.all(
    ['/me', '/me/export.json', '/me/export.ics'].map(async (path) => textOf(await visitor.open(path))),
  )
  for (const text of [page, json]) expect(text).toContain('Eva Dam')
  expect(calendar?.match(/BEGIN:VEVENT/g)).toHaveLength(2)
  for (const text of [page, json, calendar]) {
    expect(text).not.toContain('Anna')
    expect(text).not.toContain(PLANNER_NAME)
  }
})

test('nothing of an address is shown', async () => {
  const { body } = await anna.open('/me?done=%3Cb%3Ecanary&more=canary')
  expect(body).not.toContain('canary')
})

test('an unknown deed of a good session is refused', async () => {
  const fields = fieldsBehind('Sign out', (await anna.open()).body)
  expect((await anna.post({ ...fields, act: 'toString' })).status).toBe(400)
})

test('an account that needs the person is told so, with the way to connect again', async () => {
  let isEnded = false
  const ending = await startService({
    throughEntra: (entra) => ({
      ...entra,
      accessToken(cache, refused) {
        if (isEnded) throw new SyncError('RECONNECT_REQUIRED', 'the password was changed')
        return entra.accessToken(cache, refused)
      },
    }),
  })
  const { person, mailbox } = await startReading(ending, { singles: 1 })
  isEnded = true
  mailbox.create(oneHour('A change that wakes the account', '2026-11-20'))
  await ending.deliver()
  const { body } = await (await visitMe(ending.service, person)).open()
  expect(body).toContain('Needs you: Microsoft no longer lets us in')
  expect(body).toMatch(/href="http:\/\/localhost:7071\/oauth\/reconnect\?link=[\w.-]+">Connect again/)
})
