import { rowBytes } from '../limits.ts'
import type { StoredRow, Table } from '../table.ts'
import { eventKey, rangeOf } from './row-keys.ts'

/** Stored rows of some events, all rows that these events have in the months that were read. */
export interface StoredSlice {
  readonly rows: readonly StoredRow[]
  /** The key that the reading has come to; undefined at the end of all months. */
  readonly end: string | undefined
  /** It ends here for its bytes, and has fewer events than were asked for. */
  readonly isFull: boolean
}

/** `!` sorts before every character of a key, so this is the first row key after the one given. */
export const justAfter = (rowKey: string): string => `${rowKey}!`

const keyIn = ({ rowKey }: StoredRow): string => rowKey.slice(rowKey.lastIndexOf('.') + 1)

/**
 * Sealed bytes of a slice, so that somebody with large events costs about as much memory at a time as everybody else. What
 * was read beyond it, a page of each month at most, is read again for the next slice.
 */
export const SLICE_BYTES = 16 * 1024 * 1024

/** Where a slice begins and ends. */
export interface Bounds {
  /** The first key, or what is just before it. */
  readonly from: string
  /** The last key; all behind `from` when absent. */
  readonly to?: string | undefined
  /** How many events it has at most. */
  readonly most: number
  /** How many bytes its rows have at most; `SLICE_BYTES` when absent. One event is always told. */
  readonly mostBytes?: number | undefined
  /** Which rows count; all when absent. */
  readonly isAsked?: (row: StoredRow) => boolean
}

/**
 * The rows of the next events from `from` on, from several months at once. Events come in the order of their keys: a key
 * stays the same however often its event is moved, so that whoever reads slice by slice meets each event once.
 * @param months tokens, as they stand in row keys.
 */
export async function readSlice(
  table: Table,
  account: string,
  months: readonly string[],
  bounds: Bounds,
): Promise<StoredSlice> {
  const { most, mostBytes = SLICE_BYTES } = bounds
  const readings = months.map((month) => openMonth(table, account, month, bounds))
  try {
    for (;;) {
      const [end] = readings.flatMap(({ readTo }) => readTo ?? []).sort()
      const keys = keysUpTo(readings, end)
      const isFull = keys.length > 0 && readings.reduce((sum, { bytes }) => sum + bytes, 0) > mostBytes
      if (end === undefined || keys.length >= most || isFull)
        return cut(readings, keys, { most, mostBytes }, end === undefined)
      await Promise.all(readings.filter(({ readTo }) => readTo === end).map((reading) => reading.readOn()))
    }
  } finally {
    await Promise.all(readings.map((reading) => reading.close()))
  }
}

/** One month, read a page at a time. */
interface Reading {
  readonly rows: readonly StoredRow[]
  readonly bytes: number
  /** All rows up to this key have been read; undefined when there are no more. */
  readonly readTo: string | undefined
  readOn(): Promise<void>
  close(): Promise<void>
}

function openMonth(table: Table, account: string, month: string, { from, to, isAsked = () => true }: Bounds): Reading {
  const [, end] = rangeOf(`event.${month}`)
  const last = to === undefined ? end : justAfter(eventKey(month, to))
  const pages = table.range(account, eventKey(month, from), last)[Symbol.asyncIterator]()
  const rows: StoredRow[] = []
  let bytes = 0
  let readTo: string | undefined = ''
  return {
    rows,
    get bytes() {
      return bytes
    },
    get readTo() {
      return readTo
    },
    async readOn() {
      const { done, value } = await pages.next()
      if (done) {
        readTo = undefined
        return
      }
      const asked = value.filter(isAsked)
      rows.push(...asked)
      bytes += asked.reduce((sum, row) => sum + bytesOf(row), 0)
      const last = value.at(-1)
      if (last !== undefined) readTo = keyIn(last)
    },
    close: async () => void (await pages.return?.()),
  }
}

function keysUpTo(readings: readonly Reading[], end: string | undefined): readonly string[] {
  const keys = new Set<string>()
  for (const { rows } of readings)
    for (const row of rows) {
      const key = keyIn(row)
      if (end === undefined || key <= end) keys.add(key)
    }
  return [...keys].sort()
}

function cut(
  readings: readonly Reading[],
  keys: readonly string[],
  limits: { readonly most: number; readonly mostBytes: number },
  isAll: boolean,
): StoredSlice {
  const count = Math.min(limits.most, fitting(readings, keys, limits.mostBytes))
  const end = count < keys.length || !isAll ? keys[count - 1] : undefined
  const rows = readings.flatMap((reading) => reading.rows.filter((row) => end === undefined || keyIn(row) <= end))
  return { rows, end, isFull: end !== undefined && count < limits.most }
}

/** How many of the events have no more bytes together; one at least, so that there is an end to it. */
function fitting(readings: readonly Reading[], keys: readonly string[], mostBytes: number): number {
  const sizes = new Map<string, number>()
  for (const { rows } of readings)
    for (const row of rows) sizes.set(keyIn(row), (sizes.get(keyIn(row)) ?? 0) + bytesOf(row))
  let bytes = 0
  const tooMany = keys.findIndex((key) => {
    bytes += sizes.get(key) ?? 0
    return bytes > mostBytes
  })
  return tooMany < 0 ? keys.length : Math.max(1, tooMany)
}

const bytesOf = ({ partitionKey, rowKey, properties }: StoredRow): number => rowBytes(partitionKey, rowKey, properties)
