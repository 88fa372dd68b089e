import { beforeEach, describe, expect, test } from 'vitest'
import { runRestoreCommand } from '../../infra/restore.ts'
import { MANIFEST } from '../../shared/backup/manifest.ts'
import { SyncError } from '../../shared/core/errors.ts'
import { days, hours, minutes, seconds } from '../../shared/core/time.ts'
import type { Ports } from '../../shared/service/ports.ts'
import { TABLE_NAMES, type Table, type TableName } from '../../shared/storage/table.ts'
import { signInTo } from '../support/browser-session.ts'
import { connectHalfWay, lastAccount, leftOf, members, untilErased } from '../support/erasing.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { linesOf, pass, type Reading, startReading } from '../support/reading.ts'
import { type ServiceFixture, startService } from '../support/service.ts'

let fixture: ServiceFixture
let anna: Reading
let bo: Reading
let annas: string
let bos: string

const LOST: readonly TableName[] = TABLE_NAMES.filter((name) => name !== 'ledger' && name !== 'audit')

beforeEach(async () => {
  fixture = await startService()
  fixture.backups.rowsPerPage = 25
  anna = await startReading(fixture, { singles: 60, series: 4, occurrences: 12 })
  annas = lastAccount(fixture)
  bo = await startReading(fixture, { singles: 60, series: 4, occurrences: 12 })
  bos = lastAccount(fixture)
  await pass(fixture, minutes(10))
})

const ids = () => [...fixture.backups.contents.keys()]
const command = (...args: string[]) => runRestoreCommand(fixture.ports, args)

async function backedUp(): Promise<string> {
  const isMade = async () => (await command('list')).includes(`${ids().at(-1)}  complete`)
  do await fixture.service.backUpTables()
  while (!(await isMade()))
  return ids().at(-1) ?? ''
}

/** All that is about people is lost; an instance starts when the backup is back. */
async function putBack(id: string, lost = LOST): Promise<ServiceFixture> {
  fixture.tables.clear(...lost)
  await command('put', id)
  return startService({ beside: fixture })
}

const accountsIn = ({ tables }: ServiceFixture) =>
  tables.rows('accounts').flatMap(({ partitionKey, rowKey }) => (rowKey === 'state.head' ? [partitionKey] : []))

const plannedIn = ({ tables }: ServiceFixture) =>
  new Set(tables.rows('schedule').map(({ rowKey }) => rowKey.replace(/^\d+\./, '')))

const changesIn = ({ graph }: ServiceFixture) =>
  graph.requests.list().filter(({ method, path }) => method !== 'GET' && /events/.test(path))

const itemsOf = ({ mailbox }: Reading) => [...mailbox.calendar().store.items.values()]

