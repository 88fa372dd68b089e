import fc from 'fast-check'
import { expect, test } from 'vitest'
import { days, type EpochMs, epochMs, hours, later } from '../../../shared/core/time.ts'
import type { EventTime } from '../../../shared/events/event.ts'
import {
  countMonths,
  instantOf,
  monthOf,
  monthsBetween,
  monthsOfEvent,
  startOfDay,
  windowAround,
} from '../../../shared/events/window.ts'

const at = (text: string): EpochMs => epochMs(Date.parse(text))
const instant = (text: string): EventTime => ({ kind: 'instant', at: at(text) })
const date = (text: string): EventTime => ({ kind: 'date', date: text })
const moment = fc.integer({ min: at('1970-01-01T00:00:00Z'), max: at('2100-01-01T00:00:00Z') }).map(epochMs)

test('a window is whole days before and after today at midnight UTC', () => {
  expect(windowAround(at('2026-11-20T13:45:00Z'), { past: 42, future: 201 })).toEqual({
    from: at('2026-10-09T00:00:00Z'),
    to: at('2027-06-09T00:00:00Z'),
  })
})

test('a day starts at the midnight before, and midnight is in its own day', () => {
  expect(startOfDay(at('2026-11-20T23:59:59.999Z'))).toBe(at('2026-11-20T00:00:00Z'))
  expect(startOfDay(at('2026-11-20T00:00:00Z'))).toBe(at('2026-11-20T00:00:00Z'))
})

test('a date stands for its midnight UTC, an instant for itself', () => {
  expect(instantOf(date('2026-11-20'))).toBe(at('2026-11-20T00:00:00Z'))
  expect(instantOf(instant('2026-11-20T09:30:00Z'))).toBe(at('2026-11-20T09:30:00Z'))
})

test.each([
  ['2026-11-20T00:00:00Z', '2026-11-20T01:00:00Z', ['2026-11']],
  ['2026-11-30T23:59:59Z', '2026-12-01T00:00:00Z', ['2026-11']],
  ['2026-11-30T23:59:59Z', '2026-12-01T00:00:00.001Z', ['2026-11', '2026-12']],
  ['2026-12-31T12:00:00Z', '2027-02-01T12:00:00Z', ['2026-12', '2027-01', '2027-02']],
  ['2026-11-20T00:00:00Z', '2026-11-20T00:00:00Z', ['2026-11']],
  ['2026-12-01T00:00:00Z', '2026-12-01T00:00:00Z', ['2026-12']],
  ['2026-12-01T00:00:00Z', '2026-11-01T00:00:00Z', ['2026-12']],
])('from %s until before %s are the months %j', (from, to, months) => {
  expect(monthsBetween(at(from), at(to))).toEqual(months)
  expect(countMonths(at(from), at(to))).toBe(months.length)
})

test('months are those that the days of a span are in, each once and in order', () => {
  const span = fc.tuple(moment, fc.integer({ min: 1, max: 400 }))
  fc.assert(
    fc.property(span, ([from, length]) => {
      const to = later(from, days(length))
      const touched = Array.from({ length: length * 2 }, (_, half) => monthOf(later(from, hours(half * 12))))
      const last = new Date(to - 1).toISOString().slice(0, 7)
      expect(monthsBetween(from, to)).toEqual([...new Set([...touched, last])])
    }),
    { numRuns: 50 },
  )
})

test('the month of a moment is the beginning of its ISO text', () => {
  fc.assert(fc.property(moment, (moment) => monthOf(moment) === new Date(moment).toISOString().slice(0, 7)))
  expect(monthOf(at('0999-03-04T00:00:00Z'))).toBe('0999-03')
})

const WINDOW = { from: at('2026-10-01T00:00:00Z'), to: at('2027-01-01T00:00:00Z') }

test.each([
  ['ends when a month begins', instant('2026-11-30T23:00:00Z'), instant('2026-12-01T00:00:00Z'), '2026-11 2026-12'],
  ['ends just before a month', instant('2026-11-30T22:00:00Z'), instant('2026-11-30T23:59:59.999Z'), '2026-11'],
  ['lasts a day', date('2026-11-03'), date('2026-11-04'), '2026-11'],
  ['takes no time', instant('2026-11-20T09:00:00Z'), instant('2026-11-20T09:00:00Z'), '2026-11'],
  ['ends before it starts', instant('2026-12-20T09:00:00Z'), instant('2026-11-20T09:00:00Z'), '2026-12'],
  ['lasts ten years', date('2021-01-01'), date('2031-01-01'), '2026-10 2026-11 2026-12 2027-01'],
  ['is before the window', date('2021-01-01'), date('2021-01-02'), '2026-10'],
  ['is after the window', date('2031-01-01'), date('2031-01-02'), '2027-01'],
] as const)('an event that %s is kept under the months it touches in the window', (_, start, end, months) => {
  expect(monthsOfEvent(start, end, WINDOW).join(' ')).toBe(months)
})
