import { beforeEach, describe, expect, test } from 'vitest'
import { hours, minutes, seconds } from '../../shared/core/time.ts'
import { TABLE_NAMES } from '../../shared/storage/table.ts'
import { ledgerEntriesIn, startBackedUpService } from '../support/backups.ts'
import { signInTo } from '../support/browser-session.ts'
import { connectHalfWay, leftOf, members, untilErased } from '../support/erasing.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { pass, type Reading, startReading } from '../support/reading.ts'
import type { ServiceFixture } from '../support/service.ts'

type Backups = Awaited<ReturnType<typeof startBackedUpService>>

let fixture: Backups['fixture']
let anna: Backups['anna']
let annas: Backups['annas']
let bo: Backups['bo']
let bos: Backups['bos']
let command: Backups['command']
let backedUp: Backups['backedUp']
let putBack: Backups['putBack']

beforeEach(async () => {
  ;({ fixture, anna, annas, bo, bos, command, backedUp, putBack } = await startBackedUpService())
})

const accountsIn = ({ tables }: ServiceFixture) =>
  tables.rows('accounts').flatMap(({ partitionKey, rowKey }) => (rowKey === 'state.head' ? [partitionKey] : []))

const changesIn = ({ graph }: ServiceFixture) =>
  graph.requests.list().filter(({ method, path }) => method !== 'GET' && /events/.test(path))

const itemsOf = ({ mailbox }: Reading) => [...mailbox.calendar().store.items.values()]

describe('a backup that was made while everything changed', () => {
  async function made(): Promise<string> {
    let page = 0
    const items = itemsOf(anna)
    fixture.backups.afterPage = async () => {
      page += 1
      anna.mailbox.patch(items[page % 30]?.id ?? '', { subject: `Changed at page ${page}` })
      const doomed = items[30 + page]
      if (doomed !== undefined) anna.mailbox.remove(doomed.id)
      anna.mailbox.create(oneHour(`Made at page ${page}`, '2026-11-20'))
      await fixture.clock.advance(seconds(2))
      await fixture.settle()
    }
    const id = await backedUp()
    expect(page).toBeGreaterThan(8)
    fixture.backups.afterPage = () => undefined
    return id
  }

  test.each([5, 25])(
    'is equal to the mailboxes once each was visited, %i rows at a time, and nothing was changed in Outlook',
    async (rows) => {
      fixture.backups.rowsPerPage = rows
      const id = await made()
      await pass(fixture, hours(10), hours(1))
      anna.mailbox.create(oneHour('Made after the backup', '2026-11-20'))
      const reader = await anna.reader()
      const restored = await putBack(id)
      const before = itemsOf(anna).length
      expect((await reader.call({ path: '/v1/account' }, restored.service)).status).toBe(503)
      await restored.service.wakeErasures()
      await pass(restored, hours(2), minutes(10))
      expect(itemsOf(anna)).toHaveLength(before)
      expect(changesIn(restored)).toEqual([])
      expect(await anna.shown()).toEqual(anna.actual())
      expect(await bo.shown()).toEqual(bo.actual())
    },
  )

  test('brings back no session of our pages, which names whoever was erased since', async () => {
    await signInTo(fixture.service, anna.person, '/me')
    const sessions = () => fixture.tables.rows('oauth').filter(({ properties }) => 'expires' in properties)
    expect(sessions()).toHaveLength(1)
    await putBack(await backedUp())
    expect(sessions()).toEqual([])
  })

  test('has a key to every row, whoever connected meanwhile', async () => {
    let cleo: Reading | undefined
    fixture.backups.afterPage = async () => {
      cleo ??= await startReading(fixture, { singles: 5 })
    }
    const id = await backedUp()
    fixture.backups.afterPage = () => undefined
    const restored = await putBack(id)
    await restored.service.wakeErasures()
    await pass(restored, hours(2), minutes(10))
    expect(accountsIn(fixture)).toHaveLength(3)
    expect(await cleo?.shown()).toEqual(cleo?.actual())
  })

  test('brings nobody back on the list of an organisation who had connected half-way', async () => {
    await connectHalfWay(fixture, anna.person.tid, 'accounts')
    const restored = await putBack(await backedUp())
    expect(members(restored)).toHaveLength(3)
    await restored.service.wakeErasures()
    await pass(restored, hours(3), minutes(10))
    expect([...members(restored)].sort()).toEqual([annas, bos].sort())
  })

  test('does not bring back who was erased while it was made, or after it', async () => {
    let begun = false
    fixture.backups.afterPage = async () => {
      if (!begun && (await fixture.tables.table('accounts').get(annas, 'state.head')) !== undefined) {
        begun = true
        await fixture.service.erasure.begin(annas, 'person')
        await fixture.settle()
      }
    }
    const id = await backedUp()
    fixture.backups.afterPage = () => undefined
    await untilErased(fixture)
    await fixture.service.erasure.begin(bos, 'person')
    await untilErased(fixture)
    const restored = await putBack(id)
    await restored.service.wakeErasures()
    await untilErased(restored)
    expect(accountsIn(fixture)).toEqual([])
    for (const account of [annas, bos])
      expect(leftOf(fixture, account).filter((row) => /^(accounts|keys)/.test(row))).toEqual([])
  })

  test('brings the ledger and the trail back when they are lost too, and only then', async () => {
    await fixture.service.erasure.begin(annas, 'person')
    await untilErased(fixture)
    const id = await made()
    expect(ledgerEntriesIn(fixture)).toBe(1)
    const restored = await putBack(id, [...TABLE_NAMES])
    expect(ledgerEntriesIn(fixture)).toBe(1)
    expect(await command('status')).toContain('nothing is served before it is replayed')
    await restored.service.wakeErasures()
    await pass(restored, hours(2), minutes(10))
    expect(await bo.shown()).toEqual(bo.actual())
    expect(accountsIn(fixture)).toEqual([bos])
    await fixture.service.erasure.begin(bos, 'person')
    await untilErased(restored)
    await putBack(id)
    expect(ledgerEntriesIn(fixture)).toBe(2)
  })
})
