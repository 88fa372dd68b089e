import type { Audit } from '../../audit/ports.ts'
import { SyncError } from '../../core/errors.ts'
import type { Log, LogFacts } from '../../core/log.ts'
import type { CalendarState } from '../../pull/state.ts'
import { quarantine } from '../quarantine.ts'
import { rowVersionOf } from '../sealed-rows.ts'
import type { StoredRow, Table, Write } from '../table.ts'
import type { AccountRows } from './account-rows.ts'
import { type AtomicGroup, packCommits } from './batches.ts'
import { changeNumberOf, headKey, rangeOf, tokenKey } from './row-keys.ts'
import { rolledBack, type StoredHead, versionsAfter } from './row-versions.ts'

export interface RepairDependencies {
  readonly table: Table
  readonly audit: Audit
  readonly log: Log
}

interface Numbered {
  readonly rows: AccountRows
  readonly byKey: ReadonlyMap<string, StoredRow>
  next(): number
}

/**
 * Makes an account whole whose rows are not those that its head tells of: somebody has put an older row, an older head, or
 * nothing in the place of what was written last. What is there is kept as evidence. Nothing of it is believed that Microsoft
 * knows better: every calendar is read afresh, and the events that a part of the index tells of are written again.
 * @throws SyncError `ROW_CHANGED` when the account was changed meanwhile.
 */
export async function repair(dependencies: RepairDependencies, account: string, rows: AccountRows): Promise<void> {
  const { table } = dependencies
  const stored = await readAll(table, account)
  const byKey = new Map(stored.map((row) => [row.rowKey, row]))
  const headRow = byKey.get(headKey)
  if (headRow === undefined) return
  const head = await rows.head.decode(headRow)
  const wrong = rolledBack(head.versions, '', stored)
  if (wrong.length === 0) return

  let last = Math.max(head.versions.last, ...stored.map(rowVersionOf))
  const isHeadOlder = last > head.versions.last
  const evidence = (isHeadOlder ? [headKey, ...wrong] : wrong).flatMap((key) => byKey.get(key) ?? [])
  await notice(dependencies, account, evidence, { rows: wrong.length, isHeadOlder })

  const groups = await repaired({ rows, byKey, next: () => ++last }, head, wrong)
  const nextChange = isHeadOlder ? await nextChangeOf(table, account, head) : head.nextChange
  const versions = { ...withoutLost(head, byKey), last }
  await commitAll({ table, account, rows }, groups, { ...head, ...REFRESHED, nextChange, versions }, headRow.etag)
}

/** Tells of rows that were rolled back or taken away, and keeps what is there as evidence, before anything is repaired. */
export async function notice(
  { table, audit, log }: RepairDependencies,
  account: string,
  evidence: readonly StoredRow[],
  facts: LogFacts,
): Promise<void> {
  log('error', 'row-rolled-back', { account, ...facts })
  await audit.record({ act: 'rollback-noticed', actor: { kind: 'service' }, account, facts })
  for (const row of evidence) await quarantine(table, row, noticed(row), log)
}

/** What of the head is learnt again. */
const REFRESHED = { calendarsReadAt: undefined, nextVisitAt: undefined, notBefore: undefined, failures: 0 }

const noticed = ({ rowKey }: StoredRow) =>
  new SyncError('ROW_ROLLED_BACK', 'row is not the one that was written last', { facts: { kind: kindOf(rowKey) } })

const kindOf = (rowKey: string): string => rowKey.split('.').slice(0, -1).join('.')

async function readAll(table: Table, account: string): Promise<readonly StoredRow[]> {
  const stored: StoredRow[] = []
  for (const prefix of ['state', 'index'])
    for await (const page of table.range(account, ...rangeOf(prefix))) stored.push(...page)
  return stored
}

/** An older head does not know of the entries that followed; their numbers are not given out again. */
async function nextChangeOf(table: Table, account: string, head: StoredHead): Promise<number> {
  for await (const page of table.range(account, ...rangeOf('change'))) {
    const [newest] = page
    if (newest !== undefined) return Math.max(head.nextChange, changeNumberOf(newest.rowKey) + 1)
  }
  return head.nextChange
}

