import { isFailure, SyncError } from '../core/errors.ts'
import { type Clock, days, type EpochMs, earlier, toIsoSeconds } from '../core/time.ts'
import type { BlindIndex } from '../crypto/ports.ts'
import { forgetRows } from './forget-rows.ts'
import { insertOrReplace, type StoredRow, type Tables } from './table.ts'

const SHARDS = 16
/** How often somebody else may be faster before the caller does without. */
const MOST_RACES = 8
/** How far back a clean-up looks; it runs daily, and may have been missed for some days. */
const DAYS_TO_FORGET = 7

/** What is counted: one policy of one subject, in one of its windows. */
export interface RateWindow {
  readonly subject: string
  readonly policy: string
  /** Number of the window, counted from the epoch. */
  readonly window: number
  /** Points there are in a window, for all instances together. */
  readonly limit: number
}

export interface RateCounters {
  /**
   * Takes points for this instance.
   * @param spent points it has given out without asking; they count, whatever is left.
   * @param wanted points it would like to have.
   * @returns how many it got, and how many all instances together have now.
   * @throws SyncError what the table throws; `ROW_CHANGED` when others were faster again and again.
   */
  take(rate: RateWindow, spent: number, wanted: number): Promise<{ readonly got: number; readonly taken: number }>
  /** Deletes the counters of the days before yesterday. For a daily timer. */
  forgetOld(): Promise<void>
}

/**
 * Counters that all instances share: one row a day for each policy of a subject that asks much, in partitions of the day,
 * so that they can be found and deleted. They hold numbers only. @see schema.md
 */
export function createRateCounters(tables: Tables, blind: BlindIndex, clock: Clock): RateCounters {
  const table = tables.table('rates')
  const partitionOf = (day: EpochMs, shard: number) =>
    blind.token('rate', 'day', toIsoSeconds(day).slice(0, 10), String(shard))

  function placeOf({ subject, policy }: RateWindow) {
    const name = blind.token('rate', 'subject', subject)
    const shard = (Buffer.from(name, 'base64url')[0] ?? 0) % SHARDS
    return { partition: partitionOf(clock.now(), shard), rowKey: `${name}.${policy}` }
  }

  async function take(
    rate: RateWindow,
    spent: number,
    wanted: number,
    race = 1,
  ): Promise<{ got: number; taken: number }> {
    const { partition, rowKey } = placeOf(rate)
    const row = await table.get(partition, rowKey)
    const before = takenIn(row, rate.window)
    const got = Math.max(0, Math.min(wanted, rate.limit - before.taken - spent))
    const taken = before.taken + spent + got
    if (taken === before.taken) return { got, taken }
    const properties = { window: before.window, taken }
    try {
      await table.commit(partition, [insertOrReplace(rowKey, properties, row?.etag)])
      return { got, taken }
    } catch (error) {
      if (!isFailure(error, 'ROW_CHANGED', 'ROW_EXISTS')) throw error
      if (race === MOST_RACES) throw new SyncError('ROW_CHANGED', 'others count faster', { cause: error })
      return take(rate, spent, wanted, race + 1)
    }
  }

  return {
    take,
    async forgetOld() {
      for (let age = 2; age < 2 + DAYS_TO_FORGET; age += 1)
        for (let shard = 0; shard < SHARDS; shard += 1)
          await forgetRows(table, partitionOf(earlier(clock.now(), days(age)), shard), () => true)
    },
  }
}

/** An instance whose clock is behind counts in the window of the others. */
function takenIn(row: StoredRow | undefined, window: number): { window: number; taken: number } {
  const stored = { window: Number(row?.properties['window'] ?? 0), taken: Number(row?.properties['taken'] ?? 0) }
  return stored.window >= window ? stored : { window, taken: 0 }
}
