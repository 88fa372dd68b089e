import { describe, expect, test } from 'vitest'
import type { Weekday } from '../../../shared/events/recurrence.ts'
import {
  dayBefore,
  dayOfMonth,
  daysInMonth,
  daysOnWeekdays,
  inOrder,
  monthOf,
  weekdayAfterMove,
  weekdayOfDate,
} from '../../../shared/events/weekdays.ts'

test('weekdays are put in order, Monday first, each once', () => {
  expect(inOrder(['SU', 'WE', 'MO', 'WE'])).toEqual(['MO', 'WE', 'SU'])
  expect(inOrder([])).toEqual([])
})

test.each<[string, number, number, Weekday, number, string]>([
  ['2026-11-23', 23, 11, 'MO', 30, '2026-11-22'],
  ['2026-11-01', 1, 11, 'SU', 30, '2026-10-31'],
  ['2028-02-29', 29, 2, 'TU', 29, '2028-02-28'],
  ['2027-03-01', 1, 3, 'MO', 31, '2027-02-28'],
  ['2027-01-01', 1, 1, 'FR', 31, '2026-12-31'],
  ['2026-12-31', 31, 12, 'TH', 31, '2026-12-30'],
])(
  '%s is day %i of month %i, a %s of a month of %i days, and comes after %s',
  (date, day, month, weekday, days, before) => {
    const found = [dayOfMonth(date), monthOf(date), weekdayOfDate(date), daysInMonth(date), dayBefore(date)]
    expect(found).toEqual([day, month, weekday, days, before])
  },
)

describe('the days of a month on some weekdays', () => {
  test.each<[string, readonly Weekday[], readonly number[]]>([
    ['2026-11-23', ['MO'], [2, 9, 16, 23, 30]],
    ['2026-11-01', ['SA', 'SU'], [1, 7, 8, 14, 15, 21, 22, 28, 29]],
    ['2027-02-10', ['WE', 'MO'], [1, 3, 8, 10, 15, 17, 22, 24]],
    ['2027-02-10', [], []],
  ])('of %s on %j are %j', (date, weekdays, days) => {
    expect(daysOnWeekdays(date, weekdays)).toEqual(days)
  })
})

describe('a weekday after a move', () => {
  test.each<[Weekday, string, string, Weekday]>([
    ['MO', '2026-11-23', '2026-11-24', 'TU'],
    ['FR', '2026-11-23', '2026-11-25', 'SU'],
    ['SU', '2026-11-23', '2026-11-24', 'MO'],
    ['MO', '2026-11-29', '2026-11-30', 'TU'],
    ['TU', '2026-11-27', '2026-11-23', 'FR'],
    ['WE', '2026-11-23', '2026-12-14', 'WE'],
  ])('%s, as from %s to %s, is %s', (weekday, from, to, moved) => {
    expect(weekdayAfterMove(weekday, from, to)).toBe(moved)
  })
})
