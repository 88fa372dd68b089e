import type { Audit } from '../../audit/ports.ts'
import { SyncError } from '../../core/errors.ts'
import type { Log, LogFacts } from '../../core/log.ts'
import { quarantine } from '../quarantine.ts'
import { rowVersionOf } from '../sealed-rows.ts'
import type { StoredRow, Table, Write } from '../table.ts'
import type { AccountRows } from './account-rows.ts'
import { type AtomicGroup, packCommits } from './batches.ts'
import { findRows } from './found-rows.ts'
import { mendedRows } from './mended-rows.ts'
import { changeNumberOf, headKey, isIn, rangeOf } from './row-keys.ts'
import { rolledBack, type StoredHead, versionsAfter } from './row-versions.ts'

export interface RepairDependencies {
  readonly table: Table
  readonly audit: Audit
  readonly log: Log
}

/**
 * Makes an account whole whose rows are not those that its head tells of, or do not open: somebody has put an older row, an
 * older head, or nothing in the place of what was written last, or has changed bytes. What is there is kept as evidence.
 * Nothing of it is believed that Microsoft knows better: every calendar is read afresh, and the events that a part of the
 * index tells of are written again.
 * @returns whether there was anything to repair. @throws SyncError `ROW_CHANGED` when the account was changed meanwhile;
 * `ROW_CORRUPT` when its head does not open, which nothing else can take the place of.
 */
export async function repair(dependencies: RepairDependencies, account: string, rows: AccountRows): Promise<boolean> {
  const { table } = dependencies
  const found = await findRows(table, account, rows)
  if (found === undefined) return false
  const { head, headRow, sound, damaged } = found
  const stored = [...sound.values()]
  const broken = new Set(damaged.map(({ rowKey }) => rowKey))
  const older = rolledBack(head.versions, '', stored).filter((key) => !broken.has(key))
  if (older.length + damaged.length === 0) return false

  let last = Math.max(head.versions.last, ...stored.map(rowVersionOf))
  const isHeadOlder = last > head.versions.last
  const evidence = (isHeadOlder ? [headKey, ...older] : older).flatMap((key) => sound.get(key) ?? [])
  if (older.length > 0) await notice(dependencies, account, evidence, { rows: older.length, isHeadOlder })
  if (damaged.length > 0) await noticeDamage(dependencies, account, damaged)

  const groups = await mendedRows({ ...found, account, table, rows, older, next: () => ++last })
  const nextChange = isHeadOlder ? await nextChangeOf(table, account, head) : head.nextChange
  // A calendar's row that is gone is not made up: reading the list of calendars brings it back.
  const kept = Object.entries(head.versions.rows).filter(([key]) => !isIn('state.calendar', key) || sound.has(key))
  const isLost = kept.length < Object.keys(head.versions.rows).length
  const after = {
    ...{ ...head, ...REFRESHED, nextChange, versions: { last, rows: Object.fromEntries(kept) } },
    roundsFrom: isLost ? head.versions.last : head.roundsFrom,
  }
  await commitAll({ table, account, rows }, groups, after, headRow.etag)
  return true
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
  const why = 'row is not the one that was written last'
  for (const row of evidence) await quarantine(table, row, failureOf('ROW_ROLLED_BACK', why, row), log)
}

/** The same of rows that do not open. */
async function noticeDamage(
  { table, audit, log }: RepairDependencies,
  account: string,
  damaged: readonly StoredRow[],
): Promise<void> {
  const facts = { rows: damaged.length }
  log('error', 'account-repaired', { account, ...facts })
  await audit.record({ act: 'rollback-noticed', actor: { kind: 'service' }, account, facts })
  for (const row of damaged) await quarantine(table, row, failureOf('ROW_CORRUPT', 'row does not open', row), log)
}

const failureOf = (code: 'ROW_CORRUPT' | 'ROW_ROLLED_BACK', message: string, { rowKey }: StoredRow) =>
  new SyncError(code, message, { facts: { kind: kindOf(rowKey) } })

const kindOf = (rowKey: string): string => rowKey.split('.').slice(0, -1).join('.')

/** What of the head is learnt again. */
const REFRESHED = { calendarsReadAt: undefined, nextVisitAt: undefined, notBefore: undefined, failures: 0 }

/** An older head does not know of the entries that followed; their numbers are not given out again. */
async function nextChangeOf(table: Table, account: string, head: StoredHead): Promise<number> {
  for await (const page of table.range(account, ...rangeOf('change'))) {
    const [newest] = page
    if (newest !== undefined) return Math.max(head.nextChange, changeNumberOf(newest.rowKey) + 1)
  }
  return head.nextChange
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
