import { beforeEach, describe, expect, test } from 'vitest'
import { SAMPLE } from '../../infra/local/settings.ts'
import { SyncError } from '../../shared/core/errors.ts'
import { hours, minutes, seconds } from '../../shared/core/time.ts'
import { signInTo } from '../support/browser-session.ts'
import { createTableCounters } from '../support/counted-tables.ts'
import { isErasing, lastAccount, leftOf, untilErased } from '../support/erasing.ts'
import { aroundCommit } from '../support/failing-tables.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { form } from '../support/oauth.ts'
import { linesOf, pass, type Reading, startReading } from '../support/reading.ts'
import { type ServiceFixture, startService } from '../support/service.ts'

let fixture: ServiceFixture
let reading: Reading
let account: string

beforeEach(async () => {
  fixture = await startService()
  reading = await startReading(fixture, { singles: 20 })
  account = lastAccount(fixture)
})

const subscriptions = () => fixture.graph.subscriptions.list().length
const erase = () => fixture.service.erasure.begin(account, 'person')

describe('K7: an erasure', () => {
  test('leaves no row, no token and no subscription within the hour, and an entry in the ledger', async () => {
    await erase()
    await untilErased(fixture)
    expect(isErasing(fixture)).toBe(false)
    expect(leftOf(fixture, account)).toEqual([])
    expect(subscriptions()).toBe(0)
    const entries = fixture.tables.rows('ledger').filter(({ rowKey }) => rowKey.startsWith('entry.'))
    expect(entries.map(({ properties }) => Object.keys(properties).sort())).toEqual([
      ['account', 'at', 'organisation', 'proof'],
    ])
    const acts: string[] = []
    for await (const { act } of fixture.service.audit.accountExtract(account)) acts.push(act)
    expect(acts.filter((act) => act.startsWith('eras')).sort()).toEqual(['erased', 'erasure-begun'])
  })

  test('goes on where the head of its chain of the audit trail does not open, and the log tells what the trail cannot', async () => {
    const isHead = ({ rowKey }: { rowKey: string }) => rowKey.includes('head') && rowKey.includes(account)
    for (const row of fixture.tables.rows('audit').filter(isHead))
      fixture.tables.overwrite('audit', { ...row, properties: { ...row.properties, b0: new Uint8Array(120) } })
    await erase()
    await untilErased(fixture)
    expect([isErasing(fixture), leftOf(fixture, account)]).toEqual([false, []])
    const told = linesOf(fixture, 'end-unrecorded').map(({ act, code }) => [act, code])
    expect(told).toEqual([
      ['erasure-begun', 'ROW_CORRUPT'],
      ['erased', 'ROW_CORRUPT'],
    ])
  })

  test('leaves no plan of a visit, however often the person has left and come back before', async () => {
    for (let times = 0; times < 2; times++) {
      const credentials = { client_id: SAMPLE.clientId, client_secret: SAMPLE.secret }
      await fixture.service.oauth.revoke(form('/oauth/token/revoke', { ...credentials, sub: account }))
      await fixture.clock.advance(minutes(1))
      await fixture.settle()
      await fixture.connect(reading.person)
      await fixture.settle()
    }
    await erase()
    await untilErased(fixture)
    expect(leftOf(fixture, account)).toEqual([])
  })

  test('is not survived by a session of our pages, which names the person', async () => {
    const rowsOf = () => fixture.tables.rows('oauth').length
    const before = rowsOf()
    await signInTo(fixture.service, reading.person, '/me')
    expect(rowsOf()).toBe(before + 1)
    await erase()
    await untilErased(fixture)
    await fixture.clock.advance(minutes(30))
    await fixture.service.forgetSignIns()
    expect(fixture.tables.rows('oauth').filter(({ rowKey }) => !/^(integrator|secret)-/.test(rowKey))).toEqual([])
  })

  test('is in force on every instance before anything of it is visited', async () => {
    const other = await startService({ beside: fixture })
    const connection = await reading.reader()
    await erase()
    for (const { service } of [fixture, other]) {
      const { status } = await connection.call({ path: '/v1/events?tzid=Etc/UTC' }, service)
      expect(status).toBe(401)
    }
    await connection.refresh()
    expect((await connection.call({ path: '/v1/account' })).status).toBe(401)
    fixture.graph.requests.clear()
    await other.service.syncMailbox({ account, reason: 'connected' })
    expect(fixture.graph.requests.list().every(({ method }) => method === 'DELETE')).toBe(true)
  })

  test('deletes something in each visit, however long the rest of the visit took', async () => {
    const large = await startReading(fixture, { singles: 400, seed: 2 })
    account = lastAccount(fixture)
    expect(large.actual()).toHaveLength(400)
    const hasty = await startService({
      beside: fixture,
      settings: { SYNC_BUDGET_SECONDS: '1' },
      // Each deletion takes all the time that a visit has.
      throughTables: (tables) =>
        aroundCommit(tables, async (table, _, commit) => {
          if (table === 'accounts') await fixture.clock.advance(seconds(2))
          return commit()
        }),
    })
    hasty.intercept = async (sent) => {
      if (sent.method === 'DELETE') await fixture.clock.advance(seconds(2))
      return undefined
    }
    await hasty.service.erasure.begin(account, 'person')
    const wiped = () => linesOf(hasty, 'account-wiped')
    for (let visits = 0; visits < 10 && wiped().at(-1)?.['isComplete'] !== true; visits++)
      await hasty.service.syncMailbox({ account, reason: 'erase' })
    expect(leftOf(fixture, account).filter((row) => row.startsWith('accounts'))).toEqual([])
    expect(wiped().length).toBeGreaterThan(2)
    for (const { rows } of wiped()) expect(rows).toBeGreaterThan(0)
  })

  test('whose wake-up is lost is found by the timer', async () => {
    const deaf = await startService({
      beside: fixture,
      throughWaker: () => ({ wake: () => Promise.reject(new SyncError('QUEUE_UNAVAILABLE', 'lost')) }),
    })
    await deaf.service.erasure.begin(account, 'person')
    await untilErased(fixture)
    expect(leftOf(fixture, account)).toEqual([])
  })

  test('does not wait for Microsoft longer than half an hour', async () => {
    fixture.intercept = (sent) => (sent.method === 'DELETE' ? new Response('{}', { status: 503 }) : undefined)
    await erase()
    await fixture.settle()
    await pass(fixture, minutes(20), minutes(1))
    expect(leftOf(fixture, account)).not.toEqual([])
    await pass(fixture, minutes(35), minutes(1))
    expect(isErasing(fixture)).toBe(false)
    expect(leftOf(fixture, account)).toEqual([])
    expect(linesOf(fixture, 'subscriptions-left')).toHaveLength(1)
    // The plan that was stored for the sign-in came due meanwhile.
    expect(linesOf(fixture, 'account-head-missing')).toEqual([])
  })

  test('drops what Microsoft still tells of the account', async () => {
    await erase()
    await fixture.settle()
    fixture.graph.requests.clear()
    reading.mailbox.create(oneHour('Not ours to know', '2026-11-20'))
    await fixture.service.syncMailbox({ account, reason: 'notified' })
    expect(fixture.graph.requests.list()).toEqual([])
  })

  test('does nothing for an account that is not there', async () => {
    await fixture.service.erasure.begin(`acc_${'x'.repeat(22)}`, 'person')
    expect(fixture.tables.rows('ledger')).toEqual([])
    expect(fixture.queue).toEqual([])
  })

  test('that is asked for twice is one', async () => {
    await Promise.all([erase(), erase()])
    await erase()
    await untilErased(fixture)
    expect(fixture.tables.rows('ledger').filter(({ rowKey }) => rowKey.startsWith('entry.'))).toHaveLength(1)
    expect(linesOf(fixture, 'erasure-complete')).toHaveLength(1)
  })

  test('works for rows that no longer open', async () => {
    for (const row of fixture.tables.rows('accounts').filter(({ rowKey }) => rowKey.startsWith('state.')))
      fixture.tables.overwrite('accounts', { ...row, properties: { ...row.properties, b0: new Uint8Array(80) } })
    await erase()
    await untilErased(fixture)
    expect(isErasing(fixture)).toBe(false)
    // The head named the next visit. It goes when it is due.
    await pass(fixture, hours(7), hours(1))
    // Only the person could tell which organisation had it as a member.
    expect(leftOf(fixture, account).filter((row) => !row.startsWith('organisations'))).toEqual([])
  })

  test('of many rows costs a commit for each hundred of them', async () => {
    const other = await startReading(fixture, { singles: 600 })
    expect(await other.shown()).toHaveLength(600)
    account = lastAccount(fixture)
    const rows = fixture.tables.rows('accounts').filter(({ partitionKey }) => partitionKey === account).length
    await erase()
    Object.assign(fixture.counters, createTableCounters())
    await fixture.settle()
    expect(leftOf(fixture, account).filter((row) => /^(accounts|keys)/.test(row))).toEqual([])
    expect(rows).toBeGreaterThan(600)
    expect(fixture.counters.commits).toBeLessThanOrEqual(Math.ceil(rows / 100) + 12)
  })
})

