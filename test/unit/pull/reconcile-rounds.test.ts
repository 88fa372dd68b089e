import { describe, expect, test } from 'vitest'
import { keysOf } from '../../../shared/pull/batch.ts'
import { isMixed, isRepeat, touchedSeries } from '../../../shared/pull/mentions.ts'
import type { ChangedItem } from '../../../shared/pull/ports.ts'
import { pruneSeries } from '../../../shared/pull/reconcile.ts'
import {
  eventOn,
  exception,
  type Known,
  knowing,
  knownSeries,
  occurrenceOn,
  ROUND,
  remembered,
  series,
  seriesOf,
  sparse,
  told,
} from '../../support/judging.ts'
import { removed } from '../../support/pull-account.ts'

describe('what a changed series has left out', () => {
  const prune = (known: Known, touched = ['kS']) =>
    told(pruneSeries(knowing(known), touched, ROUND)).changes.map(({ kind, key }) => `${kind} ${key}`)
  const [old, seen] = [occurrenceOn(1), occurrenceOn(8, { seen: 5 })]

  test('is gone where the series has changed, or one of its occurrences was mentioned', () => {
    expect(prune(knownSeries({ km: old }, { seen: 5, changed: 5 }))).toEqual(['delete km'])
    expect(prune(knownSeries({ km: old, kn: seen }, { seen: 5, changed: 5 }))).toEqual(['delete km'])
    expect(prune(knownSeries({ km: old, kn: seen }, { seen: 5 }))).toEqual(['delete km'])
    const left = occurrenceOn(1, { end: { kind: 'instant', at: ROUND.window.from } })
    expect(prune(knownSeries({ km: left, kn: seen }, { seen: 5 }))).toEqual(['forget km'])
    const end = { kind: 'instant', at: ROUND.window.to } as const
    const beyond = occurrenceOn(1, { start: end, end })
    expect(prune(knownSeries({ km: beyond, kn: seen }, { seen: 5 }))).toEqual(['forget km'])
  })

  test('is not where the series was only repeated, or not told of itself, or is in another calendar', () => {
    expect(prune(knownSeries({ km: old }, { seen: 5 }))).toEqual([])
    expect(prune(knownSeries({ km: old, kn: seen }))).toEqual([])
    expect(prune(knownSeries({ km: old }, { seen: 5, changed: 5, calendar: 'other' }))).toEqual([])
    expect(prune(knownSeries({ km: old }, { seen: 4, changed: 5 }))).toEqual([])
    expect(prune(knownSeries({ km: old }, { seen: 5, changed: 5 }), ['kT'])).toEqual([])
    expect(prune(knownSeries({ km: old }, { seen: 5, changed: 5 }), [])).toEqual([])
  })
})

test('a page touches series, by themselves and by their occurrences, each once', () => {
  const items = [
    series(),
    sparse(1),
    exception(2),
    sparse(3, 'e', 'n'),
    removed('x'),
    { kind: 'event', event: eventOn(0) } as const,
  ]
  const other: ChangedItem = { ...sparse(1), seriesProviderId: 'T' } as ChangedItem
  expect(touchedSeries([...items, other], ROUND.keyOf)).toEqual(['kS', 'kT'])
  expect(keysOf([...items, other], ROUND)).toEqual([
    ['kS', 'km', 'km', 'kn', 'kx', 'ka', 'km'],
    ['kS', 'kT'],
  ])
  expect(touchedSeries([removed('x')], ROUND.keyOf)).toEqual([])
  for (const item of [series(), sparse(1), exception(2)]) expect(touchedSeries([item], ROUND.keyOf)).toEqual(['kS'])
})

