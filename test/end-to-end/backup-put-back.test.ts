import { beforeEach, describe, expect, test } from 'vitest'
import { runRestoreCommand } from '../../infra/restore.ts'
import { SyncError } from '../../shared/core/errors.ts'
import { days, hours, minutes, seconds } from '../../shared/core/time.ts'
import type { Ports } from '../../shared/service/ports.ts'
import { TABLE_NAMES, type Table, type TableName } from '../../shared/storage/table.ts'
import { LOST, ledgerEntriesIn, startBackedUpService } from '../support/backups.ts'
import { untilErased } from '../support/erasing.ts'
import { pass } from '../support/reading.ts'
import { type ServiceFixture, startService } from '../support/service.ts'

type Backups = Awaited<ReturnType<typeof startBackedUpService>>

let fixture: Backups['fixture']
let annas: Backups['annas']
let bo: Backups['bo']
let bos: Backups['bos']
let command: Backups['command']
let backedUp: Backups['backedUp']
let putBack: Backups['putBack']

beforeEach(async () => {
  ;({ fixture, annas, bo, bos, command, backedUp, putBack } = await startBackedUpService())
})

const plannedIn = ({ tables }: ServiceFixture) =>
  new Set(tables.rows('schedule').map(({ rowKey }) => rowKey.replace(/^\d+\./, '')))

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
    expect(ledgerEntriesIn(fixture)).toBe(1)
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
