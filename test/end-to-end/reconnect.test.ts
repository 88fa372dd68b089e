import { beforeEach, expect, test } from 'vitest'
import type { Entra } from '../../shared/accounts/ports.ts'
import { SyncError } from '../../shared/core/errors.ts'
import { minutes } from '../../shared/core/time.ts'
import { ACCOUNT_KEY_TTL } from '../../shared/crypto/account-keys.ts'
import type { TableName } from '../../shared/storage/table.ts'
import { type Connection, PLANNER } from '../support/authorization.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { createVisitor, type Visitor } from '../support/oauth-browser.ts'
import { linesOf, pass, type Reading, startReading } from '../support/reading.ts'
import { type ServiceFixture, startService } from '../support/service.ts'
import type { Told } from '../support/writing.ts'

let fixture: ServiceFixture
let anna: Reading
let bent: Reading
let connection: Connection
/** Object ids of people whose tokens Microsoft refuses until they sign in. */
let ended: Set<string>

beforeEach(async () => {
  ended = new Set()
  fixture = await startService({ throughEntra: refusing })
  anna = await startReading(fixture, { singles: 5, series: 1, occurrences: 4 })
  bent = await startReading(fixture, { singles: 3, seed: 2 })
  connection = await anna.reader()
})

const refusing = (entra: Entra): Entra => ({
  ...entra,
  async redeem(code, ticket) {
    const redeemed = await entra.redeem(code, ticket)
    ended.delete(code)
    return redeemed
  },
  async accessToken(tokenCache, isRefused) {
    if (ended.has(tokenCache.split('.')[1] ?? '')) throw new SyncError('RECONNECT_REQUIRED', 'the session was ended')
    return entra.accessToken(tokenCache, isRefused)
  },
})

async function endSession(reading: Reading): Promise<void> {
  ended.add(reading.person.oid)
  reading.mailbox.create(oneHour('Made while nobody could look', '2026-11-20'))
  await fixture.deliver()
}

interface Profile {
  readonly profile_connected: boolean
  readonly profile_relink_url?: string
}

async function profileOf(from: Connection): Promise<Profile> {
  const { body } = await from.get('/v1/profiles')
  return (body['profiles'] as Profile[])[0] ?? { profile_connected: false }
}

const linkOf = async (from: Connection): Promise<string> => (await profileOf(from)).profile_relink_url ?? ''

const visitorAs = (reading: Reading): Visitor => createVisitor(fixture.service.oauth, () => reading.person.oid)

/** Who it is, and the ids of what there is. */
async function everything() {
  const account = (await connection.get('/v1/account')).body
  const calendars = (await connection.get('/v1/calendars')).body['calendars'] as { calendar_id: string }[]
  const events = (await connection.get('/v1/events?tzid=Etc/UTC')).body['events'] as Told[]
  return {
    account,
    calendars: calendars.map(({ calendar_id }) => calendar_id),
    events: events.map(({ event_uid, start }) => `${event_uid} ${start}`),
  }
}

test('C3: with profile_relink_url a person connects again, and all goes on under the same ids with the same tokens', async () => {
  const before = await everything()
  await endSession(anna)
  expect(await profileOf(connection)).toMatchObject({ profile_connected: false })
  const visitor = visitorAs(anna)
  expect((await visitor.press(await visitor.open(await linkOf(connection)), 'continue')).body).toContain(
    'connected again',
  )
  await fixture.settle()
  expect(await profileOf(connection)).toMatchObject({ profile_connected: true })
  expect(await profileOf(connection)).not.toHaveProperty('profile_relink_url')
  expect(await anna.shown()).toEqual(anna.actual())
  const after = await everything()
  expect([after.account, after.calendars]).toEqual([before.account, before.calendars])
  expect(after.events).toEqual(expect.arrayContaining(before.events))
  anna.mailbox.create(oneHour('Told again', '2026-11-21'))
  await fixture.deliver()
  expect(await anna.shown()).toEqual(anna.actual())
  expect((await anna.shown()).join()).toContain('Told again')
})

