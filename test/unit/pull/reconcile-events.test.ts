import { describe, expect, test } from 'vitest'
import type { CalendarEvent } from '../../../shared/events/event.ts'
import type { ChangedItem } from '../../../shared/pull/ports.ts'
import { pruneCalendar } from '../../../shared/pull/reconcile.ts'
import {
  at,
  eventOn,
  judge,
  type Known,
  knowing,
  knownSeries,
  occurrenceOn,
  ROUND,
  remembered,
  seriesOf,
  times,
  told,
} from '../../support/judging.ts'
import { removed } from '../../support/pull-account.ts'

const item = (event: CalendarEvent): ChangedItem => ({ kind: 'event', event })
const here: Known = { items: { ka: remembered(0) } }
const elsewhere: Known = { items: { ka: remembered(0, { calendar: 'other' }) } }
const write = { ...{ kind: 'write', key: 'ka', isNews: true, reach: undefined }, months: ['2026-11'] }

describe('an event', () => {
  test('that is new is written, and remembered with where it is and what it says', () => {
    expect(judge({}, item(eventOn(0)))).toEqual({
      changes: [{ ...write, event: eventOn(0), previousMonths: [] }],
      items: { ka: remembered(0, { seen: 5 }) },
      series: {},
    })
  })

  test('that says what it said is only seen', () => {
    expect(judge(here, item(eventOn(0)))).toEqual({
      changes: [],
      items: { ka: remembered(0, { seen: 5 }) },
      series: {},
    })
  })

  test('that says something else is written where it was before', () => {
    expect(judge(here, item(eventOn(0, 'Two')))).toMatchObject({
      changes: [{ ...write, previousMonths: ['2026-11'] }],
      items: { ka: { digest: 'Two 0' } },
    })
  })

  test('that is to be kept under other months is written, and is no news', () => {
    const moved: Known = { items: { ka: remembered(0, { months: ['2026-10', '2026-11'] }) } }
    expect(judge(moved, item(eventOn(0))).changes).toEqual([
      { ...write, event: eventOn(0), isNews: false, previousMonths: ['2026-10', '2026-11'] },
    ])
  })

  test('counts with what is told of it last', () => {
    expect(judge({}, item(eventOn(0, 'Old')), item(eventOn(0, 'New'))).changes).toMatchObject([
      { event: { summary: 'New' } },
    ])
  })

  test('that comes from another calendar is news of this one, and its row moves', () => {
    const { changes, items } = judge(elsewhere, item(eventOn(0)))
    expect(changes).toEqual([{ ...write, leftCalendar: 'other', event: eventOn(0), previousMonths: ['2026-11'] }])
    expect(items).toEqual({ ka: remembered(0, { seen: 5 }) })
  })

  test('that was a series, or an occurrence of one, is none any more', () => {
    const { S: _, ...rest } = { S: 1, ...knownSeries({ km: occurrenceOn(1) }) }
    const single = judge(rest, item(eventOn(0, 'One', { providerId: 'S' })))
    expect(single.changes).toMatchObject([
      { kind: 'delete', key: 'km', previousMonths: ['2026-11'] },
      { kind: 'write', key: 'kS' },
    ])
    expect(single).toMatchObject({ items: { km: null, kS: { kind: 'event' } }, series: { kS: null } })
    const freed = judge(rest, item(eventOn(0, 'One', { providerId: 'm' })))
    expect(freed.changes).toMatchObject([{ kind: 'write', key: 'km', isNews: true, previousMonths: ['2026-11'] }])
    expect(freed.series['kS']?.occurrences).toEqual({})
    expect(freed.items).toMatchObject({ km: { kind: 'event' } })
  })

  test('that was made of a series while the round was read is an event, and its former occurrences are nothing', () => {
    const { master } = seriesOf({})
    if (master === undefined) throw new Error('no series')
    const occurrence: ChangedItem = { kind: 'sparse', providerId: 'm', seriesProviderId: 'S', etag: 'e', ...times(1) }
    const single = judge({}, { kind: 'series', master }, occurrence, item(eventOn(0, 'One', { providerId: 'S' })))
    expect(single.changes).toMatchObject([{ kind: 'write', key: 'kS' }])
    expect(single).toMatchObject({ items: { km: null, kS: { kind: 'event' } }, series: { kS: null } })
    const gone = judge({}, { kind: 'series', master }, occurrence, removed('S'))
    expect(gone).toMatchObject({ changes: [], items: { km: null, kS: null }, series: { kS: null } })
  })
})

describe('how far an event has reached', () => {
  const reachOf = (known: Known, day: number) => {
    const { changes, items } = judge(known, item(eventOn(day)))
    const reach = (items['ka'] as { reach?: unknown } | null)?.reach
    expect(changes.flatMap((change) => ('reach' in change ? [change.reach] : []))).toEqual([reach])
    return reach
  }

  test('begins to count when it is moved, and takes in where it was and where it is', () => {
    expect(reachOf(here, 2)).toEqual({ from: at(0), to: at(2, 1) })
    expect(reachOf({ items: { ka: remembered(4) } }, 2)).toEqual({ from: at(2), to: at(4, 1) })
  })

  test('goes on from how far it reached before', () => {
    const reach = { from: at(-3), to: at(9) }
    expect(reachOf({ items: { ka: remembered(0, { reach }) } }, 2)).toEqual(reach)
    expect(reachOf({ items: { ka: remembered(0, { reach: { from: at(-3), to: at(1) } }) } }, 2)).toEqual({
      from: at(-3),
      to: at(2, 1),
    })
  })

  test('is not told of one that was never anywhere else, or never begins to count', () => {
    expect(reachOf({}, 2)).toBeUndefined()
    expect(reachOf(elsewhere, 2)).toBeUndefined()
    for (const reach of [undefined, { from: at(-3), to: at(9) }])
      expect(reachOf({ items: { ka: remembered(0, { starts: undefined, digest: '', reach }) } }, 2)).toBeUndefined()
    const longer: CalendarEvent = { ...eventOn(0), end: { kind: 'instant', at: at(1) } }
    const { items } = judge({ items: { ka: remembered(0, { digest: '' }) } }, item(longer))
    expect(items).toMatchObject({ ka: { reach: undefined } })
  })

  test('counts where only its end has been later', () => {
    const shorter: Known = { items: { ka: remembered(0, { ends: at(1), digest: '' }) } }
    expect(judge(shorter, item(eventOn(0))).items).toMatchObject({ ka: { reach: { from: at(0), to: at(1) } } })
  })
})

