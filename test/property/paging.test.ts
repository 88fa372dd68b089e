import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Tables } from '../../shared/storage/table.ts'
import { createScheduleReader, type ReadPage } from '../support/schedule-reader.ts'
import { startWriting, type Writing } from '../support/writing.ts'

/** Something that happens while somebody reads page by page. */
type Step =
  | { readonly what: 'move' | 'delete' | 'change'; readonly event: number; readonly day: number }
  | { readonly what: 'create' | 'settle' | 'again'; readonly event: number; readonly day: number }
  | { readonly what: 'ask' | 'ask delete'; readonly event: number; readonly day: number }

/** Over five months of the window, so that most moves are into another one. */
const day = fc.integer({ min: -30, max: 120 })
const step: fc.Arbitrary<Step> = fc.record({
  what: fc.constantFrom(
    'move',
    'move',
    'move',
    'delete',
    'change',
    'create',
    'settle',
    'again',
    'ask',
    'ask delete',
    'settle',
  ),
  event: fc.nat(9),
  day,
})

const QUERIES = [
  'include_managed=true',
  'include_managed=true&include_deleted=true&include_moved=true',
  'only_managed=true',
  'last_modified=2020-01-01T00:00:00Z&include_managed=true',
  'include_managed=true&from=2026-11-01&to=2027-02-01',
]

const script = fc.record({
  days: fc.array(day, { minLength: 4, maxLength: 10 }),
  /** The integrator's own events that Microsoft does not have when the reading begins. */
  pending: fc.array(day, { maxLength: 3 }),
  steps: fc.array(step, { minLength: 1, maxLength: 8 }),
  /** Table requests of the reader between two steps. */
  every: fc.integer({ min: 1, max: 12 }),
  pageSize: fc.integer({ min: 1, max: 4 }),
  query: fc.constantFrom(...QUERIES),
})

test('an event that is there throughout a reading is told on exactly one page, and none on two, whatever happens meanwhile', {
  timeout: 240_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(script, async ({ days, pending, steps, every, pageSize, query }) => {
      const at = await startWriting()
      const far = query.startsWith('only_managed') ? 300 : 0
      for (const [number, when] of days.entries()) await begin(at, number, number % 2 === 0 ? when + far : when)
      await at.sync()
      for (const [number, when] of pending.entries()) await at.upsert(asked(at, 100 + number, when))
      const snapshot = createSnapshots(at, `tzid=Etc/UTC&${query}`)
      await snapshot.take()
      if (query.includes('include_managed=true') && !/from|last_modified/.test(query))
        expect(snapshot.throughout()).toHaveLength(days.length + pending.length)
      const left = [...steps]
      const between = createBetween(every, async () => {
        const next = left.shift()
        if (next === undefined) return
        await happen(at, next)
        await snapshot.take()
      })
      const reader = await createScheduleReader(at.fixture, pageSize, (tables) => between.around(tables))
      const told: string[] = []
      const uids: string[] = []
      let page = await reader.events(`tzid=Etc/UTC&${query}`)
      for (;;) {
        await between.idle()
        told.push(...page.events.map(nameOf))
        uids.push(...page.events.flatMap(({ event_uid }) => event_uid ?? []))
        expect(page.pages.current < page.pages.total).toBe(page.pages.next_page !== undefined)
        if (page.pages.next_page === undefined) break
        page = await reader.eventsPage(page.pages.next_page)
      }
      const throughout = snapshot.throughout()
      const missed = throughout.filter((name) => !told.includes(name))
      // What is deleted and made again meanwhile is another event.
      const twice = [...repeated(told).filter((name) => throughout.includes(name)), ...repeated(uids)]
      expect({ twice, missed }).toEqual({ twice: [], missed: [] })
    }),
    { numRuns: 30 },
  )
})

/** Every third event is the integrator's own. */
async function begin(at: Writing, number: number, when: number): Promise<void> {
  if (number % 3 === 2) await at.upsert(asked(at, number, when))
  else at.mailbox.create({ subject: `Event ${number}`, ...timesOf(at, when) })
}

const asked = (at: Writing, number: number, when: number) => ({
  ...{ event_id: `own-${number}`, summary: `Own ${number}` },
  ...{ start: at.at(when, '09:00'), end: at.at(when, '10:00') },
})

const timesOf = (at: Writing, when: number) => ({
  start: { dateTime: at.at(when, '09:00').slice(0, -1), timeZone: 'UTC' },
  end: { dateTime: at.at(when, '10:00').slice(0, -1), timeZone: 'UTC' },
})

async function happen(at: Writing, { what, event, day: when }: Step): Promise<void> {
  const item = at.held()[event % Math.max(1, at.held().length)]
  if (what === 'ask') await at.upsert(asked(at, event, when))
  if (what === 'ask delete') await at.remove({ event_id: `own-${event}` })
  if (what === 'create') at.mailbox.create({ subject: `Event ${event}`, ...timesOf(at, when) })
  if (what === 'settle') await at.fixture.settle()
  if (what === 'move' && item) at.mailbox.patch(item.id, timesOf(at, when))
  if (what === 'change' && item) at.mailbox.patch(item.id, { subject: `Changed ${when}` })
  if (what === 'delete' && item) at.mailbox.remove(item.id)
  if (what === 'again') await at.sync()
  if (what === 'move' || what === 'delete' || what === 'change' || what === 'create') await at.fixture.deliver()
}

/** An integrator knows its own events by its own ids, before Microsoft has them. */
const nameOf = ({ event_id, event_uid = '', deleted }: ReadPage['events'][number]): string =>
  deleted ? `deleted ${event_uid}` : (event_id ?? event_uid)

const repeated = (names: readonly string[]): readonly string[] =>
  names.filter((name, index) => names.indexOf(name) !== index)

/** What one reading in a single page says before, between and after the steps. */
function createSnapshots(at: Writing, query: string) {
  const taken: (readonly string[])[] = []
  return {
    take: async () =>
      void taken.push((await (await createScheduleReader(at.fixture, 1_000)).events(query)).events.map(nameOf)),
    throughout: () => (taken[0] ?? []).filter((name) => taken.every((names) => names.includes(name))),
  }
}

/** Few, so that a month is read in several requests. */
const PAGE_ROWS = 2

/** Tables that let something happen after every so many requests. */
function createBetween(every: number, act: () => Promise<void>) {
  let requests = 0
  let acting = Promise.resolve()
  const count = () => {
    requests += 1
    if (requests % every === 0) acting = acting.then(act)
    return acting
  }
  return {
    idle: () => acting,
    around: (tables: Tables): Tables => ({
      table(name) {
        const table = tables.table(name)
        return {
          ...table,
          async get(partitionKey, rowKey) {
            await count()
            return table.get(partitionKey, rowKey)
          },
          async *range(partitionKey, from, to) {
            for await (const page of table.range(partitionKey, from, to))
              for (let first = 0; first === 0 || first < page.length; first += PAGE_ROWS) {
                yield page.slice(first, first + PAGE_ROWS)
                await count()
              }
          },
        }
      },
    }),
  }
}
