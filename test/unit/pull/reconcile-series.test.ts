import { describe, expect, test } from 'vitest'
import type { CalendarEvent } from '../../../shared/events/event.ts'
import type { ChangedItem } from '../../../shared/pull/ports.ts'
import {
  at,
  eventOn,
  exception,
  judge,
  type Known,
  knownSeries,
  MASTER,
  occurrenceOn,
  remembered,
  series,
  seriesOf,
  sparse,
  times,
} from '../../support/judging.ts'

const stored = (day: number, summary = 'Series') => ({
  months: ['2026-11'],
  digest: `${summary} ${day}`,
  reach: undefined,
})

describe('an occurrence that tells its times only', () => {
  test('is written with what its series says', () => {
    const recurrence = { frequency: 'weekly', interval: 1, startDate: '2026-11-20' } as const
    const master = { ...MASTER, recurrence }
    const { changes, items, series: kept } = judge(knownSeries({}, { master }), sparse(1))
    const event: CalendarEvent = {
      ...{
        ...MASTER.content,
        ...times(1),
        providerId: 'm',
        etag: 'e',
        kind: 'occurrence',
        seriesProviderId: 'S',
        recurrence,
      },
    }
    expect(changes).toEqual([
      { kind: 'write', key: 'km', event, months: ['2026-11'], isNews: true, reach: undefined, previousMonths: [] },
    ])
    expect(items).toEqual({ km: { kind: 'occurrence', calendar: 'c', series: 'kS' } })
    expect(kept['kS']).toEqual(seriesOf({ km: occurrenceOn(1, { seen: 5, stored: stored(1) }) }, { master }))
  })

  test('waits for its series when that is not known, and is written when it comes', () => {
    const waiting = judge({}, sparse(1))
    const { stored: _, ...bare } = occurrenceOn(1, { seen: 5 })
    expect(waiting).toEqual({
      changes: [],
      items: { kS: { kind: 'series', calendar: 'c' }, km: { kind: 'occurrence', calendar: 'c', series: 'kS' } },
      series: { kS: { calendar: 'c', seen: 0, changed: 0, occurrences: { km: bare } } },
    })
    const known = { ...knownSeries({ km: bare }), series: { kS: { ...waiting.series['kS'], calendar: 'c' } as never } }
    expect(judge(known, series()).changes).toMatchObject([
      { kind: 'write', key: 'km', isNews: true, previousMonths: [] },
    ])
  })

  test('may come before its series on one page', () => {
    expect(judge({}, sparse(1), series()).changes).toMatchObject([{ key: 'km', event: { summary: 'Series' } }])
  })

  test('is a day where its series is of days, and has the zone of its series', () => {
    const days = { start: { kind: 'date', date: '2026-11-20' }, end: { kind: 'date', date: '2026-11-21' } } as const
    const midnight = {
      ...sparse(1),
      start: { kind: 'instant', at: at(0, 12) },
      end: { kind: 'instant', at: at(1, 12) },
    } as ChangedItem
    const master = { ...MASTER, content: { ...MASTER.content, ...days } }
    expect(judge(knownSeries({}, { master }), midnight).changes).toMatchObject([
      { event: { start: { kind: 'date', date: '2026-11-21' }, end: { kind: 'date', date: '2026-11-22' } } },
    ])
    const told = { ...sparse(1), ...days } as ChangedItem
    const [written] = judge(knownSeries({}), told).changes
    expect(written?.kind === 'write' && [written.event.start, written.event.end]).toEqual([days.start, days.end])
    const utc = { ...sparse(1), start: { ...times(1).start, zone: 'UTC' } } as ChangedItem
    expect(judge(knownSeries({}), utc).changes).toMatchObject([{ event: { start: { zone: 'Europe/Copenhagen' } } }])
  })

  test('that says what it said is only seen', () => {
    const { changes, items, series: kept } = judge(knownSeries({ km: occurrenceOn(1) }), sparse(1))
    expect([changes, items]).toEqual([[], {}])
    expect(kept['kS']?.occurrences).toEqual({ km: occurrenceOn(1, { seen: 5 }) })
  })

  test('that was moved is written where it was, and reaches from there', () => {
    const { changes, series: kept } = judge(knownSeries({ km: occurrenceOn(1) }), sparse(3))
    const reach = { from: at(1), to: at(3, 1) }
    expect(changes).toMatchObject([{ kind: 'write', key: 'km', reach, previousMonths: ['2026-11'] }])
    expect(kept['kS']?.occurrences['km']?.stored).toEqual({ ...stored(3), reach })
  })

  test('that comes with its series from another calendar is news of this one', () => {
    const { series: there = {} } = knownSeries({ km: occurrenceOn(1) }, { calendar: 'other' })
    const known: Known = {
      items: { kS: { kind: 'series', calendar: 'other' }, km: { kind: 'occurrence', calendar: 'other', series: 'kS' } },
      series: there,
    }
    const { changes, items, series: kept } = judge(known, sparse(1))
    expect(changes).toMatchObject([
      { kind: 'write', key: 'km', isNews: true, reach: undefined, previousMonths: ['2026-11'] },
    ])
    expect(items).toEqual({
      kS: { kind: 'series', calendar: 'c' },
      km: { kind: 'occurrence', calendar: 'c', series: 'kS' },
    })
    expect(kept['kS']?.calendar).toBe('c')
  })

  test('counts as unseen after its series was moved, whatever the other calendar has seen in a round of that number', () => {
    const { series: there = {} } = knownSeries(
      { km: occurrenceOn(1, { seen: 5 }), kn: occurrenceOn(2, { providerId: 'n', seen: 5 }) },
      { calendar: 'other' },
    )
    const known: Known = { items: { kS: { kind: 'series', calendar: 'other' } }, series: there }
    const kept = judge(known, sparse(1)).series['kS']?.occurrences
    expect([kept?.['km']?.seen, kept?.['kn']?.seen]).toEqual([5, 0])
  })

  test('that was an occurrence of another series, or an event, is one of this', () => {
    const other: Known = {
      items: { kS: { kind: 'series', calendar: 'c' }, km: { kind: 'occurrence', calendar: 'c', series: 'kT' } },
      series: { kS: seriesOf({}) },
    }
    const moved = { km: { kind: 'occurrence', calendar: 'c', series: 'kS' } }
    expect(judge(other, sparse(1)).items).toEqual(moved)
    expect(judge({ ...other, items: { ...other.items, km: remembered(1) } }, sparse(1)).items).toEqual(moved)
  })

  test('of what was a single event takes its place', () => {
    const { changes, items } = judge({ items: { kS: remembered(0) } }, sparse(1))
    expect(changes).toEqual([{ kind: 'delete', key: 'kS', previousMonths: ['2026-11'] }])
    expect(items).toMatchObject({ kS: { kind: 'series', calendar: 'c' } })
  })
})