describe('G9: after an erasure', () => {
  test('connecting is refused until it is complete, and then makes a new account with a new key', async () => {
    const keyOf = () =>
      fixture.tables.rows('keys').find(({ partitionKey }) => partitionKey === account)?.properties['id']
    const before = keyOf()
    await erase()
    const refused = await fixture.connect(reading.person)
    expect((await refused.call({ path: '/v1/account' })).status).toBe(401)
    expect(leftOf(fixture, account).filter((row) => row.startsWith('oauth'))).toEqual([])
    await untilErased(fixture)
    await fixture.connect(reading.person)
    await fixture.settle()
    expect(keyOf()).toBeDefined()
    expect(keyOf()).not.toEqual(before)
    await pass(fixture, hours(1))
    expect(await reading.shown()).toEqual(reading.actual())
  })

  test('an integrator that asks for its events again does not get them twice', async () => {
    const wish = { event_id: 'mine', summary: 'Mine', start: '2026-11-24T09:00:00Z', end: '2026-11-24T10:00:00Z' }
    const create = async () => {
      const connection = await fixture.connect(reading.person)
      await fixture.settle()
      const { body } = await connection.get('/v1/calendars')
      const [calendar] = body['calendars'] as { calendar_id: string }[]
      const path = `/v1/calendars/${calendar?.calendar_id}/events`
      const { action } = await connection.send('POST', path, wish)
      await fixture.settle()
      return { connection, path, action }
    }
    const items = () =>
      [...reading.mailbox.calendar().store.items.values()].filter(({ fields }) => fields['subject'] === 'Mine')
    // The second creation of the event: its marker is another one than that of the first.
    const { connection, path } = await create()
    await connection.send('DELETE', path, { event_id: 'mine' })
    await fixture.settle()
    await create()
    expect(items()).toHaveLength(1)
    await erase()
    await untilErased(fixture)
    const again = await create()
    await fixture.clock.advance(seconds(1))
    await fixture.settle()
    expect((await again.connection.get(again.action)).body).toMatchObject({
      action: { state: expect.stringMatching(/applied|unchanged/) },
    })
    expect(items()).toHaveLength(1)
  })

  test('nothing of it is told to another person', async () => {
    await erase()
    await untilErased(fixture)
    const other = await startReading(fixture, { singles: 3 })
    expect(await other.shown()).toEqual(other.actual())
  })
})
