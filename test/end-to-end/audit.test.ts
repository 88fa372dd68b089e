import { beforeEach, expect, test } from 'vitest'
import { runAuditCommand } from '../../infra/audit.ts'
import { SAMPLE } from '../../infra/local/settings.ts'
import { UsageError } from '../../infra/usage-error.ts'
import { SyncError } from '../../shared/core/errors.ts'
import { hours, minutes } from '../../shared/core/time.ts'
import { postJson } from '../support/asking.ts'
import { type Connection, PLANNER } from '../support/authorization.ts'
import { beforeCommit } from '../support/failing-tables.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { form, request } from '../support/oauth.ts'
import { linesOf, type Reading, startReading } from '../support/reading.ts'
import { findSecrets } from '../support/secret-scan.ts'
import { type ServiceFixture, startService } from '../support/service.ts'

let fixture: ServiceFixture
let reading: Reading
let connection: Connection
let account: string
let isAuditDown: boolean

beforeEach(async () => {
  isAuditDown = false
  fixture = await startService({
    throughTables: (tables) =>
      beforeCommit(tables, (_writes, table) => {
        if (isAuditDown && table === 'audit') throw new SyncError('STORAGE_UNAVAILABLE', 'simulated')
      }),
  })
  reading = await startReading(fixture, { singles: 2 })
  connection = await reading.reader()
  account = String((await connection.get('/v1/userinfo')).body['sub'])
})

async function told(): Promise<string[]> {
  const lines: string[] = []
  for await (const { by, act, details } of fixture.service.audit.accountExtract(account))
    lines.push(`${by}: ${act} ${details}`.trimEnd())
  return lines
}

async function calendarPath(): Promise<string> {
  const { body } = await connection.get('/v1/calendars')
  return `/v1/calendars/${(body['calendars'] as { calendar_id: string }[])[0]?.calendar_id}/events`
}

const EVENT = { event_id: 'one', summary: 'Secret plan', start: '2026-12-01T09:00:00Z', end: '2026-12-01T10:00:00Z' }

async function revoke(): Promise<void> {
  const credentials = { client_id: SAMPLE.clientId, client_secret: SAMPLE.secret }
  await fixture.service.oauth.revoke(form('/oauth/token/revoke', { ...credentials, sub: account }))
}

test('what was done with an account is told in order: connect, consent, read, write, calendar, revoke, disconnect', async () => {
  const path = await calendarPath()
  await connection.send('POST', path, EVENT)
  const upsert = (n: number) => ({ method: 'POST', relative_url: path, data: { ...EVENT, event_id: `e${n}` } })
  await connection.call({
    method: 'POST',
    path: '/v1/batch',
    body: { batch: [upsert(1), upsert(2), { method: 'DELETE', relative_url: path, data: { event_id: 'one' } }] },
  })
  const profile = `pro_${account.slice(4)}`
  await postJson(fixture.service, '/v1/calendars', connection.authorization().authorization, {
    profile_id: profile,
    name: 'Rehearsals',
  })
  await fixture.clock.advance(hours(1))
  await fixture.settle()
  await revoke()
  await fixture.settle()
  const lines = await told()
  const scopes = /consented integrator=sample; scopes=[a-z_ ]+; unrestricted=true$/
  expect(lines[0]).toBe('person: connected')
  expect(lines[1]).toMatch(scopes)
  expect(lines.slice(2)).toEqual([
    'integrator sample: read first=account',
    'integrator sample: written upsert=1',
    'integrator sample: written upsert=2; delete=1',
    'integrator sample: calendar-created',
    'integrator sample: revoked integrator=sample',
    'service: disconnected',
  ])
  expect(await fixture.service.audit.verify()).toMatchObject({ breaks: [] })
})

test('an hour of reading is one entry, whatever is read, and the next hour another', async () => {
  const before = (await told()).length
  for (const path of ['/v1/events?tzid=Etc/UTC', '/v1/free_busy?tzid=Etc/UTC', '/v1/account', '/v1/calendars'])
    for (let at = 0; at < 5; at += 1) expect((await connection.get(path)).status).toBe(200)
  expect((await told()).length).toBe(before)
  await fixture.clock.advance(hours(1))
  await connection.refresh()
  await connection.get('/v1/events?tzid=Etc/UTC')
  expect((await told()).slice(before)).toEqual(['integrator sample: read first=events'])
})

test('a channel is told of when it is opened, and when it is closed, and not when it is asked for again', async () => {
  const before = (await told()).length
  const open = () => connection.send('POST', '/v1/channels', { callback_url: 'https://receiver.example/changes' })
  const { body } = await open()
  await open()
  const { channel_id } = body['channel'] as { channel_id: string }
  await connection.send('DELETE', `/v1/channels/${channel_id}`, {})
  expect((await told()).slice(before)).toEqual([
    'integrator sample: channel-opened',
    'integrator sample: channel-closed',
  ])
})

test('notifications and pulls write no audit', async () => {
  const before = fixture.tables.rows('audit').length
  reading.mailbox.create(oneHour('New', '2026-11-20'))
  await fixture.deliver()
  expect(fixture.tables.rows('audit')).toHaveLength(before)
})

test('a request that is refused, and one that is answered again, is not told as a reading or a change', async () => {
  const path = await calendarPath()
  const headers = { 'idempotency-key': 'once' }
  const ask = () => connection.call({ method: 'POST', path, body: EVENT, headers })
  await ask()
  const before = await told()
  await ask()
  await connection.send('POST', path, { event_id: 'two' })
  await connection.get('/v1/events/evt_external_none')
  expect(await told()).toEqual(before)
})

