import { expect, test } from 'vitest'
import { orderFaults } from '../support/faults.ts'
import { dailySeries, type GraphFixture, graphFixture, oneHour } from '../support/graph-stand-in.ts'

interface Page {
  value: { id: string; type?: string; subject?: string; '@removed'?: object }[]
  '@odata.nextLink'?: string
  '@odata.deltaLink'?: string
}

const FIRST = '/me/calendarView/delta?startDateTime=2026-11-01T00:00:00Z&endDateTime=2026-12-01T00:00:00Z'
const PAGE = { prefer: 'odata.maxpagesize=2' }

function filled(events: number): GraphFixture {
  const fixture = graphFixture()
  for (let day = 10; day < 10 + events; day += 1) fixture.mailbox.create(oneHour(`${day}`, `2026-11-${day}`))
  return fixture
}

/** The pages of a round, at most `most` of them. */
async function round({ get }: GraphFixture, from = FIRST, most = 30): Promise<Page[]> {
  const pages: Page[] = []
  for (let next: string | undefined = from; next && pages.length < most; ) {
    const page: Page = await get(next, PAGE)
    pages.push(page)
    next = page['@odata.nextLink']
  }
  return pages
}

const sizes = (pages: Page[]) => pages.map(({ value }) => value.length)
const subjects = (pages: Page[]) => pages.flatMap(({ value }) => value.map(({ subject }) => subject))

test('empty pages come before each page, a fraction of one now and then', async () => {
  const fixture = filled(4)
  orderFaults(fixture.faults, { delta: { emptyPages: 2 } })
  expect(sizes(await round(fixture))).toEqual([0, 0, 2, 0, 0, 2])
  orderFaults(fixture.faults, { seed: 1, delta: { emptyPages: 0.5 } })
  const rounds: string[] = []
  for (let number = 0; number < 20; number += 1) rounds.push(sizes(await round(fixture)).join())
  expect(new Set(rounds).size).toBeGreaterThan(1)
  expect(rounds).toContain('2,2')
})

test('a page begins with what the page before it ended with, with the ordered share', async () => {
  const fixture = filled(6)
  orderFaults(fixture.faults, { delta: { replays: true } })
  expect(subjects(await round(fixture))).toEqual(['10', '11', '11', '12', '13', '13', '14', '15'])
  orderFaults(fixture.faults, { seed: 1, delta: { replays: 0.5 } })
  const counts = new Set<number>()
  for (let number = 0; number < 20; number += 1) counts.add(subjects(await round(fixture)).length)
  expect(counts).toEqual(new Set([6, 7, 8]))
})

test('a round that loops brings another link and the same page until that is over', async () => {
  const fixture = filled(4)
  orderFaults(fixture.faults, { delta: { loops: true } })
  const pages = await round(fixture, FIRST, 5)
  expect(new Set(pages.map(({ value }) => JSON.stringify(value))).size).toBe(1)
  expect(new Set(pages.map((page) => page['@odata.nextLink'])).size).toBe(5)
  orderFaults(fixture.faults, { seed: 1, delta: { loops: 0.8 } })
  const some = await round(fixture)
  expect(some.length).toBeGreaterThan(2)
  expect(new Set(subjects(some))).toEqual(new Set(['10', '11', '12', '13']))
})

test('the same seed makes the same round', async () => {
  const fixture = filled(8)
  const again = async (seed: number) => {
    orderFaults(fixture.faults, { seed, delta: { emptyPages: 0.5, replays: 0.5, loops: 0.3 } })
    return sizes(await round(fixture, FIRST, 100))
  }
  const first = await again(1)
  expect(await again(2)).not.toEqual(first)
  expect(await again(1)).toEqual(first)
})

test.each([
  [410, 'SyncStateNotFound'],
  [410, 'syncStateNotFound'],
  [410, 'resyncRequired'],
  [400, 'SyncStateNotFound'],
  [404, 'syncStateNotFound'],
] as const)('an unknown token is answered with %d %s', async (goneStatus, goneCode) => {
  const fixture = filled(1)
  const link = (await round(fixture)).at(-1)?.['@odata.deltaLink'] ?? ''
  orderFaults(fixture.faults, { delta: { goneStatus, goneCode } })
  fixture.mailbox.expireTokens()
  const answer = await fixture.call('GET', link)
  expect([answer.status, answer.headers.get('location')]).toEqual([goneStatus, null])
  expect(await answer.json()).toMatchObject({ error: { code: goneCode } })
})

test('a token is lost with the ordered share, and a 410 says where to begin again with another one', async () => {
  const fixture = filled(1)
  const link = (await round(fixture)).at(-1)?.['@odata.deltaLink'] ?? ''
  orderFaults(fixture.faults, { seed: 1, delta: { gone: 0.5, locationOnGone: 0.5 } })
  const met = new Set<string>()
  for (let number = 0; number < 40; number += 1) {
    const { status, headers } = await fixture.call('GET', link)
    met.add(`${status} ${headers.has('location')}`)
  }
  expect(met).toEqual(new Set(['200 false', '410 false', '410 true']))
})

test('a first round has no token to lose', async () => {
  const fixture = filled(1)
  orderFaults(fixture.faults, { delta: { gone: true } })
  expect((await fixture.call('GET', FIRST)).status).toBe(200)
})

test.each([
  ['first', [['seriesMaster', 'occurrence', 'occurrence']]],
  ['last', [['occurrence', 'occurrence', 'seriesMaster']]],
  ['other-page', [['occurrence', 'occurrence'], ['seriesMaster']]],
] as const)('the master of a series stands %s', async (seriesOrder, expected) => {
  const fixture = graphFixture()
  fixture.mailbox.create(dailySeries('standup', '2026-11-10', 2))
  orderFaults(fixture.faults, { delta: { seriesOrder } })
  expect((await round(fixture)).map(({ value }) => value.map(({ type }) => type))).toEqual(expected)
})

test.each([
  [false, 1],
  [true, 3],
])('removed occurrences told (%s): a deleted series of two is %d items', async (removedOccurrences, count) => {
  const fixture = graphFixture()
  const { id } = fixture.mailbox.create(dailySeries('standup', '2026-11-10', 2)).item
  const link = (await round(fixture)).at(-1)?.['@odata.deltaLink']
  fixture.mailbox.remove(id)
  orderFaults(fixture.faults, { delta: { removedOccurrences } })
  const told = (await round(fixture, link)).flatMap(({ value }) => value)
  expect(told.filter((item) => item['@removed'])).toHaveLength(count)
})

test('links are in lower case when so ordered, and lead on', async () => {
  const fixture = filled(3)
  orderFaults(fixture.faults, { delta: { lowerCaseLinks: true } })
  const pages = await round(fixture)
  expect(pages[0]?.['@odata.nextLink']).toContain('/calendarview/delta')
  expect(subjects(pages)).toEqual(['10', '11', '12'])
})
