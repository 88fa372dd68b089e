import { runRestoreCommand } from '../../infra/restore.ts'
import { minutes } from '../../shared/core/time.ts'
import { TABLE_NAMES, type TableName } from '../../shared/storage/table.ts'
import { lastAccount } from './erasing.ts'
import { pass, type Reading, startReading } from './reading.ts'
import { type ServiceFixture, startService } from './service.ts'

/** What is lost where a backup is put back: the ledger and the trail are not. */
export const LOST: readonly TableName[] = TABLE_NAMES.filter((name) => name !== 'ledger' && name !== 'audit')

/** A service that reads two mailboxes, copied in pages of 25 rows. */
export async function startBackedUpService() {
  const fixture = await startService()
  fixture.backups.rowsPerPage = 25
  const [anna, annas] = await startAccount(fixture)
  const [bo, bos] = await startAccount(fixture)
  await pass(fixture, minutes(10))

  const ids = () => [...fixture.backups.contents.keys()]
  const command = (...args: string[]) => runRestoreCommand(fixture.ports, args)

  /** @returns the id of a complete backup. */
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

  return { fixture, anna, annas, bo, bos, ids, command, backedUp, putBack }
}

async function startAccount(fixture: ServiceFixture): Promise<[reading: Reading, account: string]> {
  const reading = await startReading(fixture, { singles: 60, series: 4, occurrences: 12 })
  return [reading, lastAccount(fixture)]
}

/** How many erasures the ledger knows. */
export const ledgerEntriesIn = ({ tables }: ServiceFixture): number =>
  tables.rows('ledger').filter(({ rowKey }) => rowKey.startsWith('entry.')).length
