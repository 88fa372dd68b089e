import * as z from 'zod'
import type { Checkpoint, CheckpointStore, ShardList } from '../../audit/checkpoint.ts'
import { Instant } from '../instant.ts'
import type { SealedRows } from '../sealed-rows.ts'
import { insertOrReplace, type Tables, type Write } from '../table.ts'

const CheckpointRow = z.object({
  number: z.int(),
  at: Instant,
  from: z.int(),
  lists: z.array(z.object({ shard: z.string(), id: z.string(), digest: z.string() })).readonly(),
  previous: z.string(),
  digest: z.string(),
  keyId: z.string(),
  signature: z.string(),
})

const ListRow = z.object({
  at: Instant,
  chains: z.array(z.object({ chain: z.string(), number: z.int(), value: z.string(), at: z.number() })).readonly(),
})

const OWNER = { kind: 'service' } as const
const PARTITION = 'checkpoints'
const LATEST = 'latest'
const checkpointKey = (number: number): string => `checkpoint.${String(number).padStart(12, '0')}`
const listKey = (shard: string, id: string): string => `list.${shard}.${id}`

/** One partition of the table `audit`: where all chains stood at times, and the lists that the last of these names. */
export function createCheckpointStore(tables: Tables, rows: SealedRows): CheckpointStore {
  const table = tables.table('audit')
  const kinds = {
    checkpoint: rows.kind<Checkpoint>({
      name: 'audit checkpoint',
      table: 'audit',
      schema: CheckpointRow,
      version: 1,
    }),
    list: rows.kind<ShardList>({ name: 'audit list', table: 'audit', schema: ListRow, version: 1 }),
  }

  return {
    async latest() {
      const row = await table.get(PARTITION, LATEST)
      return row && { checkpoint: await kinds.checkpoint.decode(OWNER, row), etag: row.etag }
    },
    async find(number) {
      const row = await table.get(PARTITION, checkpointKey(number))
      return row && kinds.checkpoint.decode(OWNER, row)
    },
    async save(checkpoint, known, gone) {
      const rowKey = checkpointKey(checkpoint.number)
      const encode = (key: string) => kinds.checkpoint.encode(OWNER, PARTITION, key, checkpoint)
      const latest = insertOrReplace(LATEST, await encode(LATEST), known?.etag)
      const deletions = gone.map((number): Write => ({ kind: 'delete', rowKey: checkpointKey(number) }))
      await table.commit(PARTITION, [
        latest,
        { kind: 'insert', rowKey, properties: await encode(rowKey) },
        ...deletions,
      ])
    },
    async list(shard, id) {
      const row = await table.get(PARTITION, listKey(shard, id))
      return row && kinds.list.decode(OWNER, row)
    },
    async saveList(shard, id, list) {
      const rowKey = listKey(shard, id)
      const properties = await kinds.list.encode(OWNER, PARTITION, rowKey, list)
      await table.commit(PARTITION, [{ kind: 'insert', rowKey, properties }])
    },
    async forgetLists(shard, keep, before) {
      const kept = new Set(keep.map((id) => listKey(shard, id)))
      for await (const page of table.range(PARTITION, listKey(shard, ''), `list.${shard}/`))
        for (const row of page) {
          if (kept.has(row.rowKey) || (await kinds.list.decode(OWNER, row)).at >= before) continue
          await table.commit(PARTITION, [{ kind: 'delete', rowKey: row.rowKey }])
        }
    },
  }
}
