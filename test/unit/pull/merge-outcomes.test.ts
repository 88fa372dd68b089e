import { describe, expect, test } from 'vitest'
import type { EventChange, Outcome } from '../../../shared/pull/knowledge.ts'
import { mergeOutcomes } from '../../../shared/pull/merge-outcomes.ts'
import {
  eventOn,
  type Known,
  knowing,
  knownSeries,
  occurrenceOn,
  remembered,
  seriesOf,
  told,
} from '../../support/judging.ts'

const written = (previousMonths: readonly string[] = [], isNews = true): EventChange => ({
  ...{ kind: 'write', key: 'ka', event: eventOn(0), months: ['2026-11'], isNews, previousMonths },
})
const dropped = (
  previousMonths: readonly string[] = ['2026-11'],
  kind: 'delete' | 'forget' = 'delete',
): EventChange => ({
  ...{ kind, key: 'ka', previousMonths },
})
const outcome = (...changes: EventChange[]): Outcome => ({ changes, items: new Map(), series: new Map() })
const merged = (first: EventChange[], second: EventChange[], known: Known = {}) =>
  told(mergeOutcomes(outcome(...first), () => outcome(...second), knowing(known))).changes

describe('two judgements as one', () => {
  test('tell of each event once, as the second one does, from where it was before the first', () => {
    expect(merged([written(['2026-10'])], [dropped(['2026-11'])])).toEqual([dropped(['2026-10'])])
    expect(merged([written(['2026-10'])], [dropped(['2026-11'], 'forget')])).toEqual([dropped(['2026-10'], 'forget')])
    expect(merged([dropped(['2026-10'])], [written(['2026-11'])])).toEqual([written(['2026-10'])])
  })

  test('tell nothing of what came and went', () => {
    expect(merged([written()], [dropped()])).toEqual([])
    expect(merged([written()], [dropped([], 'forget')])).toEqual([])
  })

  test('tell of what came anew and went, where it was known before', () => {
    expect(merged([written()], [dropped()], { items: { ka: remembered(0) } })).toEqual([dropped([])])
  })

  test('tell of what came and was written once more', () => {
    expect(merged([written()], [written(['2026-11'])])).toEqual([written()])
  })

  test('tell which calendar an event has left, as the first one knows it', () => {
    const from = (leftCalendar?: string): EventChange =>
      ({ ...written(['x']), kind: 'write', leftCalendar }) as EventChange
    expect(merged([from('A')], [from()])).toEqual([from('A')])
    expect(merged([{ ...dropped(['x']), leftCalendar: 'B' }], [from()])).toEqual([from('B')])
  })

  test('tell of what only one of them tells', () => {
    const other: EventChange = { ...dropped(), key: 'kb' }
    expect(merged([written()], [other])).toEqual([written(), other])
    expect(merged([], [written(['2026-11'])])).toEqual([written(['2026-11'])])
  })

  test.each([
    { first: written(['x'], true), second: written(['x'], false), isNews: true },
    { first: written(['x'], false), second: written(['x'], true), isNews: true },
    { first: written(['x'], false), second: written(['x'], false), isNews: false },
    { first: dropped(['x']), second: written(['x'], false), isNews: true },
  ])('are news when one of them is, or the event was gone in between', ({ first, second, isNews }) => {
    expect(merged([first], [second])).toMatchObject([{ isNews }])
  })
})

test('the second judgement knows what the first has found, and wins', () => {
  const known = knowing({
    items: { ka: remembered(0), kb: remembered(1) },
    ...{ series: knownSeries({}).series ?? {} },
  })
  const [changed, newer] = [remembered(2), remembered(3)]
  const first: Outcome = {
    changes: [],
    items: new Map([
      ['ka', undefined],
      ['kc', changed],
    ]),
    series: new Map([['kT', seriesOf({})]]),
  }
  const both = mergeOutcomes(
    first,
    (view) => {
      const { item, series } = view(known)
      expect([item('ka'), item('kb'), item('kc'), item('kd')]).toEqual([undefined, remembered(1), changed, undefined])
      expect([series('kS'), series('kT'), series('kU')]).toEqual([seriesOf({}), seriesOf({}), undefined])
      return {
        changes: [],
        items: new Map([['kc', newer]]),
        series: new Map([['kS', seriesOf({ km: occurrenceOn(1) })]]),
      }
    },
    known,
  )
  expect(told(both)).toEqual({
    changes: [],
    items: { ka: null, kc: newer },
    series: { kT: seriesOf({}), kS: seriesOf({ km: occurrenceOn(1) }) },
  })
})
