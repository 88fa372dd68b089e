import type { CalendarState } from '../../pull/state.ts'
import type { Table, Write } from '../table.ts'
import type { AccountRows } from './account-rows.ts'
import type { AtomicGroup } from './batches.ts'
import type { FoundRows } from './found-rows.ts'
import { mendedAgreements } from './mended-agreements.ts'
import { mendedIndex } from './mended-index.ts'
import { actionCounterKey, actionKey, actionNumberOf, isIn, rangeOf, tokenKey } from './row-keys.ts'

export interface Mending extends FoundRows {
  readonly account: string
  readonly table: Table
  readonly rows: AccountRows
  /** Keys of rows that are not those that the head tells of, or are missing; what does not open is not among them. */
  readonly older: readonly string[]
  /** A version that was never given out. */
  next(): number
}

/** Neither tells anything of a calendar. */
const isApart = (rowKey: string): boolean => rowKey === tokenKey || rowKey === actionCounterKey

/**
 * What takes the place of rows that are not as they should be. The calendars come first: a crash behind them leaves
 * everything to be read again.
 */
export async function mendedRows(mending: Mending): Promise<AtomicGroup[]> {
  const { older, damaged } = mending
  const keys = [...older, ...damaged.map(({ rowKey }) => rowKey)]
  const groups = keys.every(isApart) ? [] : await unread(mending)
  if (keys.some((key) => isIn('index', key) || isIn('series', key))) groups.push(...(await mendedIndex(mending)))
  groups.push(...(await mendedAgreements(mending)))
  if (keys.includes(tokenKey)) groups.push([await tokenWrite(mending)])
  for (const { rowKey, etag } of damaged) {
    // It comes back with the list of calendars.
    if (isIn('state.calendar', rowKey)) groups.push([{ kind: 'delete', rowKey, etag }])
    if (rowKey === actionCounterKey) groups.push([await counterWrite(mending, etag)])
  }
  return groups
}

/** All calendars, to be read afresh, also those whose rows are as they should be. */
async function unread({ rows, sound, head, next }: Mending): Promise<AtomicGroup[]> {
  const stored = [...sound].filter(([key]) => isIn('state.calendar', key))
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

/** The number of the last action: its row is there, or it was settled long ago. */
async function counterWrite({ account, table, rows, head }: Mending, etag: string): Promise<Write> {
  let last = head.settledActions
  for await (const page of table.range(account, actionKey(last), rangeOf('action')[1]))
    for (const { rowKey } of page) last = Math.max(last, actionNumberOf(rowKey))
  const properties = await rows.actionCounter.encode(actionCounterKey, { last })
  return { kind: 'replace', rowKey: actionCounterKey, etag, properties }
}
