import { isFailure, SyncError } from '../../core/errors.ts'
import type { EpochMs } from '../../core/time.ts'
import type { AccountHead } from '../../pull/state.ts'
import { rowVersionOf } from '../sealed-rows.ts'
import type { StoredRow, Table, Write } from '../table.ts'
import { headKey, rangeOf, tokenKey } from './row-keys.ts'

/**
 * The versions of the rows that an older copy must not replace unnoticed: the token cache, the calendars, the parts of the
 * index. A row carries its version in its seal, and the head, which every commit replaces, carries it in the same commit:
 * after any crash they agree.
 */
export interface RowVersions {
  /** The highest number that was given out. */
  readonly last: number
  /** By row key. */
  readonly rows: Readonly<Record<string, number>>
}

/** How far the account's rows have been sealed again under its newest key. */
export interface Resealing {
  /** Of that key: what is done for an older one says nothing of it. Absent in what was stored before it was. */
  readonly generation?: number | undefined
  /** The row key this pass has come to. */
  readonly after: string
  /** Whether this pass has found a row under an older key. */
  readonly hasFound: boolean
  /** When the next pass may begin. */
  readonly notBefore: EpochMs
}

/** The head as it is stored. */
export interface StoredHead extends AccountHead {
  readonly versions: RowVersions
  readonly reseal?: Resealing | undefined
}

const PREFIXES = [tokenKey, rangeOf('state.calendar')[0], rangeOf('index')[0]]

const isVersioned = (rowKey: string): boolean => PREFIXES.some((prefix) => rowKey.startsWith(prefix))

/** The versions after a commit of these writes. */
export function versionsAfter({ rows }: RowVersions, last: number, writes: readonly Write[]): RowVersions {
  const after: Record<string, number> = { ...rows }
  for (const write of writes) {
    if (!isVersioned(write.rowKey)) continue
    if (write.kind === 'delete') delete after[write.rowKey]
    else after[write.rowKey] = rowVersionOf({ ...write, partitionKey: '', etag: '' })
  }
  return { last, rows: after }
}

/** The row keys beginning with `prefix` at which something else is stored than the head says, in either direction. */
export function rolledBack({ rows }: RowVersions, prefix: string, stored: readonly StoredRow[]): readonly string[] {
  const found = new Map(stored.map((row) => [row.rowKey, rowVersionOf(row)]))
  const keys = [...Object.keys(rows), ...found.keys()].filter((key) => key.startsWith(prefix) && isVersioned(key))
  return [...new Set(keys)].filter((key) => (found.get(key) ?? 0) !== (rows[key] ?? 0))
}

/** What a session checks the rows it reads against, and numbers the rows it writes with. */
export interface RowGuard {
  /** A version that was never given out. */
  next(): number
  /** The highest one that was. */
  readonly last: number
  /**
   * @throws SyncError `ROW_CHANGED` when the row is not the one that the head tells of: another handler has committed, or
   * the row was rolled back and has been repaired. Start again.
   */
  check(rowKey: string, row: StoredRow | undefined): Promise<void>
  /**
   * What `open` says of a row. @throws SyncError `ROW_CHANGED` when the row did not open and the account has been repaired:
   * start again. What else `open` throws; `ROW_CORRUPT` when the row is as it was sealed, and says something else.
   */
  opened<T>(open: () => Promise<T>): Promise<T>
}

interface Guarded {
  readonly account: string
  readonly table: Table
  readonly head: StoredHead
  readonly headEtag: string
  repair(): Promise<boolean>
}

/** @param state as it is at the moment of each call. */
export function createRowGuard(state: Guarded): RowGuard {
  let last = state.head.versions.last

  /** The row was read after the head. Only while the head is still the same must they agree. */
  async function isSameHead(): Promise<boolean> {
    const head = await state.table.get(state.account, headKey)
    return head?.etag === state.headEtag
  }

  return {
    next: () => ++last,
    get last() {
      return last
    },
    async check(rowKey, row) {
      if ((state.head.versions.rows[rowKey] ?? 0) === rowVersionOf(row)) return
      if (await isSameHead()) await state.repair()
      throw new SyncError('ROW_CHANGED', 'the row is not the one that the head of this session tells of')
    },
    async opened(open) {
      try {
        return await open()
      } catch (error) {
        if (!isFailure(error, 'ROW_CORRUPT')) throw error
        const isRepaired = !(await isSameHead()) || (await state.repair()) || !(await isSameHead())
        if (!isRepaired) throw error
        throw new SyncError('ROW_CHANGED', 'a row that did not open has been repaired', { cause: error })
      }
    },
  }
}