describe('an event that was removed', () => {
  test('is deleted where it is kept, and forgotten', () => {
    expect(judge(here, removed('a'))).toEqual({
      changes: [{ kind: 'delete', key: 'ka', previousMonths: ['2026-11'] }],
      items: { ka: null },
      series: {},
    })
  })

  test('is nothing where it was never known, or has moved to another calendar', () => {
    expect(judge({}, removed('a'))).toEqual({ changes: [], items: {}, series: {} })
    expect(judge(elsewhere, removed('a'))).toEqual({ changes: [], items: {}, series: {} })
  })

  test('with its series goes with all of it', () => {
    const { changes, items, series } = judge(knownSeries({ km: occurrenceOn(1) }), removed('S'))
    expect(changes).toEqual([{ kind: 'delete', key: 'km', previousMonths: ['2026-11'] }])
    expect([items, series]).toEqual([{ km: null, kS: null }, { kS: null }])
  })

  test('as a series that nothing more is known of is forgotten', () => {
    const bare: Known = { items: { kS: { kind: 'series', calendar: 'c' } } }
    expect(judge(bare, removed('S'))).toEqual({ changes: [], items: { kS: null }, series: { kS: null } })
  })

  test('as one occurrence leaves the others', () => {
    const both = knownSeries({ km: occurrenceOn(1), kn: occurrenceOn(8) })
    const { changes, items, series } = judge(both, removed('m'))
    expect(changes).toEqual([{ kind: 'delete', key: 'km', previousMonths: ['2026-11'] }])
    expect([items, Object.keys(series['kS']?.occurrences ?? {})]).toEqual([{ km: null }, ['kn']])
  })

  test('as one occurrence whose series is unknown is forgotten', () => {
    const lost: Known = { items: { km: { kind: 'occurrence', calendar: 'c', series: 'kS' } } }
    expect(judge(lost, removed('m'))).toEqual({ changes: [], items: { km: null }, series: {} })
    const forgotten = judge({ ...lost, series: { kS: seriesOf({}) } }, removed('m'))
    expect([forgotten.changes, forgotten.items]).toEqual([[], { km: null }])
  })
})

describe('what a fresh round has not mentioned', () => {
  const prune = (known: Known) =>
    told(pruneCalendar({ ...knowing(known), keys: () => ['kx', ...Object.keys(known.items ?? {})] }, ROUND))
  const removal = (known: Known) => prune(known).changes.map(({ kind, key }) => `${kind} ${key}`)

  test('is deleted, or forgotten when it ended before the window begins', () => {
    expect(removal(here)).toEqual(['delete ka'])
    expect(removal({ items: { ka: remembered(0, { ends: ROUND.window.from }) } })).toEqual(['forget ka'])
    expect(removal({ items: { ka: remembered(0, { ends: (ROUND.window.from + 1) as never }) } })).toEqual(['delete ka'])
  })

  test('is forgotten when it begins after the window ends, and not when that is not known', () => {
    const { from, to } = ROUND.window
    const beginning = (starts: number | undefined, ends: number) =>
      removal({ items: { ka: remembered(0, { starts: starts as never, ends: ends as never }) } })
    expect(beginning(to, to + 1)).toEqual(['forget ka'])
    expect(beginning(to - 1, to + 1)).toEqual(['delete ka'])
    expect(beginning(from - 1, to + 1)).toEqual(['delete ka'])
    expect(beginning(undefined, Number.MAX_SAFE_INTEGER)).toEqual(['delete ka'])
  })

  test('is neither what it has, nor what another calendar has', () => {
    expect(removal({ items: { ka: remembered(0, { seen: 5 }) } })).toEqual([])
    expect(removal(elsewhere)).toEqual([])
    const { items, series = {} } = knownSeries({ km: occurrenceOn(1) })
    expect(removal({ items: { ...items, kS: { kind: 'series', calendar: 'other' } }, series })).toEqual([])
  })

  test('of a series is its occurrences, and itself when none is left', () => {
    const partly = prune(knownSeries({ km: occurrenceOn(1), kn: occurrenceOn(8, { seen: 5 }) }))
    expect(partly.changes).toMatchObject([{ kind: 'delete', key: 'km' }])
    expect(Object.keys(partly.series['kS']?.occurrences ?? {})).toEqual(['kn'])
    const all = prune(knownSeries({ km: occurrenceOn(1) }))
    expect([all.items, all.series]).toEqual([{ km: null, kS: null }, { kS: null }])
    const mentioned = prune(knownSeries({ km: occurrenceOn(1) }, { seen: 5 }))
    expect([mentioned.items, mentioned.series['kS']?.occurrences]).toEqual([{ km: null }, {}])
  })

  test('may be a series that nothing more is known of', () => {
    expect(prune({ items: { kS: { kind: 'series', calendar: 'c' } } })).toEqual({ changes: [], items: {}, series: {} })
  })
})
