import { beforeEach, describe, expect, test } from 'vitest'
import { SAMPLE } from '../../infra/local/settings.ts'
import { runRestoreCommand } from '../../infra/restore.ts'
import { SyncError } from '../../shared/core/errors.ts'
import { hours, minutes, seconds } from '../../shared/core/time.ts'
import { PLANNER } from '../support/authorization.ts'
import { tableRequests } from '../support/counted-tables.ts'
import { lastAccount, leftOf, RESTORED, untilErased } from '../support/erasing.ts'
import { beforeCommit } from '../support/failing-tables.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { form } from '../support/oauth.ts'
import { linesOf, pass, type Reading, startReading } from '../support/reading.ts'
import { type ServiceFixture, startService } from '../support/service.ts'

let fixture: ServiceFixture
let anna: Reading
let bo: Reading
let annas: string
let bos: string

beforeEach(async () => {
  fixture = await startService()
  anna = await startReading(fixture, { singles: 80 })
  annas = lastAccount(fixture)
  bo = await startReading(fixture, { singles: 80 })
  bos = lastAccount(fixture)
  await pass(fixture, minutes(10))
})

/** The tables as they were a day ago, in an instance that has just been started. */
async function restoreAfterADay(between: () => Promise<unknown>): Promise<ServiceFixture> {
  const restore = fixture.tables.backup(...RESTORED)
  await between()
  await pass(fixture, hours(24), hours(1))
  restore()
  return startService({ beside: fixture })
}

const accountsIn = ({ tables }: ServiceFixture) =>
  tables.rows('accounts').flatMap(({ partitionKey, rowKey }) => (rowKey === 'state.head' ? [partitionKey] : []))

const calendarPath = async (reading: Reading) => {
  const { body } = await (await reading.reader()).get('/v1/calendars')
  return `/v1/calendars/${(body['calendars'] as { calendar_id: string }[])[0]?.calendar_id}/events`
}

const itemsOf = ({ mailbox }: Reading) => [...mailbox.calendar().store.items.values()]

