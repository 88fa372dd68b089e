import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTables } from '../../shared/storage/azure-tables.ts'
import { PROPERTY_MAX_BYTES, writeBytes } from '../../shared/storage/limits.ts'
import { COMMIT_MAX_BYTES, type StoredRow, type Table, type Write } from '../../shared/storage/table.ts'
import { startTableService, type TableService } from '../bench/table-service.ts'
import { AZURITE_KEY, type Azurite, startAzurite } from '../support/azurite.ts'
import { createMemoryTables } from '../support/memory-tables.ts'

const block = new Uint8Array(PROPERTY_MAX_BYTES).fill(255)

let azurite: Azurite
let service: TableService
beforeAll(async () => {
  azurite = await startAzurite()
  service = await startTableService()
}, 240_000)
afterAll(() => Promise.all([azurite.close(), service.close()]))

tableContract('memory', () => createMemoryTables().table('accounts'))
tableContract('bench', () => createTables({ url: service.url, access: { accountKey: AZURITE_KEY } }).table('accounts'))
tableContract('azurite', () =>
  createTables({ url: azurite.url, access: { accountKey: AZURITE_KEY } }).table('accounts'),
)

/** Everything the app relies on in a table. */
function tableContract(name: string, open: () => Table): void {
  describe(name, () => {
    let table: Table
    let partition: string
    let next = 0
    beforeAll(() => {
      table = open()
    })
    const freshPartition = () => {
      next += 1
      partition = `p${next}'s`
      return partition
    }
    const insert = (rowKey: string, properties = {}): Write => ({ kind: 'insert', rowKey, properties })
    const read = async (from: string, to: string) => {
      const rows: StoredRow[] = []
      for await (const page of table.range(partition, from, to)) rows.push(...page)
      return rows
    }

    test('a row that was never written is undefined', async () => {
      expect(await table.get(freshPartition(), 'nothing')).toBeUndefined()
    })

    test('a row comes back with its properties, types and etag', async () => {
      const properties = { text: 'a \'quoted\' "text" ø', whole: 7, large: 1_793_000_000_000, part: 0.5, yes: true }
      const bytes = new Uint8Array([0, 1, 254, 255])
      const [etag] = await table.commit(freshPartition(), [insert("row'1", { ...properties, bytes })])
      const row = await table.get(partition, "row'1")
      expect(row).toMatchObject({ partitionKey: partition, rowKey: "row'1", etag, properties })
      expect(Object.keys(row?.properties ?? {}).sort()).toEqual([...Object.keys(properties), 'bytes'].sort())
      expect(new Uint8Array(Buffer.from((row?.properties['bytes'] ?? '') as Uint8Array))).toEqual(bytes)
    })

    test('S1: an insert over a row changes nothing and says so', async () => {
      await table.commit(freshPartition(), [insert('row', { value: 1 })])
      const again = table.commit(partition, [insert('other'), insert('row', { value: 2 })])
      await expect(again).rejects.toMatchObject({ code: 'ROW_EXISTS' })
      expect((await table.get(partition, 'row'))?.properties['value']).toBe(1)
      expect(await table.get(partition, 'other')).toBeUndefined()
    })

    test('S1: a replace removes properties it does not name, and needs the current etag', async () => {
      const [first = ''] = await table.commit(freshPartition(), [insert('row', { old: 1 })])
      const replace: Write = { kind: 'replace', rowKey: 'row', properties: { fresh: 2 }, etag: first }
      const [second = ''] = await table.commit(partition, [replace])
      expect(second).not.toBe(first)
      expect((await table.get(partition, 'row'))?.properties).toEqual({ fresh: 2 })
      await expect(table.commit(partition, [replace])).rejects.toMatchObject({ code: 'ROW_CHANGED' })
    })

    test('a replace of a row that is gone is refused', async () => {
      const [etag = ''] = await table.commit(freshPartition(), [insert('row')])
      await table.commit(partition, [{ kind: 'delete', rowKey: 'row' }])
      const replace = table.commit(partition, [{ kind: 'replace', rowKey: 'row', properties: {}, etag }])
      await expect(replace).rejects.toMatchObject({ code: 'ROW_CHANGED' })
    })

    test('an upsert writes whatever is there and replaces all of it', async () => {
      await table.commit(freshPartition(), [{ kind: 'upsert', rowKey: 'row', properties: { a: 1 } }])
      await table.commit(partition, [{ kind: 'upsert', rowKey: 'row', properties: { b: 2 } }])
      expect((await table.get(partition, 'row'))?.properties).toEqual({ b: 2 })
    })

    test('S1: a delete with an old etag deletes nothing, alone and beside other writes', async () => {
      const [old = ''] = await table.commit(freshPartition(), [insert('row')])
      await table.commit(partition, [{ kind: 'upsert', rowKey: 'row', properties: { changed: true } }])
      const stale: Write = { kind: 'delete', rowKey: 'row', etag: old }
      await expect(table.commit(partition, [stale])).rejects.toMatchObject({ code: 'ROW_CHANGED' })
      const mixed = table.commit(partition, [insert('before'), stale, insert('after')])
      await expect(mixed).rejects.toMatchObject({ code: 'ROW_CHANGED' })
      expect((await read('', 'z')).map(({ rowKey }) => rowKey)).toEqual(['row'])
    })

    test('deletes with current etags, and without, remove their rows', async () => {
      const [first = ''] = await table.commit(freshPartition(), [insert('one'), insert('two'), insert('three')])
      const etags = await table.commit(partition, [
        { kind: 'delete', rowKey: 'one', etag: first },
        { kind: 'delete', rowKey: 'two' },
        { kind: 'upsert', rowKey: 'three', properties: { kept: true } },
      ])
      expect(etags.map((etag) => etag === '')).toEqual([true, true, false])
      expect((await read('', 'z')).map(({ rowKey, etag }) => [rowKey, etag])).toEqual([['three', etags[2]]])
    })

    test('a delete of a row that is not there fails the whole commit', async () => {
      const commit = table.commit(freshPartition(), [insert('row'), { kind: 'delete', rowKey: 'nothing' }])
      await expect(commit).rejects.toMatchObject({ code: 'ROW_CHANGED' })
      expect(await table.get(partition, 'row')).toBeUndefined()
    })

    test('etags of a commit are in the order of its writes', async () => {
      const writes = ['c', 'a', 'b'].map((rowKey) => insert(rowKey))
      const etags = await table.commit(freshPartition(), writes)
      const stored = await Promise.all(writes.map(async ({ rowKey }) => (await table.get(partition, rowKey))?.etag))
      expect(etags).toEqual(stored)
    })

    test('a range has its first key, lacks its last, and is in order of row keys', async () => {
      await table.commit(
        freshPartition(),
        ['b', 'a', 'd', 'B', 'c', 'a1', '-', '_'].map((rowKey) => insert(rowKey)),
      )
      expect((await read('a', 'd')).map(({ rowKey }) => rowKey)).toEqual(['a', 'a1', 'b', 'c'])
      expect((await read('', '~')).map(({ rowKey }) => rowKey)).toEqual(['-', 'B', '_', 'a', 'a1', 'b', 'c', 'd'])
    })

    test('a range leaves out what is in its gap, all but one row', async () => {
      const keys = ['a.1', 'b.1', "b.2'", 'b.3', 'b0', 'c.1']
      await table.commit(
        freshPartition(),
        keys.map((rowKey) => insert(rowKey)),
      )
      const pages: string[] = []
      for await (const page of table.range(partition, 'a', 'c.2', { from: 'b.', to: 'b/', but: "b.2'" }))
        pages.push(...page.map(({ rowKey }) => rowKey))
      expect(pages).toEqual(['a.1', "b.2'", 'b0', 'c.1'])
    })

    test('a long range comes in pages of at most 1,000 rows', async () => {
      freshPartition()
      for (let from = 0; from < 1100; from += 100) {
        const keys = Array.from({ length: 100 }, (_, index) => String(from + index).padStart(5, '0'))
        await table.commit(
          partition,
          keys.map((rowKey) => insert(rowKey)),
        )
      }
      const sizes: number[] = []
      for await (const page of table.range(partition, '', '~')) sizes.push(page.length)
      expect(sizes).toEqual([1000, 100])
    })

    test('a range of a partition without rows is one empty page', async () => {
      const pages: unknown[] = []
      for await (const page of table.range(freshPartition(), '', '~')) pages.push(page)
      expect(pages).toEqual([[]])
    })

    test('S4: a commit just below the limit of 4 MiB is taken, one above is refused before it is sent', async () => {
      const half = Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => [name, block]))
      const bytes = writeBytes(freshPartition(), insert('row-0', half))
      const writes = Array.from({ length: Math.floor(COMMIT_MAX_BYTES / bytes) }, (_, n) => insert(`row-${n}`, half))
      const room = COMMIT_MAX_BYTES - writes.length * bytes - writeBytes(partition, insert('row-x', { a: '' }))
      const last = insert('row-x', { a: 'x'.repeat(Math.min(room, PROPERTY_MAX_BYTES / 2 - 2)) })
      await expect(table.commit(partition, [...writes, last])).resolves.toHaveLength(writes.length + 1)
      const larger = table.commit(partition, [...writes, insert('row-x', half)])
      await expect(larger).rejects.toMatchObject({ code: 'INTERNAL', facts: { what: 'bytes in a commit' } })
    })

    test('S4: a commit of 100 writes is taken, one of 101 refused', async () => {
      const writes = Array.from({ length: 101 }, (_, index) => insert(`row-${index}`))
      await expect(table.commit(freshPartition(), writes)).rejects.toMatchObject({ code: 'INTERNAL' })
      await expect(table.commit(partition, writes.slice(1))).resolves.toHaveLength(100)
    })

    test('a row of 1 MiB, a property of 64 KiB and a row twice are refused when they are larger or more', async () => {
      const full = new Uint8Array(PROPERTY_MAX_BYTES)
      await expect(table.commit(freshPartition(), [insert('row', { full })])).resolves.toHaveLength(1)
      const refusals: Write[][] = [
        [insert('row', { larger: new Uint8Array(PROPERTY_MAX_BYTES + 1) })],
        [insert('row', Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`b${index}`, full])))],
        [insert('row'), { kind: 'delete', rowKey: 'row' }],
        [],
      ]
      for (const writes of refusals) {
        await expect(table.commit(partition, writes)).rejects.toMatchObject({ code: 'INTERNAL' })
      }
    })
  })
}
