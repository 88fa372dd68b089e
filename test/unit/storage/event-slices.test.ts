import { expect, test } from 'vitest'
import { readSlice } from '../../../shared/storage/accounts/event-slices.ts'
import { eventKey } from '../../../shared/storage/accounts/row-keys.ts'
import { rowBytes } from '../../../shared/storage/limits.ts'
import type { StoredRow, Table } from '../../../shared/storage/table.ts'

/** A page of the service: 4 rows here, 4 MiB there. */
const PAGE_ROWS = 4

/** Months of rows, of which the number of bytes is told by `size`; counts the rows that were asked for. */
function monthsOf(months: Readonly<Record<string, readonly string[]>>, size: (key: string) => number) {
  const rows = Object.entries(months).flatMap(([month, keys]) =>
    keys.map((key) => rowOf(eventKey(month, key), size(key))),
  )
  const asked = { rows: 0 }
  const table = {
    async *range(_account: string, from: string, to: string) {
      const found = rows.filter(({ rowKey }) => rowKey >= from && rowKey < to)
      for (let at = 0; at === 0 || at < found.length; at += PAGE_ROWS) {
        const page = found.slice(at, at + PAGE_ROWS)
        asked.rows += page.length
        yield page
      }
    },
  } as unknown as Table
  return { table, asked }
}

const rowOf = (rowKey: string, size: number): StoredRow => ({
  ...{ partitionKey: 'acc', rowKey, etag: '' },
  properties: { b0: new Uint8Array(size) },
})

const keysFrom = (first: number, count: number) =>
  Array.from({ length: count }, (_, at) => `k${String(first + at).padStart(3, '0')}`)

const MONTHS = { m1: keysFrom(0, 60), m2: keysFrom(30, 60) }

/** Reads slice by slice to the end. */
async function slices(size: (key: string) => number, most: number, mostBytes: number) {
  const { table, asked } = monthsOf(MONTHS, size)
  const told: (readonly StoredRow[])[] = []
  const held: number[] = []
  let from = ''
  for (;;) {
    const before = asked.rows
    const slice = await readSlice(table, 'acc', ['m1', 'm2'], { from, most, mostBytes })
    told.push(slice.rows)
    held.push(asked.rows - before)
    if (slice.end === undefined) return { told, held }
    from = `${slice.end}!`
  }
}

const bytesOf = (rows: readonly StoredRow[]) =>
  rows.reduce((sum, { partitionKey, rowKey, properties }) => sum + rowBytes(partitionKey, rowKey, properties), 0)

test('a slice ends at its bytes, and the slices together hold each row once', async () => {
  const { told, held } = await slices(() => 1_000, 1_000, 12_000)
  expect(Math.max(...told.map(bytesOf))).toBeLessThanOrEqual(12_000)
  // What was read and not told: a page of each month at most.
  expect(Math.max(...held)).toBeLessThanOrEqual(12 + 2 * PAGE_ROWS)
  const keys = told.flat().map(({ rowKey }) => rowKey)
  expect(keys).toHaveLength(120)
  expect(new Set(keys).size).toBe(120)
})

test('an event that has more bytes than a slice is one of its own', async () => {
  const { told } = await slices((key) => (key === 'k031' ? 50_000 : 100), 1_000, 12_000)
  expect(told.map((rows) => rows.filter(({ rowKey }) => rowKey.endsWith('k031')).length)).toContain(2)
  expect(told.flat()).toHaveLength(120)
})

test('a slice of small events ends where as many are told as were asked for', async () => {
  const { told } = await slices(() => 100, 45, 1_000_000)
  expect(told.map((rows) => new Set(rows.map(({ rowKey }) => rowKey.slice(-4))).size)).toEqual([45, 45, 0])
})

test('rows that nobody asked for are not held', async () => {
  const { table } = monthsOf(MONTHS, () => 1_000)
  const isAsked = ({ rowKey }: StoredRow) => rowKey.endsWith('5')
  const bounds = { from: 'k005', to: 'k075', most: Number.POSITIVE_INFINITY, mostBytes: 5_000, isAsked }
  const slice = await readSlice(table, 'acc', ['m1', 'm2'], bounds)
  expect(slice).toMatchObject({ end: 'k025', isFull: true })
  expect(slice.rows.map(({ rowKey }) => rowKey.slice(-4))).toEqual(['k005', 'k015', 'k025'])
})