test('C3: two tabs with the link both end well, and the account is there once', async () => {
  await endSession(anna)
  const rows = fixture.tables.rows('accounts').length
  const [visitor, link] = [visitorAs(anna), await linkOf(connection)]
  const [one, two] = [await visitor.open(link), await visitor.open(link)]
  for (const tab of [one, two]) expect((await visitor.press(tab, 'continue')).body).toContain('connected again')
  await fixture.settle()
  expect(await anna.shown()).toEqual(anna.actual())
  // The one event that was made meanwhile, and what goes with it.
  expect(fixture.tables.rows('accounts').length).toBeLessThan(rows + 5)
  expect(linesOf(fixture, 'account-needs-reconnect')).toHaveLength(1)
})

test('C3: after the link was used it still works, and changes nothing for an account that is connected', async () => {
  await endSession(anna)
  const [visitor, link] = [visitorAs(anna), await linkOf(connection)]
  await visitor.press(await visitor.open(link), 'continue')
  await fixture.settle()
  const before = await everything()
  await visitor.press(await visitor.open(link), 'continue')
  await fixture.settle()
  expect(await everything()).toEqual(before)
})

test('O9: another account that signs in at the link is told so; nothing of it is stored, and neither account changes', async () => {
  await endSession(anna)
  const stranger = fixture.world.addPerson({ tid: anna.person.tid, displayName: 'Carl Ravn' })
  const rows = () =>
    fixture.tables.rows('accounts').map(({ partitionKey, rowKey, etag }) => [partitionKey, rowKey, etag])
  const before = rows()
  for (const { oid } of [stranger, bent.person]) {
    const visitor = createVisitor(fixture.service.oauth, () => oid)
    const page = await visitor.press(await visitor.open(await linkOf(connection)), 'continue')
    expect([page.status, page.body]).toEqual([403, expect.stringContaining('This is another account')])
  }
  expect(rows()).toEqual(before)
  expect([fixture.queue, await profileOf(connection)]).toMatchObject([[], { profile_connected: false }])
})

test('each integrator of an account has a link of its own, and one sign-in is enough for both', async () => {
  const planner = await fixture.connect(anna.person, PLANNER)
  await fixture.settle()
  await endSession(anna)
  const links = [await linkOf(connection), await linkOf(planner)]
  expect(links[0]).not.toBe(links[1])
  const visitor = visitorAs(anna)
  const page = await visitor.open(links[1] ?? '')
  expect(page.body).toContain('Integrator planner sent you here')
  await visitor.press(page, 'continue')
  await fixture.settle()
  for (const one of [connection, planner]) expect(await profileOf(one)).toMatchObject({ profile_connected: true })
})

test('a link that was mailed is over once the person has let go of the integrator', async () => {
  await endSession(anna)
  const link = await linkOf(connection)
  const { body } = await connection.get('/v1/account')
  await fixture.service.oauth.grants.revokeAccount(String((body['account'] as { account_id: string }).account_id))
  await pass(fixture, minutes(10))
  const page = await visitorAs(anna).open(link)
  expect([page.status, page.body]).toEqual([400, expect.stringContaining('This link is no longer good')])
})

test.each([
  ['key', 'keys'],
  ['rows', 'accounts'],
] as const)('a link is over once the %s of its account is erased', async (_, name) => {
  await endSession(anna)
  const link = await linkOf(connection)
  const { body } = await connection.get('/v1/account')
  await erase(name, String((body['account'] as { account_id: string }).account_id))
  await fixture.clock.advance(ACCOUNT_KEY_TTL)
  const page = await visitorAs(anna).open(link)
  expect([page.status, page.body]).toEqual([400, expect.stringContaining('This link is no longer good')])
})

async function erase(name: TableName, account: string): Promise<void> {
  const table = fixture.tables.table(name)
  for (const { partitionKey, rowKey, etag } of fixture.tables.rows(name))
    if (partitionKey === account) await table.commit(account, [{ kind: 'delete', rowKey, etag }])
}