describe('an occurrence with content of its own', () => {
  test('is written with that, and does not follow its series', () => {
    const { changes, series: kept } = judge(knownSeries({}), exception(1))
    expect(changes).toMatchObject([{ kind: 'write', key: 'km', event: { summary: 'Own', kind: 'exception' } }])
    expect(kept['kS']?.occurrences['km']).toEqual(
      occurrenceOn(1, { exception: true, seen: 5, stored: stored(1, 'Own') }),
    )
    expect(judge(knownSeries({ km: occurrenceOn(1, { exception: true }) }), series('f', 'New')).changes).toEqual([])
  })

  test('keeps the rule of its series where it follows that, as all do in a view, and its series is of this calendar', () => {
    const recurrence = { frequency: 'weekly', interval: 1, startDate: '2026-11-20' } as const
    const master = { ...MASTER, recurrence }
    const told = (kind: 'occurrence' | 'exception', known: Known) => {
      const event = eventOn(1, 'Series', { providerId: 'm', kind, seriesProviderId: 'S' })
      return judge(known, { kind: 'event', event }).changes
    }
    const rule = (event: object | undefined) => [{ kind: 'write', key: 'km', event }]
    const here = knownSeries({}, { master })
    expect(told('occurrence', here)).toMatchObject(rule({ recurrence }))
    expect(told('exception', here)).not.toMatchObject(rule({ recurrence }))
    expect(told('occurrence', knownSeries({}, { master, calendar: 'other' }))).not.toMatchObject(rule({ recurrence }))
    expect(told('occurrence', {})).toMatchObject(rule({ kind: 'occurrence' }))
  })
})

describe('a series', () => {
  const known = knownSeries({ km: occurrenceOn(1) })

  test('that says something else is written into its occurrences', () => {
    const { changes, series: kept } = judge(known, series('f', 'New'))
    expect(changes).toMatchObject([
      { key: 'km', event: { summary: 'New', etag: 'e' }, isNews: true, previousMonths: ['2026-11'] },
    ])
    expect(kept['kS']).toMatchObject({ calendar: 'c', seen: 5, changed: 5, master: { etag: 'f' } })
    expect(kept['kS']?.occurrences['km']).toMatchObject({ seen: 4, stored: { digest: 'New 1' } })
  })

  test('that is only repeated is seen, and was changed when it was', () => {
    const { changes, series: kept } = judge(known, series('e', 'Not read'))
    expect(changes).toEqual([])
    expect(kept['kS']).toMatchObject({ seen: 5, changed: 2 })
  })

  test('is new in this calendar, or at all', () => {
    const other = knownSeries({}, { calendar: 'other' })
    const moved = judge({ ...other, items: { kS: { kind: 'series', calendar: 'other' } } }, series('e'))
    expect(moved).toMatchObject({
      items: { kS: { kind: 'series', calendar: 'c' } },
      series: { kS: { calendar: 'c', changed: 5 } },
    })
    expect(judge({}, series())).toEqual({
      changes: [],
      items: { kS: { kind: 'series', calendar: 'c' } },
      series: { kS: { calendar: 'c', occurrences: {}, master: { ...MASTER, etag: 'f' }, seen: 5, changed: 5 } },
    })
    expect(judge(known, series()).items).toEqual({})
  })

  test('that was a single event takes its place', () => {
    const { changes, items } = judge({ items: { kS: remembered(0) } }, series())
    expect(changes).toEqual([{ kind: 'delete', key: 'kS', previousMonths: ['2026-11'] }])
    expect(items).toEqual({ kS: { kind: 'series', calendar: 'c' } })
  })

  test('that was an event before on the same page is a series', () => {
    const event: ChangedItem = { kind: 'event', event: eventOn(0, 'One', { providerId: 'S' }) }
    expect(judge({}, event, series())).toMatchObject({ changes: [], items: { kS: { kind: 'series' } } })
  })

  test('and its occurrence on one page are one change, which stays news', () => {
    const longer = { ...sparse(1), end: { kind: 'instant', at: at(20) } } as ChangedItem
    expect(judge(known, series('f', 'New'), longer).changes).toMatchObject([
      {
        key: 'km',
        isNews: true,
        event: { summary: 'New' },
        months: ['2026-11', '2026-12'],
        previousMonths: ['2026-11'],
      },
    ])
    expect(judge(known, longer).changes).toMatchObject([{ isNews: false, months: ['2026-11', '2026-12'] }])
  })
})
