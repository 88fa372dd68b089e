import { expect, test } from 'vitest'
import type { AccountRows } from '../../../shared/storage/accounts/account-rows.ts'
import { findRows } from '../../../shared/storage/accounts/found-rows.ts'
import { calendarKey, channelKey, headKey, seriesKey, tokenKey } from '../../../shared/storage/accounts/row-keys.ts'
import type { StoredRow } from '../../../shared/storage/table.ts'
import { createMemoryTables } from '../../support/memory-tables.ts'

const ACCOUNT = 'acc_1'
const [CALENDAR, CHANNEL, SERIES] = [calendarKey('c'), channelKey('h'), seriesKey('s')]

/** Reads an account of these rows, one to a page. @param onOpen what happens when a row is opened. */
async function found(rowKeys: readonly string[], onOpen: (row: StoredRow, put: (key: string) => void) => boolean) {
  const tables = createMemoryTables(1)
  const put = (rowKey: string) =>
    tables.overwrite('accounts', { partitionKey: ACCOUNT, rowKey, properties: { of: 'this account' } })
  for (const rowKey of rowKeys) put(rowKey)
  const rows = { opens: async (row: StoredRow) => onOpen(row, put), head: { decode: async () => 'the head' } }
  return findRows(tables.table('accounts'), ACCOUNT, rows as unknown as AccountRows)
}

test('what opens is sound, and what does not is damaged, but a channel, which is passed over', async () => {
  const isSound = ({ rowKey }: StoredRow) => rowKey !== tokenKey
  const rows = await found([headKey, CALENDAR, CHANNEL, tokenKey, SERIES], isSound)
  expect([...(rows?.sound.keys() ?? [])].sort()).toEqual([CALENDAR, CHANNEL, headKey])
  expect(rows?.damaged.map(({ rowKey }) => rowKey)).toEqual([tokenKey])
  expect(rows).toMatchObject({ head: 'the head', headRow: { rowKey: headKey }, series: [SERIES] })
})

test('K1: an account that changes while it is read is not repaired: its rows are of two moments', async () => {
  for (const [when, change] of [
    ['before the head is read', CALENDAR],
    ['after it', tokenKey],
    ['at the last', SERIES],
  ] as const)
    expect([
      when,
      await found([headKey, CALENDAR, tokenKey, SERIES], ({ rowKey }, put) => {
        if (rowKey === change) put(headKey)
        return true
      }),
    ]).toEqual([when, undefined])
})

test('nothing is found of an account that is not there', async () => {
  expect(await found([CALENDAR], () => true)).toBeUndefined()
})
