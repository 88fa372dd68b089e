import { isFailure, SyncError } from '../core/errors.ts'
import { type Clock, days, elapsed, hours, later, seconds } from '../core/time.ts'
import type { Vault } from '../crypto/ports.ts'
import { POSITION } from '../storage/ledger/numbers.ts'
import { createPuttingNote, HEAD, LEDGER, noteOf, type Putting } from '../storage/ledger/putting.ts'
import { MEMBER } from '../storage/organisations/organisation-rows.ts'
import { createSchedule } from '../storage/schedule.ts'
import { COMMIT_MAX_BYTES, COMMIT_MAX_WRITES, type TableName, type Tables, type Write } from '../storage/table.ts'
import { STEPS } from './back-up.ts'
import { beganAt } from './id.ts'
import { type Manifest, readManifest, refused } from './manifest.ts'
import { OLDEST_BACKUP_DAYS } from './oldest.ts'
import type { Backups } from './ports.ts'
import { type CopiedRow, digestOf, lineOf, rowsIn } from './rows.ts'

export interface PutBackDependencies extends Backups {
  readonly environment: string
  readonly vault: Pick<Vault, 'verify'>
  readonly tables: Tables
  readonly clock: Clock
}

/** They outlive the rest, and what has been noted since is worth more: they are taken from a backup only when nothing is left. */
const ONLY_WHEN_LOST: readonly TableName[] = ['audit', 'ledger']
/** Before a commit is made again, in seconds. */
const WAITS = [1, 2, 4, 8, 16]
/** Accounts are visited one after another, so that Microsoft and the vault are not asked for all at once. */
const VISITS_WITHIN = 3600
/** Time to start the app and have the ledger replayed. */
const EXPECTED_WITHIN = hours(2)

/**
 * Puts a backup into empty tables. Everything is checked before the first row is written. Nobody is served until all of it
 * is there; when something ends this in between, the same backup is put again. Then the data is left as older than any
 * ledger, so that nobody is served before the ledger has been replayed.
 * @returns how many rows each table got.
 * @throws SyncError `BACKUP_REFUSED`, `TABLES_NOT_EMPTY`: nothing was written.
 */
export async function putBack(given: PutBackDependencies, id: string): Promise<ReadonlyMap<TableName, number>> {
  const { store } = given
  const note = createPuttingNote(given.tables)
  const manifest = await readManifest(given, id)
  if (elapsed(beganAt(id), given.clock.now()) > days(OLDEST_BACKUP_DAYS))
    throw refused(id, `it is more than ${OLDEST_BACKUP_DAYS} days old, and the ledger is not replayed from so far back`)
  for (const file of manifest.files) await contentOf(given, manifest, file)
  const putting = { backup: id, tables: await tablesFor(given, id, await note.read()) }
  await note.begin(putting)
  const put = new Map<TableName, number>()
  const stored = new Set<string>()
  for (const file of manifest.files) {
    if (!putting.tables.includes(file.table)) continue
    const copied = await rowsIn(await contentOf({ store }, manifest, file))
    const rows = copied.filter((row) => !isLongOver(row, file.table))
    await write(given, putting, file.table, rows)
    if (file.table === 'accounts') await planVisits(given, headsIn(rows), stored)
    if (file.table === 'organisations') await expectOthers(given, rows, stored)
    put.set(file.table, (put.get(file.table) ?? 0) + rows.length)
  }
  await note.end()
  return put
}

/** Those that are empty, or that got a part of this backup before. */
async function tablesFor({ scan }: Pick<Backups, 'scan'>, id: string, begun: Putting | undefined) {
  if (begun?.backup === id) return begun.tables
  const [empty, inTheWay] = [new Set<TableName>(), new Set<TableName>()]
  for (const name of [...STEPS, 'schedule'] as const)
    if (await isEmpty(scan, name)) empty.add(name)
    else if (begun?.tables.includes(name) || !ONLY_WHEN_LOST.includes(name)) inTheWay.add(name)
  if (inTheWay.size === 0) return [...empty]
  const whose = begun === undefined ? '' : `; a part of ${begun.backup} was put back, which may be put again`
  throw new SyncError('TABLES_NOT_EMPTY', `there are rows in ${[...inTheWay].join(', ')}${whose}`)
}

