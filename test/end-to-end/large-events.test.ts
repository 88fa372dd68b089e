import { expect, test } from 'vitest'
import type { StoredRow, Table, Tables } from '../../shared/storage/table.ts'
import { createScheduleReader, type ReadPage } from '../support/schedule-reader.ts'
import { startWriting } from '../support/writing.ts'

const MIB = 1024 * 1024
/** Read with a sealed row beside it: an event with it is as large as Microsoft lets one be. */
const BALLAST = new Uint8Array(MIB)

const enlarged = (row: StoredRow): StoredRow =>
  /^(event|agreement)\./.test(row.rowKey) ? { ...row, properties: { ...row.properties, x: BALLAST } } : row

/** Tables whose pages are given on in another shape. */
const reshaped =
  (reshape: (page: readonly StoredRow[]) => readonly (readonly StoredRow[])[]) =>
  (tables: Tables): Tables => ({
    table(name) {
      const table = tables.table(name)
      const range: Table['range'] = async function* (...asked) {
        for await (const page of table.range(...asked)) yield* reshape(page)
      }
      return { ...table, range }
    },
  })
const withLargeEvents = reshaped((page) => [page.map(enlarged)])

test.each(['include_managed=true', 'last_modified=2020-01-01T00:00:00Z&include_managed=true'])(
  'a page of large events ends at 16 MiB, and all of them are told (%s)',
  async (query) => {
    const at = await startWriting()
    for (let number = 0; number < 40; number++)
      at.mailbox.create({
        subject: `Event ${number}`,
        start: { dateTime: at.at(number, '09:00').slice(0, -1), timeZone: 'UTC' },
        end: { dateTime: at.at(number, '10:00').slice(0, -1), timeZone: 'UTC' },
      })
    await at.sync()
    const reader = await createScheduleReader(at.fixture, 2_000, withLargeEvents)
    const pages: ReadPage[] = [await reader.events(`tzid=Etc/UTC&${query}`)]
    for (let next = pages[0]?.pages.next_page; next !== undefined; next = pages.at(-1)?.pages.next_page)
      pages.push(await reader.eventsPage(next))
    expect(pages.map(({ events }) => events.length)).toEqual([15, 15, 10])
    expect(new Set(pages.flatMap(({ events }) => events.map(({ event_uid }) => event_uid))).size).toBe(40)
  },
)

const ownEvent = (at: Awaited<ReturnType<typeof startWriting>>, number: number) => ({
  ...{ event_id: `own-${number}`, summary: `Own ${number}` },
  ...{ start: at.at(400 + number, '09:00'), end: at.at(400 + number, '10:00') },
})

/** What is told of 40 own events outside of the window, in as many pages as it takes. */
async function ownEventsIn(tables: (tables: Tables) => Tables): Promise<readonly ReadPage[]> {
  const at = await startWriting()
  for (let number = 0; number < 40; number++) await at.upsert(ownEvent(at, number))
  await at.sync()
  const reader = await createScheduleReader(at.fixture, 2_000, tables)
  const pages: ReadPage[] = [await reader.events('tzid=Etc/UTC&only_managed=true')]
  for (let next = pages[0]?.pages.next_page; next !== undefined; next = pages.at(-1)?.pages.next_page)
    pages.push(await reader.eventsPage(next))
  expect(new Set(pages.flatMap(({ events }) => events.map(({ event_id }) => event_id))).size).toBe(40)
  return pages
}

test('so does a page of own events that are outside of the window', async () => {
  const pages = await ownEventsIn(withLargeEvents)
  expect(pages.map(({ events }) => events.length)).toEqual([15, 15, 10])
})

test('a small one that is read after them is told in its place, and hides none that did not fit before it', async () => {
  const THRICE = new Uint8Array(3 * MIB)
  const large = (row: StoredRow): StoredRow => ({ ...row, properties: { ...row.properties, x: THRICE } })
  const isOwn = (row?: StoredRow) => row?.rowKey.startsWith('agreement.') === true
  const pages = await ownEventsIn(
    reshaped((page) => (isOwn(page[0]) ? [page.slice(0, 20).map(large), page.slice(20)] : [page])),
  )
  expect(pages.length).toBeGreaterThan(3)
})
