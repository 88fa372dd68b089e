import { createHash } from 'node:crypto'
import * as z from 'zod'
import type { Entry, Head } from '../../audit/chain.ts'
import { ACTS } from '../../audit/ports.ts'
import type { KnownHead, TrailStore } from '../../audit/store.ts'
import { isFailure } from '../../core/errors.ts'
import { Instant } from '../instant.ts'
import type { SealedKind, SealedRows } from '../sealed-rows.ts'
import { insertOrReplace, type StoredRow, type Tables, type Write } from '../table.ts'

const Actor = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['person', 'service', 'anyone']) }),
  z.object({ kind: z.literal('operator'), account: z.string().exactOptional() }),
  z.object({ kind: z.literal('integrator'), id: z.string() }),
  z.object({ kind: z.literal('administrator'), account: z.string() }),
])

const EntryRow = z.object({
  number: z.int(),
  id: z.string(),
  at: Instant,
  act: z.enum(ACTS),
  actor: Actor,
  account: z.string().optional(),
  organisation: z.string().optional(),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  value: z.string(),
})

const HeadRow = z.object({
  number: z.int(),
  value: z.string(),
  at: Instant,
  dropped: z.object({ number: z.int(), value: z.string() }),
  oldest: Instant,
  uses: z.record(z.string(), z.object({ at: Instant, readIn: z.int().optional() })),
})

const OWNER = { kind: 'service' } as const
/** Few enough that one page lists the heads of a shard, and enough that no partition is hot. */
const SHARDS = Array.from({ length: 64 }, (_, at) => `shard.${String(at).padStart(2, '0')}`)

const shardOf = (chain: string): string =>
  SHARDS[(createHash('sha256').update(chain).digest()[0] ?? 0) % SHARDS.length] ?? ''
const headKey = (chain: string): string => `head.${chain}`
const entryKey = (chain: string, number: number): string => `entry.${chain}.${String(number).padStart(12, '0')}`
const ENTRY_KEY = /^entry\.(.+)\.(\d{12})$/

/**
 * The table `audit`. Chains share partitions, so that the heads of all of them can be listed; a chain is in one partition,
 * so that its head and its entries are written together.
 */
export function createTrailStore(tables: Tables, rows: SealedRows): TrailStore {
  const table = tables.table('audit')
  const entryRows = rows.kind<Entry>({ name: 'audit entry', table: 'audit', schema: EntryRow, version: 1 })
  const headRows = rows.kind<Head>({ name: 'audit head', table: 'audit', schema: HeadRow, version: 1 })

  async function headWrite(chain: string, known: KnownHead | undefined, head: Head): Promise<Write> {
    const rowKey = headKey(chain)
    const properties = await headRows.encode(OWNER, shardOf(chain), rowKey, head)
    return insertOrReplace(rowKey, properties, known?.etag)
  }

  async function entryWrite(chain: string, entry: Entry): Promise<Write> {
    const rowKey = entryKey(chain, entry.number)
    return { kind: 'insert', rowKey, properties: await entryRows.encode(OWNER, shardOf(chain), rowKey, entry) }
  }

  return {
    shards: SHARDS,
    shardOf,
    async head(chain) {
      const row = await table.get(shardOf(chain), headKey(chain))
      return row && { head: await headRows.decode(OWNER, row), etag: row.etag }
    },
    async append(chain, known, head, entries) {
      const writes = [headWrite(chain, known, head), ...entries.map((entry) => entryWrite(chain, entry))]
      const [etag = ''] = await table.commit(shardOf(chain), await Promise.all(writes))
      return etag
    },
    async entry(chain, number) {
      const row = await table.get(shardOf(chain), entryKey(chain, number))
      return row && entryRows.decode(OWNER, row)
    },
    async *entries(chain, from = 0) {
      for await (const page of table.range(shardOf(chain), entryKey(chain, from), `entry.${chain}/`))
        for (const row of page) yield { number: numberOf(row), entry: await opened(entryRows, row) }
    },
    async drop(chain, known, numbers, head) {
      const deletions = numbers.map((number): Write => ({ kind: 'delete', rowKey: entryKey(chain, number) }))
      const ended: Write = { kind: 'delete', rowKey: headKey(chain), etag: known.etag }
      const first = head === undefined ? ended : await headWrite(chain, known, head)
      await table.commit(shardOf(chain), [first, ...deletions])
    },
    async *heads(shard) {
      for await (const page of table.range(shard, 'head.', 'head/'))
        for (const row of page) {
          const head = await opened(headRows, row)
          yield { chain: row.rowKey.slice('head.'.length), known: head && { head, etag: row.etag } }
        }
    },
    async chainsWithEntries(shard) {
      const chains = new Set<string>()
      for await (const page of table.range(shard, 'entry.', 'entry/'))
        for (const { rowKey } of page) chains.add(ENTRY_KEY.exec(rowKey)?.[1] ?? rowKey)
      return chains
    },
  }
}

const numberOf = ({ rowKey }: StoredRow): number => Number(ENTRY_KEY.exec(rowKey)?.[2] ?? Number.NaN)

async function opened<Value>(kind: SealedKind<Value>, row: StoredRow): Promise<Value | undefined> {
  try {
    return await kind.decode(OWNER, row)
  } catch (error) {
    if (!isFailure(error, 'ROW_CORRUPT')) throw error
    return undefined
  }
}