describe('S6: after the tables were restored from a backup', () => {
  test('nobody is served before who was erased since has been erased again, by any instance', async () => {
    const connection = await bo.reader()
    const restored = await restoreAfterADay(async () => {
      await fixture.service.erasure.begin(annas, 'person')
      await untilErased(fixture)
      expect(accountsIn(fixture)).toEqual([bos])
    })
    expect(accountsIn(fixture)).toEqual([annas, bos])
    await fixture.clock.advance(minutes(1))
    fixture.graph.requests.clear()
    for (const { service } of [restored, fixture]) {
      expect((await connection.call({ path: '/v1/account' }, service)).status).toBe(503)
      await service.syncMailbox({ account: annas, reason: 'due' })
    }
    expect(restored.queue.concat(fixture.queue)).toHaveLength(2)
    expect(restored.graph.requests.list().concat(fixture.graph.requests.list())).toEqual([])
    await restored.service.wakeErasures()
    expect(accountsIn(fixture)).toEqual([bos])
    expect(leftOf(fixture, annas).filter((row) => /^(accounts|keys)/.test(row))).toEqual([])
    await fixture.clock.advance(minutes(1))
    await bo.reader()
    expect(await bo.shown()).toEqual(bo.actual())
    await untilErased(restored)
    expect(linesOf(restored, 'erasure-complete')).toHaveLength(1)
  })

  test('K7: somebody who connected while the tables were copied, and was erased, is on no list of an organisation', async () => {
    const before = fixture.tables.backup('accounts', 'keys', 'oauth')
    await startReading(fixture, { singles: 1 })
    const after = fixture.tables.backup('organisations')
    const carls = lastAccount(fixture)
    await fixture.service.erasure.begin(carls, 'person')
    await untilErased(fixture)
    await pass(fixture, hours(24), hours(1))
    for (const restore of [before, after]) restore()
    const restored = await startService({ beside: fixture })
    await fixture.clock.advance(minutes(1))
    expect(leftOf(fixture, carls)).toContain(`organisations member.${carls}`)
    await restored.service.wakeErasures()
    expect(leftOf(fixture, carls).filter((row) => row.includes(carls))).toEqual([])
  })

  test('a person who connected anew after being erased stays connected', async () => {
    await fixture.service.erasure.begin(annas, 'person')
    await untilErased(fixture)
    await fixture.connect(anna.person)
    await fixture.settle()
    await pass(fixture, minutes(10))
    const restored = await restoreAfterADay(async () => undefined)
    await restored.service.wakeErasures()
    expect(linesOf(restored, 'ledger-replayed')).toEqual([expect.objectContaining({ accounts: 0 })])
    expect(accountsIn(fixture).sort()).toEqual([annas, bos].sort())
  })

  test('what a person allowed before being erased is over for the account since, also when only consents were restored', async () => {
    const grants = () => fixture.tables.rows('oauth').filter(({ rowKey }) => rowKey.startsWith('grant-'))
    const before = await anna.reader()
    const [known, restore] = [grants(), fixture.tables.backup('oauth')]
    await fixture.service.erasure.begin(annas, 'person')
    await untilErased(fixture)
    const since = await fixture.connect(anna.person, PLANNER)
    await fixture.settle()
    const added = grants().filter(({ rowKey }) => !known.some((grant) => grant.rowKey === rowKey))
    restore()
    for (const { partitionKey, rowKey, properties } of added)
      await fixture.tables.table('oauth').commit(partitionKey, [{ kind: 'insert', rowKey, properties }])
    await runRestoreCommand(fixture.ports, ['replay'])
    expect(accountsIn(fixture).sort()).toEqual([annas, bos].sort())
    const answers = [before, since].map((connection) => connection.call({ path: '/v1/account' }, fixture.service))
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([401, 200])
  })

  test('what was revoked since stays revoked', async () => {
    const planner = await fixture.connect(anna.person, PLANNER)
    await fixture.settle()
    const restored = await restoreAfterADay(async () => {
      const credentials = { client_id: PLANNER.clientId, client_secret: SAMPLE.secret.replace('0001', '0002') }
      await fixture.service.oauth.revoke(form('/oauth/token/revoke', { ...credentials, sub: annas }))
    })
    await restored.service.wakeErasures()
    expect(linesOf(restored, 'ledger-replayed')).toEqual([expect.objectContaining({ grants: 1 })])
    expect((await planner.call({ path: '/v1/account' }, restored.service)).status).toBe(401)
  })

  test('an organisation that was uninstalled since stays so, and one that was installed again stays installed', async () => {
    const [tid = ''] = fixture.world.organisations.keys()
    const other = fixture.world.addOrganisation({ name: 'Fabrikam', domain: 'fabrikam.example' }).tid
    const { organisations } = fixture.service
    await organisations.install(other, annas)
    await organisations.uninstall(other, annas)
    await fixture.service.lookAfterOrganisations()
    await fixture.clock.advance(minutes(1))
    await organisations.install(other, annas)
    const restored = await restoreAfterADay(async () => {
      await organisations.uninstall(tid, annas)
      await pass(fixture, minutes(1))
    })
    await restored.service.wakeErasures()
    const stateOf = async (tenantId: string) => (await restored.service.organisations.find(tenantId))?.state
    expect([await stateOf(tid), await stateOf(other)]).toEqual(['uninstalling', 'installed'])
    for (let minute = 0; minute < 40; minute++) {
      await restored.service.lookAfterOrganisations()
      await pass(restored, minutes(1), minutes(1))
    }
    expect([await stateOf(tid), accountsIn(fixture)]).toEqual(['uninstalled', []])
  })

  test('an organisation that was uninstalled stays so, also where that did not get into the ledger at once', async () => {
    const [tid = ''] = fixture.world.organisations.keys()
    const failing = await startService({
      beside: fixture,
      throughTables: (tables) =>
        beforeCommit(tables, (_, table) => {
          if (table === 'ledger') throw new SyncError('STORAGE_UNAVAILABLE', 'away')
        }),
    })
    const restored = await restoreAfterADay(async () => {
      await expect(failing.service.organisations.uninstall(tid, annas)).rejects.toThrow('away')
      await failing.service.lookAfterOrganisations()
      expect(accountsIn(fixture)).toEqual([annas, bos])
      await fixture.service.lookAfterOrganisations()
    })
    await restored.service.wakeErasures()
    expect((await restored.service.organisations.find(tid))?.state).toBe('uninstalling')
    expect(linesOf(failing, 'organisation-waits')).toHaveLength(1)
  })

  test('both sides become equal without anything being deleted in Outlook, whatever was changed meanwhile', async () => {
    const [first, second, third] = itemsOf(anna)
    const restored = await restoreAfterADay(async () => {
      anna.mailbox.patch(first?.id ?? '', { subject: 'Changed meanwhile' })
      anna.mailbox.remove(second?.id ?? '')
      for (let made = 0; made < 5; made++) anna.mailbox.create(oneHour(`Made meanwhile ${made}`, '2026-11-20'))
      await fixture.deliver()
    })
    anna.mailbox.patch(third?.id ?? '', { subject: 'Changed while we were away' })
    const before = itemsOf(anna).length
    await restored.service.wakeErasures()
    await pass(restored, hours(2), minutes(10))
    expect(itemsOf(anna)).toHaveLength(before)
    expect(
      restored.graph.requests.list().filter(({ method, path }) => method !== 'GET' && /events/.test(path)),
    ).toEqual([])
    expect(
      linesOf(restored, 'account-read-anew')
        .map(({ account }) => account)
        .sort(),
    ).toEqual([annas, bos].sort())
    expect(await anna.shown()).toEqual(anna.actual())
    expect(await bo.shown()).toEqual(bo.actual())
    expect(restored.graph.subscriptions.list().length).toBeGreaterThan(0)
  })

  test('a mailbox that answers with next to nothing loses nothing of what was restored', async () => {
    const restored = await restoreAfterADay(async () => undefined)
    const shown = await anna.shown()
    restored.intercept = (sent) =>
      sent.url.includes('delta')
        ? Response.json({ value: [], '@odata.deltaLink': `${sent.url}&$deltatoken=x` })
        : undefined
    await restored.service.wakeErasures()
    await restored.service.syncMailbox({ account: annas, reason: 'due' })
    expect(linesOf(restored, 'account-read-anew')).toHaveLength(1)
    restored.intercept = () => undefined
    expect(await anna.shown()).toEqual(shown)
  })

  test('changes that were to be applied then are rejected, and do not replace what was edited since', async () => {
    const path = await calendarPath(anna)
    const connection = await anna.reader()
    const wish = {
      event_id: 'mine',
      summary: 'Wanted then',
      start: '2026-11-24T09:00:00Z',
      end: '2026-11-24T10:00:00Z',
    }
    const { action } = await connection.send('POST', path, wish)
    const restored = await restoreAfterADay(async () => {
      await fixture.settle()
      const made = itemsOf(anna).find(({ fields }) => fields['subject'] === 'Wanted then')
      anna.mailbox.patch(made?.id ?? '', { subject: 'Edited since' })
    })
    await restored.service.wakeErasures()
    await pass(restored, hours(1), minutes(10))
    expect(itemsOf(anna).filter(({ fields }) => /then|since/.test(String(fields['subject'])))).toEqual([
      expect.objectContaining({ fields: expect.objectContaining({ subject: 'Edited since' }) }),
    ])
    const { body } = await (await anna.reader()).call({ path: action }, restored.service).then((answer) => answer)
    expect(body).toMatchObject({ action: { state: 'rejected', reason: 'restored' } })
    // Asked for again it is the same event.
    await (await anna.reader()).send('POST', path, wish)
    await fixture.settle()
    expect(itemsOf(anna).filter(({ fields }) => /then|since/.test(String(fields['subject'])))).toHaveLength(1)
  })

  test('an instance looks twice a minute at most, and asks for nothing else beside what its answers take', async () => {
    const { counters } = fixture
    const connection = await bo.reader()
    const ask = async () => (await connection.get('/v1/account')).status
    await fixture.clock.advance(minutes(1))
    expect(await ask()).toBe(200)
    const before = tableRequests(counters)
    expect(await ask()).toBe(200)
    const ofOneAnswer = tableRequests(counters) - before
    const all = { from: tableRequests(counters), looks: counters.looks }
    for (let asked = 0; asked < 60; asked++) {
      await fixture.clock.advance(seconds(1))
      expect(await ask()).toBe(200)
    }
    expect(counters.looks - all.looks).toBeLessThanOrEqual(2)
    // Once a minute each, whatever is asked: the account's key, and whether the integrator is registered.
    expect(tableRequests(counters) - all.from).toBe(60 * ofOneAnswer + 2)
  })

  test('an entry that somebody wrote into the ledger erases nobody', async () => {
    const { tables } = fixture
    await fixture.service.erasure.begin(annas, 'person')
    await untilErased(fixture)
    const properties = { account: bos, at: Number(fixture.clock.now()), proof: 'x'.repeat(22), dueAt: 0 }
    for (const rowKey of ['entry.000000000000.00', `open.${bos}`])
      tables.overwrite('ledger', { partitionKey: 'ledger', rowKey, properties })
    const restored = await restoreAfterADay(async () => undefined)
    await restored.service.wakeErasures()
    await pass(restored, minutes(30))
    expect(linesOf(restored, 'ledger-entry-forged')).toHaveLength(1)
    expect(accountsIn(fixture)).toContain(bos)
  })
})
