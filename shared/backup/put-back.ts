import { SyncError } from '../core/errors.ts'
import { type Clock, later, seconds } from '../core/time.ts'
import type { Vault } from '../crypto/ports.ts'
import { POSITION } from '../storage/ledger/numbers.ts'
import { createSchedule } from '../storage/schedule.ts'
import { COMMIT_MAX_BYTES, COMMIT_MAX_WRITES, type TableName, type Tables, type Write } from '../storage/table.ts'
import { STEPS } from './back-up.ts'
import { type Manifest, readManifest, refused } from './manifest.ts'
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
/** Accounts are visited one after another, so that Microsoft and the vault are not asked for all at once. */
const VISITS_WITHIN = 3600

/**
 * Puts a backup into empty tables. Everything is checked before the first row is written. The data is left as older than
 * any ledger, so that nobody is served before the ledger has been replayed.
 * @returns how many rows each table got.
 * @throws SyncError `BACKUP_REFUSED`, `TABLES_NOT_EMPTY`: nothing was written.
 */
export async function putBack(given: PutBackDependencies, id: string): Promise<ReadonlyMap<TableName, number>> {
  const { store, scan } = given
  const manifest = await readManifest(given, id)
  for (const file of manifest.files) await contentOf(given, manifest, file)
  const full = new Set<TableName>()
  for (const name of [...STEPS, 'schedule'] as const) if (!(await isEmpty(scan, name))) full.add(name)
  const inTheWay = [...full].filter((name) => !ONLY_WHEN_LOST.includes(name))
  if (inTheWay.length > 0) throw new SyncError('TABLES_NOT_EMPTY', `there are rows in ${inTheWay.join(', ')}`)
  const put = new Map<TableName, number>()
  for (const file of manifest.files) {
    if (full.has(file.table)) continue
    const rows = await rowsIn(await contentOf({ store }, manifest, file))
    await write(given.tables, file.table, rows)
    if (file.table === 'accounts') await planVisits(given, rows)
    put.set(file.table, (put.get(file.table) ?? 0) + rows.length)
  }
  return put
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
async function write(tables: Tables, name: TableName, rows: readonly CopiedRow[]): Promise<void> {
  let [partition, writes, bytes] = ['', [] as Write[], 0]
  const commit = async () => {
    if (writes.length > 0) await tables.table(name).commit(partition, writes)
    writes = []
    bytes = 0
  }
  for (const row of rows.map((row) => (name === 'keys' ? outdated(row) : row))) {
    const size = lineOf(row).length
    const isFull = writes.length === COMMIT_MAX_WRITES || bytes + size > COMMIT_MAX_BYTES / 2
    if (row.partitionKey !== partition || isFull) await commit()
    partition = row.partitionKey
    bytes += size
    writes.push({ kind: 'upsert', rowKey: row.rowKey, properties: row.properties })
  }
  await commit()
}

/** Data that has heard of none of the ledger's numbers. @see ../storage/ledger/numbers.ts */
function outdated(row: CopiedRow): CopiedRow {
  const isPosition = row.partitionKey === POSITION.partition && row.rowKey === POSITION.rowKey
  return isPosition ? { ...row, properties: { ...row.properties, number: 0 } } : row
}

/** The schedule is not copied: while it is read, plans move past the reader. So every account gets a visit. */
async function planVisits({ tables, clock }: PutBackDependencies, rows: readonly CopiedRow[]): Promise<void> {
  const schedule = createSchedule(tables)
  const heads = rows.filter(({ rowKey }) => rowKey === 'state.head')
  for (const [at, { partitionKey }] of heads.entries())
    await schedule.plan(partitionKey, later(clock.now(), seconds(at % VISITS_WITHIN)))
}