async function repaired(numbered: Numbered, head: StoredHead, wrong: readonly string[]): Promise<AtomicGroup[]> {
  const groups: AtomicGroup[] = []
  const isToken = (key: string) => key === tokenKey
  if (wrong.some((key) => !isToken(key))) groups.push(...(await unread(numbered, head)))
  for (const key of wrong) {
    if (isToken(key)) groups.push([await tokenWrite(numbered)])
    else if (key.startsWith(rangeOf('index')[0])) groups.push([await indexWrite(numbered, key)])
  }
  return groups
}

/** All calendars, to be read afresh, also those whose rows are as they should be. */
async function unread({ rows, byKey, next }: Numbered, { versions }: StoredHead): Promise<AtomicGroup[]> {
  const [from] = rangeOf('state.calendar')
  const keys = [...byKey.keys()].filter((key) => key.startsWith(from))
  const writes = keys.map(async (rowKey): Promise<AtomicGroup> => {
    const row = byKey.get(rowKey)
    if (row === undefined) return []
    const properties = await rows.calendar.encode(
      rowKey,
      afresh(await rows.calendar.decode(row), versions.last),
      next(),
    )
    return [{ kind: 'upsert', rowKey, properties }]
  })
  return Promise.all(writes)
}

/**
 * `torn` lets the end of the round look for events that the index has lost. A round writes its calendar at least once, so
 * the last version is a number that no round has had.
 */
const afresh = (calendar: CalendarState, last: number): CalendarState => ({
  ...calendar,
  ...{ cursor: undefined, progress: undefined, endless: false, confirming: false },
  ...{ dirty: true, torn: true, round: Math.max(calendar.round, last) },
})

/** An older token cache is still a good one, or Microsoft refuses it and the person connects again. */
async function tokenWrite({ rows, byKey, next }: Numbered): Promise<Write> {
  const row = byKey.get(tokenKey)
  const content = row === undefined ? { cache: '' } : await rows.token.decode(row)
  return { kind: 'upsert', rowKey: tokenKey, properties: await rows.token.encode(tokenKey, content, next()) }
}

/** Without their digests all of its events differ from what Microsoft tells, and are written again. */
async function indexWrite({ rows, byKey, next }: Numbered, rowKey: string): Promise<Write> {
  const row = byKey.get(rowKey)
  const items = row === undefined ? {} : (await rows.index.decode(row)).items
  const blank = Object.entries(items).map(([key, item]) => [key, 'digest' in item ? { ...item, digest: '' } : item])
  const properties = await rows.index.encode(rowKey, { items: Object.fromEntries(blank) }, next())
  return { kind: 'upsert', rowKey, properties }
}

/** The last number is known before the first commit, so that a crash between two gives none twice. */
async function commitAll(
  { table, account, rows }: { readonly table: Table; readonly account: string; readonly rows: AccountRows },
  groups: readonly AtomicGroup[],
  head: StoredHead,
  etag: string,
): Promise<void> {
  let { versions } = head
  let fence = etag
  for (const writes of packCommits(groups)) {
    versions = versionsAfter(versions, head.versions.last, writes)
    const properties = await rows.head.encode(headKey, { ...head, versions })
    const replaced: Write = { kind: 'replace', rowKey: headKey, properties, etag: fence }
    fence = (await table.commit(account, [...writes, replaced])).at(-1) ?? ''
  }
}

/** A calendar's row that is gone is not made up: reading the list of calendars brings it back. */
function withoutLost({ versions }: StoredHead, byKey: ReadonlyMap<string, StoredRow>): StoredHead['versions'] {
  const isCalendar = (key: string) => key.startsWith(rangeOf('state.calendar')[0])
  const kept = Object.entries(versions.rows).filter(([key]) => !isCalendar(key) || byKey.has(key))
  return { ...versions, rows: Object.fromEntries(kept) }
}
