import { expect, test } from 'vitest'
import type { Recurrence } from '../../../shared/events/recurrence.ts'
import { movedTo } from '../../../shared/push/moved-series.ts'

type Case = readonly [what: string, rule: Partial<Recurrence>, from: string, to: string, expected: Partial<Recurrence>]

const WORKING_DAYS = ['MO', 'TU', 'WE', 'TH', 'FR'] as const

/** 23 November 2026 is a Monday. */
const CASES: readonly Case[] = [
  ['a daily series', { frequency: 'daily' }, '2026-11-23', '2026-11-25', {}],
  ['a weekly one', { weekdays: ['MO'] }, '2026-11-23', '2026-11-24', { weekdays: ['TU'] }],
  ['a weekly one, backwards', { weekdays: ['MO'] }, '2026-11-23', '2026-11-22', { weekdays: ['SU'] }],
  ['a weekly one by weeks', { weekdays: ['MO'] }, '2026-11-23', '2026-12-07', { weekdays: ['MO'] }],
  ['one of two days to the other', { weekdays: ['MO', 'TU'] }, '2026-11-23', '2026-11-24', { weekdays: ['MO', 'TU'] }],
  ['one of two days', { weekdays: ['MO', 'WE'] }, '2026-11-23', '2026-11-24', { weekdays: ['TU', 'TH'] }],
  ['days over the weekend', { weekdays: ['FR', 'SA'] }, '2026-11-27', '2026-11-29', { weekdays: ['MO', 'SU'] }],
  ['one that did not begin on its day', { weekdays: ['FR'] }, '2026-11-23', '2026-11-24', { weekdays: ['TU'] }],
  ['one that says no days', { weekdays: [] }, '2026-11-23', '2026-11-24', { weekdays: [] }],
  ['a day of the month', { frequency: 'monthly', dayOfMonth: 23 }, '2026-11-23', '2026-11-24', { dayOfMonth: 24 }],
  [
    'the 31st in a short month',
    { frequency: 'monthly', dayOfMonth: 31 },
    '2026-10-31',
    '2026-11-30',
    { dayOfMonth: 31 },
  ],
  [
    'a day of the year',
    { frequency: 'yearly', dayOfMonth: 23, month: 11 },
    '2026-11-23',
    '2026-12-23',
    { dayOfMonth: 23, month: 12 },
  ],
  [
    'the fourth Monday',
    { frequency: 'monthly', weekdays: ['MO'], position: 4 },
    '2026-11-23',
    '2026-11-17',
    { weekdays: ['TU'], position: 3 },
  ],
  [
    'the fourth Monday to a fifth one',
    { frequency: 'monthly', weekdays: ['MO'], position: 4 },
    '2026-11-23',
    '2026-11-30',
    { weekdays: ['MO'], position: -1 },
  ],
  [
    'the last Monday to a day a week before the end of the month',
    { frequency: 'monthly', weekdays: ['MO'], position: -1 },
    '2026-11-30',
    '2026-11-23',
    { weekdays: ['MO'], position: 4 },
  ],
  [
    'the last Monday to that of the next month',
    { frequency: 'monthly', weekdays: ['MO'], position: -1 },
    '2026-11-30',
    '2026-12-28',
    { weekdays: ['MO'], position: -1 },
  ],
  [
    'the second Monday to the last day of the month',
    { frequency: 'monthly', weekdays: ['MO'], position: 2 },
    '2026-11-09',
    '2026-11-24',
    { weekdays: ['TU'], position: 4 },
  ],
  [
    'a Monday that says no position to the first one',
    { frequency: 'monthly', weekdays: ['MO'] },
    '2026-11-09',
    '2026-12-07',
    { weekdays: ['MO'] },
  ],
  [
    'the last working day of a month to that of the next',
    { frequency: 'monthly', weekdays: [...WORKING_DAYS], position: -1 },
    '2026-10-30',
    '2026-11-30',
    {},
  ],
  [
    'the first working day of a month to that of the next',
    { frequency: 'monthly', weekdays: [...WORKING_DAYS], position: 1 },
    '2026-11-02',
    '2026-12-01',
    {},
  ],
  [
    'the third working day of a month to that of the next',
    { frequency: 'monthly', weekdays: [...WORKING_DAYS], position: 3 },
    '2026-11-04',
    '2026-12-03',
    {},
  ],
  [
    'a first working day that is not said to be the first',
    { frequency: 'monthly', weekdays: [...WORKING_DAYS] },
    '2026-11-02',
    '2026-12-01',
    {},
  ],
  [
    'the last Monday to the last Friday',
    { frequency: 'monthly', weekdays: ['MO'], position: -1 },
    '2026-11-30',
    '2026-11-27',
    { weekdays: ['FR'], position: -1 },
  ],
  [
    'the last Monday to the middle of the month',
    { frequency: 'monthly', weekdays: ['MO'], position: -1 },
    '2026-11-30',
    '2026-11-18',
    { weekdays: ['WE'], position: 3 },
  ],
  [
    'the first Monday, which says no place',
    { frequency: 'monthly', weekdays: ['MO'] },
    '2026-11-02',
    '2026-12-07',
    { weekdays: ['MO'] },
  ],
  [
    'the first of five weekdays',
    { frequency: 'monthly', weekdays: ['MO', 'TU', 'WE', 'TH', 'FR'], position: 1 },
    '2026-11-02',
    '2026-11-11',
    { weekdays: ['WE'], position: 2 },
  ],
  [
    'a yearly weekday to the same one of another month',
    { frequency: 'yearly', weekdays: ['MO'], position: 4, month: 11 },
    '2026-11-23',
    '2026-12-28',
    { weekdays: ['MO'], position: 4, month: 12 },
  ],
]

test.each(CASES)('%s moves as far as its beginning', (_, given, from, to, expected) => {
  const rule: Recurrence = { frequency: 'weekly', interval: 2, count: 9, zone: 'UTC', ...given, startDate: from }
  expect(movedTo(rule, to)).toEqual({ ...rule, ...expected, startDate: to })
})

test('a series that stays where it is stays as it is', () => {
  const rule: Recurrence = { frequency: 'weekly', interval: 1, weekdays: ['FR'], startDate: '2026-11-23' }
  expect(movedTo(rule, '2026-11-23')).toBe(rule)
})