async function contentOf(
  { store }: Pick<Backups, 'store'>,
  { id }: Manifest,
  { name, digest }: Manifest['files'][number],
): Promise<Uint8Array> {
  const content = await store.read(id, name)
  if (content === undefined || digestOf(content) !== digest) throw refused(id, `${name} is missing or damaged`)
  return content
}

async function isEmpty(scan: Backups['scan'], table: TableName): Promise<boolean> {
  let next: string | undefined
  do {
    const page = await scan(table, next)
    if (page.rows.length > 0) return false
    next = page.next
  } while (next !== undefined)
  return true
}

/** Rows come by partition. They are written over one another, because the keys are there twice. */
async function write(
  given: PutBackDependencies,
  putting: Putting,
  name: TableName,
  rows: readonly CopiedRow[],
): Promise<void> {
  let [partition, writes, bytes] = ['', [] as Write[], 0]
  const commit = async () => {
    if (writes.length > 0) await commitPatiently(given, name, partition, writes)
    writes = []
    bytes = 0
  }
  for (const row of rows.map((row) => asPutBack(row, name, putting))) {
    const size = lineOf(row).length
    const isFull = writes.length === COMMIT_MAX_WRITES || bytes + size > COMMIT_MAX_BYTES / 2
    if (row.partitionKey !== partition || isFull) await commit()
    partition = row.partitionKey
    bytes += size
    writes.push({ kind: 'upsert', rowKey: row.rowKey, properties: row.properties })
  }
  await commit()
}

/** A commit that may have arrived is made again: it writes the same. */
async function commitPatiently(
  { tables, clock }: PutBackDependencies,
  name: TableName,
  partition: string,
  writes: readonly Write[],
): Promise<void> {
  for (const wait of WAITS)
    try {
      await tables.table(name).commit(partition, writes)
      return
    } catch (error) {
      if (!isFailure(error, 'STORAGE_UNAVAILABLE', 'OUTCOME_UNKNOWN')) throw error
      await clock.sleep(seconds(wait))
    }
  await tables.table(name).commit(partition, writes)
}

/** Sign-ins and sessions live for an hour at most, and those of people who were erased since must not come back. */
const isLongOver = ({ properties }: CopiedRow, name: TableName): boolean => name === 'oauth' && 'expires' in properties

/** Data that has heard of none of the ledger's numbers, and a ledger that says as long that it is not whole. */
function asPutBack(row: CopiedRow, name: TableName, putting: Putting): CopiedRow {
  const is = (partition: string, rowKey: string) => row.partitionKey === partition && row.rowKey === rowKey
  if (name === 'keys' && is(POSITION.partition, POSITION.rowKey))
    return { ...row, properties: { ...row.properties, number: 0 } }
  if (name === 'ledger' && is(LEDGER, HEAD)) return { ...row, properties: { ...row.properties, ...noteOf(putting) } }
  return row
}

export const headsIn = (rows: readonly Pick<CopiedRow, 'partitionKey' | 'rowKey'>[]): readonly string[] =>
  rows.flatMap(({ partitionKey, rowKey }) => (rowKey === 'state.head' ? partitionKey : []))

/** The schedule is not copied: while it is read, plans move past the reader. So every account gets a visit. */
async function planVisits(
  { tables, clock }: PutBackDependencies,
  accounts: readonly string[],
  stored: Set<string>,
): Promise<void> {
  const schedule = createSchedule(tables)
  for (const account of accounts) {
    await schedule.plan(account, later(clock.now(), seconds(stored.size % VISITS_WITHIN)))
    stored.add(account)
  }
}

/**
 * Whoever connected while the backup was made may be on a list, and no account is there: they are looked for.
 * @param rows of the table `organisations`. @param stored the accounts that there are: `accounts` is copied before.
 */
export async function expectOthers(
  { tables, clock }: Pick<PutBackDependencies, 'tables' | 'clock'>,
  rows: readonly Pick<CopiedRow, 'partitionKey' | 'rowKey'>[],
  stored: ReadonlySet<string>,
): Promise<void> {
  const schedule = createSchedule(tables)
  for (const { partitionKey: organisation, rowKey } of rows) {
    const account = rowKey.slice(MEMBER.length)
    if (!rowKey.startsWith(MEMBER) || stored.has(account)) continue
    await schedule.plan(account, later(clock.now(), EXPECTED_WITHIN), [], { organisation, isLast: true })
  }
}
