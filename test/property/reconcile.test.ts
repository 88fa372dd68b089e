import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ChangedItem } from '../../shared/pull/ports.ts'
import { at, content, createCacheModel } from '../support/cache-model.ts'

interface Series {
  readonly name: string
  readonly version: number
  /** Day of each occurrence; an exception has a title of its own. */
  readonly occurrences: Readonly<Record<string, { readonly day: number; readonly exception?: string | undefined }>>
}

interface Calendar {
  readonly singles: Readonly<Record<string, { readonly title: string; readonly day: number }>>
  readonly series: Readonly<Record<string, Series>>
}

const day = fc.integer({ min: 0, max: 120 })
const title = fc.constantFrom('Standup', 'Review', 'Lunch', 'Retro')
const single = fc.record({ title, day })
const occurrence = fc.record({ day, exception: fc.option(title, { nil: undefined, freq: 4 }) })
const series = fc.record({
  name: title,
  version: fc.integer({ min: 1, max: 1_000_000 }),
  occurrences: fc.dictionary(fc.constantFrom('o1', 'o2', 'o3', 'o4'), occurrence, { minKeys: 1 }),
})
const calendar: fc.Arbitrary<Calendar> = fc.record({
  singles: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e'), single),
  series: fc.dictionary(fc.constantFrom('s', 't'), series),
})

/** What a cache of this calendar must hold: title and day by id. */
const expected = ({ singles, series }: Calendar): Record<string, string> => ({
  ...Object.fromEntries(Object.entries(singles).map(([id, { title, day }]) => [`k${id}`, `${title} ${day}`])),
  ...Object.fromEntries(
    Object.entries(series).flatMap(([id, { name, occurrences }]) =>
      Object.entries(occurrences).map(([o, { day, exception }]) => [`k${id}${o}`, `${exception ?? name} ${day}`]),
    ),
  ),
})

const held = (cache: ReturnType<typeof createCacheModel>): Record<string, string> =>
  Object.fromEntries(
    [...cache.events].map(([key, { summary, start }]) => {
      const days = start.kind === 'instant' ? (start.at - Date.UTC(2026, 2, 1, 9)) / 86_400_000 : Number.NaN
      return [key, `${summary} ${days}`]
    }),
  )

const singleItem = (id: string, { title, day }: Calendar['singles'][string]): ChangedItem => ({
  kind: 'event',
  event: { ...content(title, at(day), at(day, 10)), providerId: id, etag: `${title}${day}`, kind: 'single' },
})

const seriesItems = (id: string, { name, version, occurrences }: Series): ChangedItem[] => [
  { kind: 'series', master: { providerId: id, etag: String(version), content: content(name, at(0), at(0, 10)) } },
  ...Object.entries(occurrences).map(([o, { day, exception }]): ChangedItem => {
    const providerId = `${id}${o}`
    const [start, end, etag] = [at(day), at(day, 10), `${version}${day}`]
    if (exception === undefined) return { kind: 'sparse', providerId, etag, seriesProviderId: id, start, end }
    const said = content(exception, start, end)
    return { kind: 'event', event: { ...said, providerId, etag, kind: 'exception', seriesProviderId: id } }
  }),
]

/** What Graph reports between two states: changed items whole, deleted singles and series as tombstones. */
function delta(before: Calendar, after: Calendar): ChangedItem[] {
  const items: ChangedItem[] = []
  for (const [id, now] of Object.entries(after.singles))
    if (JSON.stringify(before.singles[id]) !== JSON.stringify(now)) items.push(singleItem(id, now))
  for (const [id, now] of Object.entries(after.series))
    if (JSON.stringify(before.series[id]) !== JSON.stringify(now)) items.push(...seriesItems(id, now))
  for (const id of [...Object.keys(before.singles), ...Object.keys(before.series)])
    if (!(id in after.singles) && !(id in after.series)) items.push({ kind: 'removed', providerId: id })
  return items
}

const whole = ({ singles, series }: Calendar): ChangedItem[] => delta({ singles: {}, series: {} }, { singles, series })