describe('a series has changed between two pages', () => {
  const mixed = (known: Known, ...items: ChangedItem[]) => isMixed(knowing(known), items, ROUND, false)
  const mixedFresh = (known: Known, ...items: ChangedItem[]) => isMixed(knowing(known), items, ROUND, true)
  const now = { seen: 5 }

  test('when a part of it is told twice in two versions', () => {
    expect(mixed({}, series('e'), series('f'))).toBe(true)
    expect(mixed({}, sparse(1, 'e'), sparse(1, 'f'))).toBe(true)
    expect(mixed({}, exception(1, 'Own', 'e'), exception(1, 'Own', 'f'))).toBe(true)
    expect(mixed(knownSeries({}, now), series('f'))).toBe(true)
    expect(mixed(knownSeries({ km: occurrenceOn(1, now) }), sparse(1, 'f'))).toBe(true)
  })

  test('when one of its occurrences is told in another version than one before, which may be gone', () => {
    expect(mixed({}, sparse(1, 'e'), sparse(8, 'f', 'n'))).toBe(true)
    expect(mixed(knownSeries({ km: occurrenceOn(1, now) }), sparse(8, 'f', 'n'))).toBe(true)
    expect(mixed(knownSeries({ km: occurrenceOn(1) }), sparse(8, 'f', 'n'))).toBe(false)
    expect(mixed(knownSeries({ km: occurrenceOn(1, { ...now, exception: true }) }), sparse(8, 'f', 'n'))).toBe(false)
    expect(mixed({}, exception(1, 'Own', 'e'), sparse(8, 'f', 'n'))).toBe(false)
    expect(mixed({}, exception(1, 'Own', 'e'), exception(8, 'Own', 'f', 'n'))).toBe(false)
  })

  test('when it is told in a new version after an occurrence with content of its own, which it may have dropped', () => {
    const told = { km: occurrenceOn(1, { ...now, exception: true }) }
    expect(mixed(knownSeries(told), series('f'))).toBe(true)
    expect(mixed(knownSeries(told), series('e'))).toBe(false)
    expect(mixed(knownSeries({ km: occurrenceOn(1, { exception: true }) }), series('f'))).toBe(false)
    expect(mixed(knownSeries({ km: occurrenceOn(1, now) }), series('f'))).toBe(false)
    expect(mixedFresh(knownSeries(told), series('f'))).toBe(false)
  })

  test('and not when it is another series whose occurrences are told in another version', () => {
    expect(mixed({}, sparse(1, 'e'), sparse(8, 'f', 'n', 'T'))).toBe(false)
  })

  test('when an occurrence has lost what it had of its own', () => {
    expect(mixed({}, exception(1, 'Own', 'e'), sparse(1, 'f'))).toBe(true)
    expect(mixed(knownSeries({ km: occurrenceOn(1, { ...now, exception: true }) }), sparse(1, 'f'))).toBe(true)
    expect(mixed(knownSeries({ km: occurrenceOn(1, { exception: true }) }), sparse(1, 'f'))).toBe(false)
  })

  test('in a fresh round when a part is told twice, and not when two of its occurrences differ', () => {
    expect(mixedFresh({}, sparse(1, 'e'), sparse(1, 'f'))).toBe(true)
    expect(mixedFresh(knownSeries({ km: occurrenceOn(1, now) }), sparse(1, 'f'))).toBe(true)
    expect(mixedFresh({}, sparse(1, 'e'), sparse(8, 'f', 'n'))).toBe(false)
  })

  test('and not when it is told in one, in another round, or for the first time', () => {
    expect(mixed({}, series('e'), series('e'), sparse(1, 'x'), sparse(2, 'x', 'n'))).toBe(false)
    expect(mixed(knownSeries({}, now), series('e'))).toBe(false)
    expect(mixed(knownSeries({}), series('f'))).toBe(false)
    expect(mixed(knownSeries({}, { ...now, master: undefined }), series('f'))).toBe(false)
    expect(mixed(knownSeries({ km: occurrenceOn(1) }), sparse(1, 'f'))).toBe(false)
    expect(mixed({ items: { kS: { kind: 'series', calendar: 'c' } } }, series('f'))).toBe(false)
    expect(mixed({ items: { km: { kind: 'occurrence', calendar: 'c', series: 'kS' } } }, sparse(1))).toBe(false)
    expect(mixed({ items: { km: remembered(1, now) } }, sparse(1, 'f'))).toBe(false)
  })

  test('and not when a single event is told twice, or removed', () => {
    const twice = ['e', 'f'].map((etag): ChangedItem => ({ kind: 'event', event: eventOn(0, 'One', { etag }) }))
    expect(mixed({}, ...twice, removed('S'), removed('S'))).toBe(false)
  })
})

describe('a batch repeats its round', () => {
  const repeats = (known: Known, ...items: ChangedItem[]) => isRepeat(knowing(known), items, ROUND)
  const single: ChangedItem = { kind: 'event', event: eventOn(0) }
  const seen: Known = { items: { ka: remembered(0, { seen: 5 }) } }

  test('when all it tells was told in this round', () => {
    expect(repeats(seen, single)).toBe(true)
    expect(repeats(knownSeries({ km: occurrenceOn(1, { seen: 5 }) }, { seen: 5 }), series(), sparse(1))).toBe(true)
  })

  test('and not when something is new, or was told in an earlier round, or it is empty', () => {
    expect(repeats(seen)).toBe(false)
    expect(repeats(seen, single, sparse(1))).toBe(false)
    expect(repeats({ items: { ka: remembered(0) } }, single)).toBe(false)
    expect(repeats(knownSeries({ km: occurrenceOn(1, { seen: 5 }) }), series())).toBe(false)
    expect(repeats(knownSeries({ km: occurrenceOn(1) }, { seen: 5 }), sparse(1))).toBe(false)
    expect(repeats({ items: { kS: { kind: 'series', calendar: 'c' } } }, series())).toBe(false)
    const lost = { kind: 'occurrence', calendar: 'c', series: 'kS' } as const
    expect(repeats({ items: { km: lost } }, sparse(1))).toBe(false)
    expect(repeats({ items: { km: lost }, series: { kS: seriesOf({}) } }, sparse(1))).toBe(false)
  })
})
