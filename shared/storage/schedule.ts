import { createHash } from 'node:crypto'
import { type EpochMs, epochMs } from '../core/time.ts'
import type { Schedule } from '../pull/due.ts'
import type { Tables } from './table.ts'

const SHARDS = 16

export interface DueVisit {
  readonly account: string
  readonly dueAt: EpochMs
  /** Forgets the plan; called once the account has been woken. */
  done(): Promise<void>
}

export interface StoredSchedule extends Schedule {
  /** The visits that were due at `now`, earliest first in each shard; reads the due rows only. */
  due(now: EpochMs): AsyncIterable<DueVisit>
}

/**
 * Planned visits in order of their time, spread over partitions. The row key starts with the due time, so that reading
 * what is due never reads what is not. Rows hold an opaque account id and nothing else.
 */
export function createSchedule(tables: Tables): StoredSchedule {
  const table = tables.table('schedule')
  return {
    async plan(account, at) {
      await table.commit(shardOf(account), [{ kind: 'upsert', rowKey: `${padded(at)}.${account}`, properties: {} }])
    },
    async *due(now) {
      for (let shard = 0; shard < SHARDS; shard++) {
        const partition = shardName(shard)
        for await (const page of table.range(partition, '0', `${padded(epochMs(now + 1))}`))
          for (const { rowKey, etag } of page) {
            const [at = '', account = ''] = rowKey.split('.')
            const done = async () => {
              await table.commit(partition, [{ kind: 'delete', rowKey, etag }])
            }
            yield { account, dueAt: epochMs(Number(at)), done }
          }
      }
    },
  }
}

/** Whole milliseconds: the point ends the time in a row key. */
const padded = (at: EpochMs): string => String(Math.ceil(at)).padStart(15, '0')

const shardName = (shard: number): string => `shard.${String(shard).padStart(2, '0')}`

const shardOf = (account: string): string => shardName((createHash('sha256').update(account).digest()[0] ?? 0) % SHARDS)