describe('a backup is made', () => {
  test('once a day, and what it does not copy is little', async () => {
    const id = await backedUp()
    await fixture.service.backUpTables()
    expect(ids()).toEqual([id])
    expect(await command('list')).toMatch(new RegExp(`^${id}  complete, \\d+ rows\n$`))
    await pass(fixture, hours(24), hours(6))
    await fixture.service.backUpTables()
    expect(ids()).toHaveLength(2)
  })

  test('as the rows are stored, and nothing of a person can be read in it', async () => {
    await backedUp()
    const { gunzipSync } = await import('node:zlib')
    const files = [...fixture.backups.contents].flatMap(([id, each]) => each.map((file) => ({ ...file, id })))
    const [manifest, ...others] = files.toReversed()
    const rows = others.map(({ content }) => gunzipSync(content).toString()).join('')
    expect(rows.split('\n').length).toBeGreaterThan(fixture.tables.rows('accounts').length)
    const signed = new TextDecoder().decode(manifest?.content)
    const beside = files.map(({ id, name, facts }) => `${id} ${name} ${facts}`).join('\n')
    const [event] = itemsOf(anna)
    const { userPrincipalName, displayName, oid, tid } = anna.person
    for (const secret of [
      userPrincipalName,
      displayName,
      oid,
      tid,
      String(event?.fields['subject']),
      String(event?.id),
    ])
      expect(`${rows}${beside}${signed}`).not.toContain(secret)
  })

  test('in slices: who comes next goes on where the one before was cut off', async () => {
    fixture.backups.afterPage = () => fixture.clock.advance(minutes(1))
    await fixture.service.backUpTables()
    const [id = ''] = ids()
    expect(await command('list')).toContain('it is not complete')
    for (let slice = 0; slice < 30 && !(await command('list')).includes('complete,'); slice++) {
      const before = fixture.backups.contents.get(id)?.length ?? 0
      await fixture.service.backUpTables()
      expect(fixture.backups.contents.get(id)?.length).toBeGreaterThan(before)
    }
    expect(ids()).toEqual([id])
    fixture.backups.afterPage = () => undefined
    const before = fixture.tables.rows('accounts').length
    await putBack(id)
    expect(fixture.tables.rows('accounts')).toHaveLength(before)
  })

  test.each(['000001.accounts.gz', MANIFEST])('anew when somebody else has put %s into it', async (name) => {
    fixture.backups.afterPage = () => fixture.clock.advance(minutes(4))
    await fixture.service.backUpTables()
    fixture.backups.afterPage = () => undefined
    const [id = ''] = ids()
    await fixture.backups.store.write(id, { name, facts: 'theirs' }, new Uint8Array(5))
    await fixture.clock.advance(minutes(5))
    const made = await backedUp()
    expect(linesOf(fixture, 'backup-forged')).toEqual([expect.objectContaining({ backup: id })])
    expect(made).not.toBe(id)
    expect(await command('list')).toContain(`${made}  complete`)
  })

  test('anew after a restore, although one from before it was not finished', async () => {
    const old = await backedUp()
    await pass(fixture, hours(24), hours(6))
    fixture.backups.afterPage = () => fixture.clock.advance(minutes(4))
    await fixture.service.backUpTables()
    const unfinished = ids().at(-1)
    fixture.backups.afterPage = () => undefined
    const restored = await putBack(old)
    await restored.service.wakeErasures()
    await fixture.clock.advance(minutes(5))
    await restored.service.backUpTables()
    expect(ids().at(-1)).not.toBe(unfinished)
    expect(await command('list')).toContain(`${ids().at(-1)}  complete`)
  })

  test('when the version of the key that signed the last one has been disabled', async () => {
    await backedUp()
    const signedWith = (await fixture.vault.current()).signing
    fixture.vault.rotate('signing')
    await fixture.service.rewrapKeys()
    fixture.vault.disabled.add(signedWith)
    await pass(fixture, hours(24), hours(6))
    await fixture.service.backUpTables()
    const [old, made] = ids()
    expect(await command('list')).toMatch(new RegExp(`^${old}  not looked at: .*disabled\n${made}  complete, `))
  })

  test('not of tables that are just being restored', async () => {
    fixture.tables.clear(...LOST)
    await expect(fixture.service.backUpTables()).resolves.toBeUndefined()
    expect(ids()).toEqual([])
  })

  const isOldTold = async () => {
    await fixture.service.operations.gather()
    const { alerts } = await fixture.service.operations.status(1)
    return alerts.find(({ name }) => name === 'backup-old')?.isRaised
  }

  test('and its age is told, as long as it takes to make one', async () => {
    await backedUp()
    await fixture.clock.advance(days(3))
    fixture.backups.afterPage = () => fixture.clock.advance(minutes(4))
    await fixture.service.backUpTables()
    expect(await isOldTold()).toBe(true)
  })

  test('and its age is told when the timer that makes them has stopped', async () => {
    await backedUp()
    expect(await isOldTold()).toBe(false)
    await fixture.clock.advance(days(3))
    expect(await isOldTold()).toBe(true)
  })

  test('and when that timer has never run, which a new deployment is given time for', async () => {
    expect(await isOldTold()).toBe(false)
    await fixture.clock.advance(days(1))
    expect(await isOldTold()).toBe(false)
    await fixture.clock.advance(days(2))
    expect(await isOldTold()).toBe(true)
  })
})

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
    const entries = () => fixture.tables.rows('ledger').filter(({ rowKey }) => rowKey.startsWith('entry.')).length
    expect(entries()).toBe(1)
    const restored = await putBack(id, [...TABLE_NAMES])
    expect(entries()).toBe(1)
    expect(await command('status')).toContain('nothing is served before it is replayed')
    await restored.service.wakeErasures()
    await pass(restored, hours(2), minutes(10))
    expect(await bo.shown()).toEqual(bo.actual())
    expect(accountsIn(fixture)).toEqual([bos])
    await fixture.service.erasure.begin(bos, 'person')
    await untilErased(restored)
    await putBack(id)
    expect(entries()).toBe(2)
  })
})

