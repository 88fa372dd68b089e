import type { CalendarState } from '../../pull/state.ts'
import type { StoredRow, Table, Write } from '../table.ts'
import type { AccountRows } from './account-rows.ts'
import type { AtomicGroup } from './batches.ts'
import type { FoundRows } from './found-rows.ts'
import { EMPTIED_SERIES } from './kinds.ts'
import {
  actionCounterKey,
  actionKey,
  actionNumberOf,
  partKey,
  partOf,
  rangeOf,
  seriesKey,
  tokenKey,
} from './row-keys.ts'

interface Mending extends FoundRows {
  readonly account: string
  readonly table: Table
  readonly rows: AccountRows
  /** A version that was never given out. */
  next(): number
}

/** Whether the row of a key is one of those that `prefix.` begins. */
const isOf = (prefix: string, rowKey: string): boolean => rowKey.startsWith(rangeOf(prefix)[0])

/** Neither tells anything of a calendar. */
const isApart = (rowKey: string): boolean => rowKey === tokenKey || rowKey === actionCounterKey

/**
 * What takes the place of rows that are not as they should be. The calendars come first: a crash behind them leaves
 * everything to be read again.
 * @param older keys of rows that open, or are missing.
 */
export async function mendedRows(mending: Mending, older: readonly string[]): Promise<AtomicGroup[]> {
  const { damaged } = mending
  const keys = [...older, ...damaged.map(({ rowKey }) => rowKey)]
  const groups = keys.every(isApart) ? [] : await unread(mending)
  for (const key of older) {
    if (key === tokenKey) groups.push([await tokenWrite(mending)])
    else if (isOf('index', key)) groups.push([await indexWrite(mending, key)])
  }
  for (const row of damaged) groups.push([await damagedWrite(mending, row)])
  for (const rowKey of seriesIn(mending, keys)) groups.push([await emptied(mending, rowKey)])
  return groups
}

/** Of a series that a part of the index may have lost nobody would notice that it is gone: it is read as a new one. */
function seriesIn({ series }: Mending, wrong: readonly string[]): readonly string[] {
  const parts = new Set(wrong.filter((key) => isOf('index', key)))
  return series.filter((rowKey) => parts.has(partKey(partOf(rowKey.slice(seriesKey('').length)))))
}

async function emptied({ rows }: Mending, rowKey: string): Promise<Write> {
  return { kind: 'upsert', rowKey, properties: await rows.series.encode(rowKey, EMPTIED_SERIES) }
}

/**
 * A calendar comes back with the list of calendars. What was agreed on about an event nobody knows any more: before its
 * integrator's next wish makes one, it is looked for.
 */
async function damagedWrite(mending: Mending, { rowKey, etag }: StoredRow): Promise<Write> {
  if (rowKey === tokenKey) return tokenWrite(mending)
  if (isOf('index', rowKey)) return indexWrite(mending, rowKey)
  if (isOf('series', rowKey)) return emptied(mending, rowKey)
  if (rowKey === actionCounterKey) return { kind: 'replace', rowKey, etag, properties: await counted(mending) }
  return { kind: 'delete', rowKey, etag }
}

/** All calendars, to be read afresh, also those whose rows are as they should be. */
async function unread({ rows, sound, head, next }: Mending): Promise<AtomicGroup[]> {
  const stored = [...sound].filter(([key]) => isOf('state.calendar', key))
  const writes = stored.map(async ([rowKey, row]): Promise<AtomicGroup> => {
    const calendar = afresh(await rows.calendar.decode(row), head.versions.last)
    return [{ kind: 'upsert', rowKey, properties: await rows.calendar.encode(rowKey, calendar, next()) }]
  })
  return Promise.all(writes)
}

/**
 * `torn` lets the end of the round look for events that the index has lost. A round writes its calendar at least once, so
 * the last version is a number that no round has had.
 */
const afresh = (calendar: CalendarState, last: number): CalendarState => ({
  ...calendar,
  ...{ cursor: undefined, progress: undefined, endless: false, confirming: false, mayHoldUnclaimed: undefined },
  ...{ dirty: true, torn: true, round: Math.max(calendar.round, last) },
})

/** An older token cache is still a good one, or Microsoft refuses it and the person connects again. */
async function tokenWrite({ rows, sound, next }: Mending): Promise<Write> {
  const row = sound.get(tokenKey)
  const content = row === undefined ? { cache: '' } : await rows.token.decode(row)
  return { kind: 'upsert', rowKey: tokenKey, properties: await rows.token.encode(tokenKey, content, next()) }
}

/** Without their digests all of its events differ from what Microsoft tells, and are written again. */
async function indexWrite({ rows, sound, next }: Mending, rowKey: string): Promise<Write> {
  const row = sound.get(rowKey)
  const items = row === undefined ? {} : (await rows.index.decode(row)).items
  const blank = Object.entries(items).map(([key, item]) => [key, 'digest' in item ? { ...item, digest: '' } : item])
  const properties = await rows.index.encode(rowKey, { items: Object.fromEntries(blank) }, next())
  return { kind: 'upsert', rowKey, properties }
}

/** The number of the last action: its row is there, or it was settled long ago. */
async function counted({ account, table, rows, head }: Mending) {
  let last = head.settledActions
  for await (const page of table.range(account, actionKey(last), rangeOf('action')[1]))
    for (const { rowKey } of page) last = Math.max(last, actionNumberOf(rowKey))
  return rows.actionCounter.encode(actionCounterKey, { last })
}