test('what cannot be accounted for is not done: nothing is read, stored, consented to or disconnected', async () => {
  const path = await calendarPath()
  await fixture.settle()
  await fixture.clock.advance(hours(1))
  await connection.refresh()
  const rows = () => JSON.stringify([fixture.tables.rows('accounts'), fixture.tables.rows('oauth')])
  const before = rows()
  isAuditDown = true
  expect((await connection.get('/v1/events?tzid=Etc/UTC')).status).toBe(503)
  expect((await connection.send('POST', path, EVENT)).status).toBe(503)
  await expect(revoke()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
  expect(rows()).toBe(before)
  isAuditDown = false
  expect((await connection.send('POST', path, EVENT)).status).toBe(202)
  expect((await told()).at(-1)).toBe('integrator sample: written upsert=1')
})

test('nobody is connected when it cannot be accounted for', async () => {
  const [tid = ''] = fixture.world.organisations.keys()
  const person = fixture.world.addPerson({ tid, displayName: 'Second Person' })
  const before = fixture.tables.rows('accounts').length
  isAuditDown = true
  await fixture.connect(person).catch(() => undefined)
  expect(fixture.tables.rows('accounts')).toHaveLength(before)
  expect(fixture.queue).toEqual([])
})

test('a failed authentication is a 401 although it cannot be noted, and is told without what was presented', async () => {
  isAuditDown = true
  const ask = () =>
    fixture.service.read.events(
      request('/v1/events', { headers: { authorization: 'Bearer fas_at_canary-token-of-somebody' } }),
    )
  await expect(ask()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  isAuditDown = false
  await fixture.clock.advance(minutes(1))
  await expect(ask()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  const lines: string[] = []
  for await (const { act, details } of fixture.service.audit.serviceExtract()) lines.push(`${act} ${details}`)
  expect(lines).toContain('authentication-failed code=UNAUTHENTICATED; count=2')
  expect(linesOf(fixture, 'audit-waits')).toHaveLength(1)
  expect(lines.join()).not.toContain('canary')
})

test('the token of one integrator is no token of another, and trying so is told', async () => {
  const { authorization } = connection.authorization()
  const token = authorization.replace('Bearer ', '')
  const fields = { client_id: PLANNER.clientId, client_secret: PLANNER.secret, grant_type: 'refresh_token' }
  await fixture.service.oauth.token(form('/oauth/token', { ...fields, refresh_token: token }))
  const shown = await runAuditCommand(async () => fixture.service.audit, ['show', 'service'])
  expect(shown.text).toMatch(/authentication-failed +anyone +code=invalid_grant; count=1/)
})

test('when an integrator last used an account is known to its person', async () => {
  const uses = await fixture.service.audit.lastUses(account)
  expect([...uses.keys()]).toEqual(['sample'])
})

/** Planted in everything that is read, written and presented. */
test('no name, address, title or token is in a row of the trail, in what it tells, or in a log line', async () => {
  const path = await calendarPath()
  await connection.send('POST', path, { ...EVENT, attendees: { invite: [{ email: 'guest@canaries.example' }] } })
  await connection.get('/v1/events?tzid=Etc/UTC')
  await fixture.service.audit.checkpoint()
  const { authorization } = connection.authorization()
  const secrets = new Map([
    ['title', EVENT.summary],
    ['guest', 'guest@canaries.example'],
    ['address', reading.person.userPrincipalName],
    ['name', reading.person.displayName],
    ['tenant', reading.person.tid],
    ['person', reading.person.oid],
    ['token', authorization.replace('Bearer ', '')],
    ['secret', SAMPLE.secret],
  ])
  const rows = fixture.tables
    .rows('audit')
    .flatMap(({ rowKey, properties }) =>
      Object.entries(properties).map(([name, value]): [string, Uint8Array] => [
        `${rowKey} ${name}`,
        value instanceof Uint8Array ? value : Buffer.from(String(value)),
      ]),
    )
  const keys = fixture.tables.rows('audit').map(({ partitionKey, rowKey }) => `${partitionKey} ${rowKey}`)
  const texts = [...keys, ...fixture.logged, ...(await told())].map((text): [string, Uint8Array] => [
    text,
    Buffer.from(text),
  ])
  expect(findSecrets(new Map([...rows, ...texts]), secrets)).toEqual([])
})

test('the command verifies, shows, and ends with 1 when a chain is broken', async () => {
  await fixture.service.audit.checkpoint()
  const run = (...args: string[]) => runAuditCommand(async () => fixture.service.audit, args)
  expect(await run('verify')).toMatchObject({ text: expect.stringMatching(/1 checkpoints: 0 broken\n$/), code: 0 })
  expect((await run('show', account)).text).toMatch(/^2026-\S+ +1 +connected +person/)
  const [row] = fixture.tables.rows('audit').filter(({ rowKey }) => rowKey.startsWith(`entry.${account}.`))
  await fixture.tables.table('audit').commit(row?.partitionKey ?? '', [{ kind: 'delete', rowKey: row?.rowKey ?? '' }])
  const verified = await run('verify')
  expect(verified.code).toBe(1)
  expect(verified.text.split('\n')[1]).toBe(`${account}  at 1: an entry is missing`)
})

test.each([
  ['what is shown', ['show']],
  ['which of everything is shown', ['show', 'everybody']],
  ['what is done', ['check']],
])('the command does not understand without %s, whether or not a system runs', async (_, args) => {
  const notRunning = () => Promise.reject(new Error('opened'))
  await expect(runAuditCommand(notRunning, args)).rejects.toThrow(UsageError)
})
