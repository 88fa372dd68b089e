import { isFailure } from '../../core/errors.ts'
import type { EpochMs } from '../../core/time.ts'
import type { StoredRow, Table } from '../table.ts'

/** Rows that are numbered without gaps, oldest first. */
interface NumberedRows {
  readonly table: Table
  readonly account: string
  /** The range of keys of the rows from one number up to another, without that one; may run against the numbers. */
  readonly range: (from: number, to: number) => readonly [string, string]
  readonly numberOf: (row: StoredRow) => number
  /** When the row was done with; undefined when it is to be kept. */
  readonly endOf: (row: StoredRow) => Promise<EpochMs | undefined>
}

/** What may go, and from which number on rows are kept then. */
interface OldRows {
  readonly rowKeys: readonly string[]
  readonly keptFrom: number
  /** When the youngest of them was done with. */
  readonly lastEnd: EpochMs | undefined
}

const AT_ONCE = 100
/** Of one look; the next day goes on. */
const MOST = 5_000

/**
 * The oldest rows, up to the first that was not done with before `before`; one that does not open stays behind. Reads a
 * hundred at a time, so that looking for nothing costs one request however many rows there are.
 */
export async function findOld(rows: NumberedRows, from: number, to: number, before: EpochMs): Promise<OldRows> {
  const rowKeys: string[] = []
  let lastEnd: EpochMs | undefined
  let at = from
  for (; at < to && rowKeys.length < MOST; at += AT_ONCE) {
    const found: StoredRow[] = []
    for await (const page of rows.table.range(rows.account, ...rows.range(at, Math.min(at + AT_ONCE, to))))
      found.push(...page)
    for (const row of found.sort((one, other) => rows.numberOf(one) - rows.numberOf(other))) {
      const end = await endOf(rows, row)
      if (end === 'unreadable') continue
      if (end === undefined || end >= before) return { rowKeys, keptFrom: rows.numberOf(row), lastEnd }
      rowKeys.push(row.rowKey)
      lastEnd = end
    }
  }
  return { rowKeys, keptFrom: Math.max(from, Math.min(at, to)), lastEnd }
}

async function endOf(rows: NumberedRows, row: StoredRow): Promise<EpochMs | 'unreadable' | undefined> {
  try {
    return await rows.endOf(row)
  } catch (error) {
    if (isFailure(error, 'ROW_CORRUPT')) return 'unreadable'
    throw error
  }
}
