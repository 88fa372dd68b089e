import type { StoredRow, Table } from '../table.ts'
import { eventKey, rangeOf } from './row-keys.ts'

/** Stored rows of some events, all rows that these events have in the months that were read. */
export interface StoredSlice {
  readonly rows: readonly StoredRow[]
  /** The key that the reading has come to; undefined at the end of all months. */
  readonly end: string | undefined
}

/** `!` sorts before every character of a key, so this is the first row key after the one given. */
export const justAfter = (rowKey: string): string => `${rowKey}!`

const keyIn = ({ rowKey }: StoredRow): string => rowKey.slice(rowKey.lastIndexOf('.') + 1)

/**
 * The rows of the next events behind the key `after`, at most `most` events, from several months at once. Events come in
 * the order of their keys: a key stays the same however often its event is moved, so that whoever reads slice by slice
 * meets each event once.
 * @param months tokens, as they stand in row keys.
 */
export async function readSlice(
  table: Table,
  account: string,
  months: readonly string[],
  after: string,
  most: number,
): Promise<StoredSlice> {
  const readings = months.map((month) => openMonth(table, account, month, after))
  try {
    for (;;) {
      const [end] = readings.flatMap(({ readTo }) => readTo ?? []).sort()
      const keys = keysUpTo(readings, end)
      if (end === undefined || keys.length >= most) return cut(readings, keys, most, end === undefined)
      await Promise.all(readings.filter(({ readTo }) => readTo === end).map((reading) => reading.readOn()))
    }
  } finally {
    await Promise.all(readings.map((reading) => reading.close()))
  }
}

/** One month, read a page at a time. */
interface Reading {
  readonly rows: readonly StoredRow[]
  /** All rows up to this key have been read; undefined when there are no more. */
  readonly readTo: string | undefined
  readOn(): Promise<void>
  close(): Promise<void>
}

function openMonth(table: Table, account: string, month: string, after: string): Reading {
  const [, to] = rangeOf(`event.${month}`)
  const pages = table.range(account, justAfter(eventKey(month, after)), to)[Symbol.asyncIterator]()
  const rows: StoredRow[] = []
  let readTo: string | undefined = after
  return {
    rows,
    get readTo() {
      return readTo
    },
    async readOn() {
      const { done, value } = await pages.next()
      if (done) {
        readTo = undefined
        return
      }
      rows.push(...value)
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

function cut(readings: readonly Reading[], keys: readonly string[], most: number, isAll: boolean): StoredSlice {
  const end = keys.length > most || !isAll ? keys[most - 1] : undefined
  const rows = readings.flatMap((reading) => reading.rows.filter((row) => end === undefined || keyIn(row) <= end))
  return { rows, end }
}