describe('a backup that is put back', () => {
  /** What `put` works with, where this commit and some after it fail. */
  function failing(from: number, times: number): Ports {
    const { ports } = fixture
    let made = 0
    const table = (name: TableName): Table => ({
      ...ports.tables.table(name),
      async commit(...given) {
        made += 1
        if (made >= from && made < from + times) throw new SyncError('STORAGE_UNAVAILABLE', 'away')
        return ports.tables.table(name).commit(...given)
      },
    })
    return { ...ports, tables: { table }, clock: { ...ports.clock, sleep: async () => undefined } }
  }

  const entries = () => fixture.tables.rows('ledger').filter(({ rowKey }) => rowKey.startsWith('entry.')).length

  test('waits for storage that is away for a moment', async () => {
    const id = await backedUp()
    fixture.tables.clear(...LOST)
    await expect(runRestoreCommand(failing(3, 3), ['put', id])).resolves.toContain('Rows put back')
  })

  test.each([2, 3, 6, 12, 18])('and ends at commit %i is served by nobody until it is whole', async (at) => {
    await fixture.service.erasure.begin(annas, 'person')
    await untilErased(fixture)
    const id = await backedUp()
    const connection = await bo.reader()
    fixture.tables.clear(...TABLE_NAMES)
    await expect(runRestoreCommand(failing(at, 1000), ['put', id])).rejects.toThrow('away')
    const half = await startService({ beside: fixture })
    for (let minute = 0; minute < 3; minute++) {
      await half.service.wakeErasures().catch(() => undefined)
      await fixture.clock.advance(minutes(1))
      expect((await connection.call({ path: '/v1/account' }, half.service)).status).toBe(503)
    }
    await expect(command('replay')).rejects.toMatchObject({ code: 'RESTORE_PENDING' })
    expect(await command('status')).toContain(`Only a part of the backup ${id}`)
    await command('put', id)
    expect(entries()).toBe(1)
    const restored = await startService({ beside: fixture })
    await restored.service.wakeErasures()
    await pass(restored, hours(2), minutes(10))
    expect(await bo.shown()).toEqual(bo.actual())
  })

  test('at once leaves every account with the plan that its head names', async () => {
    await pass(fixture, hours(3))
    const restored = await putBack(await backedUp())
    await restored.service.wakeErasures()
    await pass(restored, minutes(1), seconds(30))
    expect([...plannedIn(restored)].sort()).toEqual([annas, bos].sort())
  })

  test('and ends in between makes way for another one when what it wrote is deleted', async () => {
    const id = await backedUp()
    await pass(fixture, hours(24), hours(6))
    const other = await backedUp()
    fixture.tables.clear(...TABLE_NAMES)
    await expect(runRestoreCommand(failing(20, 1000), ['put', id])).rejects.toThrow('away')
    fixture.tables.clear(...LOST)
    await expect(command('put', other)).rejects.toThrow(/rows in audit, ledger; a part of .* may be put again/)
    fixture.tables.clear('ledger', 'audit')
    await expect(command('put', other)).resolves.toContain('nothing is served before it is replayed')
  })
})

describe('a backup is refused, and nothing is written,', () => {
  const files = (id: string) => fixture.backups.contents.get(id) ?? []

  test.each<[string, (id: string) => unknown, RegExp]>([
    ['when a file is damaged', (id) => files(id)[1]?.content.set([1], 20), /000001.*missing or damaged/],
    ['when a file is missing', (id) => files(id).splice(2, 1), /missing or damaged/],
    ['when it is not complete', (id) => files(id).pop(), /not complete/],
    ['when its manifest was changed', (id) => files(id).at(-1)?.content.set([48], 60), /did not sign/],
  ])('%s', async (_, damage, why) => {
    const id = await backedUp()
    damage(id)
    fixture.tables.clear(...LOST)
    await expect(command('put', id)).rejects.toThrow(why)
    expect(LOST.flatMap((name) => fixture.tables.rows(name))).toEqual([])
  })

  test('when its manifest is that of another one, or of another environment', async () => {
    const id = await backedUp()
    fixture.backups.contents.set('20260101T000000Z', files(id))
    fixture.tables.clear(...LOST)
    await expect(command('put', '20260101T000000Z')).rejects.toThrow(/another backup/)
    const config = { ...fixture.ports.config, ENVIRONMENT: 'elsewhere' }
    await expect(runRestoreCommand({ ...fixture.ports, config }, ['put', id])).rejects.toThrow(/another environment/)
  })

  test('when it is older than what the ledger is replayed from', async () => {
    const id = await backedUp()
    fixture.tables.clear(...LOST)
    await fixture.clock.advance(days(36))
    await expect(command('put', id)).rejects.toThrow(/more than 35 days old/)
    expect(LOST.flatMap((name) => fixture.tables.rows(name))).toEqual([])
  })

  test('when there are rows', async () => {
    const id = await backedUp()
    fixture.tables.clear('accounts', 'keys')
    await expect(command('put', id)).rejects.toThrow(/there are rows in/)
    expect(fixture.tables.rows('accounts')).toEqual([])
  })
})