/** The items in an order and in pages that the seed chooses, with strangers' tombstones and repeats in between. */
function paged(items: readonly ChangedItem[], order: readonly number[], cuts: readonly number[]): ChangedItem[][] {
  const strangers: ChangedItem[] = [{ kind: 'removed', providerId: 'never-seen' }]
  const shuffled = [...items, ...items.slice(0, 2), ...strangers]
    .map((item, index) => ({ item, rank: order[index % order.length] ?? 0 }))
    .sort((x, y) => x.rank - y.rank)
    .map(({ item }) => item)
  const bounds = [0, ...cuts.map((cut) => cut % (shuffled.length + 1)).sort((x, y) => x - y), shuffled.length]
  return bounds.slice(1).map((end, index) => shuffled.slice(bounds[index], end))
}

const order = fc.array(fc.integer({ min: 0, max: 99 }), { minLength: 1, maxLength: 12 })
const cuts = fc.array(fc.nat(30), { maxLength: 3 })
/** Versions only count up, as change keys do: a series with other content never has an earlier version tag. */
const steps = fc.array(fc.record({ state: calendar, order, cuts, fresh: fc.boolean() }), { minLength: 1, maxLength: 6 })

function renumbered(state: Calendar, step: number, before: Calendar): Calendar {
  const series = Object.entries(state.series).map(([id, one]): [string, Series] => {
    const old = before.series[id]
    const same = old !== undefined && JSON.stringify({ ...old, version: 0 }) === JSON.stringify({ ...one, version: 0 })
    return [id, { ...one, version: same ? old.version : step }]
  })
  return { singles: state.singles, series: Object.fromEntries(series) }
}

test('whatever order and pages changes come in, the cache ends equal to the calendar', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(steps, (sequence) => {
      const cache = createCacheModel()
      let before: Calendar = { singles: {}, series: {} }
      sequence.forEach(({ state, order, cuts, fresh }, step) => {
        const after = renumbered(state, step + 1, before)
        cache.round(paged(fresh ? whole(after) : delta(before, after), order, cuts), fresh)
        expect(held(cache)).toEqual(expected(after))
        before = after
      })
    }),
    { numRuns: 400 },
  )
})

test('reading the same calendar again from scratch writes nothing', () => {
  fc.assert(
    fc.property(calendar, order, cuts, order, cuts, (state, order1, cuts1, order2, cuts2) => {
      const cache = createCacheModel()
      cache.round(paged(whole(state), order1, cuts1), true)
      const { writes } = cache.counts
      cache.round(paged(whole(state), order2, cuts2), true)
      expect(cache.counts).toEqual({ writes, deletes: 0 })
    }),
    { numRuns: 200 },
  )
})

test('a cancelled occurrence is known by its absence, and costs one deletion and no write', () => {
  const cache = createCacheModel()
  const both = { o1: { day: 1 }, o2: { day: 8 } }
  cache.round([seriesItems('s', { name: 'Standup', version: 1, occurrences: both })], true)
  cache.round([seriesItems('s', { name: 'Standup', version: 2, occurrences: { o1: { day: 1 } } })])
  expect({ ...cache.counts, left: [...cache.events.keys()] }).toEqual({ writes: 2, deletes: 1, left: ['kso1'] })
})

test('a series repeated with its old version tag and without occurrences deletes nothing', () => {
  const cache = createCacheModel()
  const items = seriesItems('s', { name: 'Standup', version: 1, occurrences: { o1: { day: 1 } } })
  cache.round([items], true)
  cache.round([items.slice(0, 1)])
  expect(cache.events.size).toBe(1)
})

test.each([['before'], ['after']])(
  'an item that moves to another calendar stays, its new one read %s its old one',
  (order) => {
    const cache = createCacheModel()
    const moved = [
      singleItem('a', { title: 'Lunch', day: 3 }),
      ...seriesItems('s', { name: 'Standup', version: 1, occurrences: { o1: { day: 1 }, o2: { day: 8 } } }),
    ]
    const left: ChangedItem[] = [
      { kind: 'removed', providerId: 'a' },
      { kind: 'removed', providerId: 's' },
    ]
    for (let number = 0; number < 3; number++) cache.round([moved], true, 'old')
    if (order === 'after') cache.round([left], false, 'old')
    cache.round([moved], false, 'new')
    if (order === 'before') cache.round([left], false, 'old')
    cache.round([[]], true, 'old')
    expect([...cache.events.keys()].sort()).toEqual(['ka', 'kso1', 'kso2'])
  },
)
