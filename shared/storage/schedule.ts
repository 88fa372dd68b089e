import { createHash } from 'node:crypto'
import * as z from 'zod'
import { isFailure } from '../core/errors.ts'
import { type DurationMs, type EpochMs, elapsed, epochMs, hours, minutes } from '../core/time.ts'
import type { Census } from '../operations/ports.ts'
import type { Schedule } from '../pull/due.ts'
import type { ExpectedAccount } from '../pull/standing.ts'
import { countShard, type PlannedVisit, plansIn, sumOfCensuses } from './census.ts'
import { COMMIT_MAX_WRITES, type StoredRow, type Tables } from './table.ts'

const SHARDS = 16

const Expected = z.object({
  organisation: z.string(),
  isLast: z.boolean().exactOptional(),
}) satisfies z.ZodType<ExpectedAccount>

/** A plan whose account was woken and did not come is woken again after this time, then after twice as long, and so on. */
const WOKEN_AGAIN = minutes(15)
const WOKEN_AT_LEAST = hours(6)

/** Due plans of one shard that nobody has been woken for. */
export interface DueVisits {
  readonly visits: readonly PlannedVisit[]
  /** Notes that the accounts are woken at this time. The plans stay until a visit has replaced them. */
  woken(at: EpochMs): Promise<void>
}

export interface StoredSchedule extends Schedule {
  /** Counts all accounts by what stands beside their plans. One request for 1,000 plans. */
  census(now: EpochMs): Promise<Census>
  /** What is due at `now` in each shard, at most as much at once as one commit takes; reads the due rows only. */
  due(now: EpochMs): readonly AsyncIterable<DueVisits>[]
  /** Every account that has a plan, which all active ones have; one with two plans comes twice. */
  accounts(): AsyncIterable<string>
  /** Forgets every plan of an account; reads the account's shard, one request for 1,000 plans. */
  forgetAll(account: string): Promise<void>
  /** The time of the oldest plan that was due at `now`, whether or not its account was woken; 16 requests. */
  oldestDue(now: EpochMs): Promise<EpochMs | undefined>
}

/**
 * Planned visits in order of their time, spread over partitions. The row key starts with the due time, so that reading
 * what is due never reads what is not. Rows say nothing of anybody (see schema.md). A plan goes when a visit has stored a
 * later one, so that no message that is lost takes the account with it.
 */
export function createSchedule(tables: Tables): StoredSchedule {
  const table = tables.table('schedule')

  async function forget(account: string, plans: readonly EpochMs[]): Promise<void> {
    await Promise.all(
      plans.map((at) =>
        table.commit(shardOf(account), [{ kind: 'delete', rowKey: rowKeyOf(at, account) }]).catch(gone),
      ),
    )
  }

  async function* dueIn(partition: string, now: EpochMs): AsyncIterable<DueVisits> {
    for await (const page of table.range(partition, '0', padded(epochMs(now + 1)))) {
      const due = page.filter((row) => plansIn([row]).length > 0 && isDue(row, now))
      for (let at = 0; at < due.length; at += COMMIT_MAX_WRITES) {
        const rows = due.slice(at, at + COMMIT_MAX_WRITES)
        const woken = async (time: EpochMs) => {
          const writes = rows.map((row) => ({ ...row, kind: 'replace' as const, properties: wokenOnceMore(row, time) }))
          await table.commit(partition, writes).catch(async (error: unknown) => {
            gone(error)
            // Two ticks overlap, or one of the visits has come already: the others are noted one by one.
            for (const write of writes) await table.commit(partition, [write]).catch(gone)
          })
        }
        yield { visits: plansIn(rows), woken }
      }
    }
  }

  /** Rows come in the order of their times. */
  async function oldestIn(partition: string, now: EpochMs): Promise<EpochMs | undefined> {
    for await (const page of table.range(partition, '0', padded(epochMs(now + 1)))) {
      const [first] = plansIn(page)
      if (first !== undefined) return first.plannedFor
    }
    return undefined
  }

  return {
    async plan(account, at, replaced = [], note = undefined) {
      const rowKey = rowKeyOf(at, account)
      const old = [...new Set(replaced.map((each) => rowKeyOf(each, account)))].filter((each) => each !== rowKey)
      const plan = { kind: 'upsert' as const, rowKey, properties: { ...note } }
      const deletions = old.map((each) => ({ kind: 'delete' as const, rowKey: each }))
      try {
        await table.commit(shardOf(account), [plan, ...deletions])
      } catch (error) {
        if (old.length === 0 || !isFailure(error, 'ROW_CHANGED')) throw error
        await table.commit(shardOf(account), [plan])
        await forget(account, replaced)
      }
    },
    async expected(account, at) {
      const row = await table.get(shardOf(account), rowKeyOf(at, account))
      return Expected.safeParse(row?.properties).data
    },
    forget,
    async census(now) {
      const shards = Array.from({ length: SHARDS }, (_, shard) =>
        countShard(table.range(shardName(shard), '0', ':'), now),
      )
      return (await Promise.all(shards)).reduce(sumOfCensuses)
    },
    async forgetAll(account) {
      for await (const page of table.range(shardOf(account), '0', ':')) {
        const plans = plansIn(page).filter((plan) => plan.account === account)
        await forget(
          account,
          plans.map(({ plannedFor }) => plannedFor),
        )
      }
    },
    due: (now) => Array.from({ length: SHARDS }, (_, shard) => dueIn(shardName(shard), now)),
    async oldestDue(now) {
      const oldest = await Promise.all(Array.from({ length: SHARDS }, (_, shard) => oldestIn(shardName(shard), now)))
      return oldest.flatMap((at) => at ?? []).sort((one, other) => one - other)[0]
    },
    async *accounts() {
      for (let shard = 0; shard < SHARDS; shard++)
        for await (const page of table.range(shardName(shard), '0', ':'))
          yield* plansIn(page).map(({ account }) => account)
    },
  }
}

function gone(error: unknown): void {
  if (!isFailure(error, 'ROW_CHANGED')) throw error
}

function isDue({ properties }: StoredRow, now: EpochMs): boolean {
  const { wokenAt, woken } = properties
  if (typeof wokenAt !== 'number' || typeof woken !== 'number') return true
  const wait = Math.min(WOKEN_AGAIN * 2 ** (woken - 1), WOKEN_AT_LEAST) as DurationMs
  return elapsed(epochMs(wokenAt), now) >= wait
}

const wokenOnceMore = ({ properties }: StoredRow, at: EpochMs) => ({
  ...properties,
  wokenAt: at,
  woken: Number(properties['woken'] ?? 0) + 1,
})

const rowKeyOf = (at: EpochMs, account: string): string => `${padded(at)}.${account}`

/** Whole milliseconds: the point ends the time in a row key. */
const padded = (at: EpochMs): string => String(Math.ceil(at)).padStart(15, '0')

const shardName = (shard: number): string => `shard.${String(shard).padStart(2, '0')}`

const shardOf = (account: string): string => shardName((createHash('sha256').update(account).digest()[0] ?? 0) % SHARDS)
