import { expect, test } from 'vitest'
import { parseUpsert } from '../../../shared/api/change/wanted.ts'
import type { ValidationError } from '../../../shared/api/failure.ts'

/** A Friday, the third of its month. */
const START = { start: '2026-11-20T09:00:00', end: '2026-11-20T10:00:00', tzid: 'Europe/Copenhagen' }
const event = (fields: object) => ({ event_id: 'fa-1', summary: 'Standup', ...START, ...fields })
const repeating = (rule: object) => event({ recurrence: { rules: [rule] } })

const recurrenceOf = (fields: Record<string, unknown>) => parseUpsert(fields).wanted.recurrence

function problemsOf(fields: Record<string, unknown>): Record<string, string | undefined> {
  try {
    parseUpsert(fields)
  } catch (error) {
    const { problems } = error as ValidationError
    return Object.fromEntries(Object.entries(problems).map(([path, [first]]) => [path, first?.key]))
  }
  return {}
}

test.each([
  [{ frequency: 'daily' }, { frequency: 'daily', interval: 1 }],
  [
    { frequency: 'daily', interval: 99, count: 999 },
    { frequency: 'daily', interval: 99, count: 999 },
  ],
  [
    { frequency: 'weekly', interval: 2, by_day: ['monday', 'friday', 'monday'], week_start: 'sunday' },
    { frequency: 'weekly', interval: 2, weekdays: ['MO', 'FR'], weekStart: 'SU' },
  ],
  [
    { frequency: 'weekly', by_day: [{ day: 'friday' }] },
    { weekdays: ['FR'], weekStart: 'MO' },
  ],
  [{ frequency: 'weekly' }, { weekdays: ['FR'], weekStart: 'MO' }],
  [{ frequency: 'monthly' }, { frequency: 'monthly', dayOfMonth: 20 }],
  [{ frequency: 'monthly', by_month_day: 20 }, { dayOfMonth: 20 }],
  [
    { frequency: 'monthly', by_day: [{ day: 'friday', nth_of_period: 3 }] },
    { weekdays: ['FR'], position: 3 },
  ],
  [
    { frequency: 'monthly', by_day: 'friday', by_set_pos: 3 },
    { weekdays: ['FR'], position: 3 },
  ],
  [{ frequency: 'yearly' }, { frequency: 'yearly', month: 11, dayOfMonth: 20 }],
  [
    { frequency: 'yearly', by_month: [11], by_day: [{ day: 'friday', nth_of_period: 3 }] },
    { frequency: 'yearly', month: 11, weekdays: ['FR'], position: 3 },
  ],
  [{ frequency: 'daily', until: '2026-12-01' }, { untilDate: '2026-12-01' }],
  // The occurrence of that day begins at nine.
  [{ frequency: 'daily', until: '2026-12-01T08:00:00Z' }, { untilDate: '2026-12-01' }],
  [{ frequency: 'daily', until: '2026-12-01T07:59:59Z' }, { untilDate: '2026-11-30' }],
])('%j is read', (rule, expected) => {
  expect(recurrenceOf(repeating(rule))).toMatchObject({
    interval: 1,
    startDate: '2026-11-20',
    zone: 'Europe/Copenhagen',
    ...expected,
  })
})

const PATH = 'recurrence.rules[0]'

test.each([
  [{}, { frequency: 'errors.required' }],
  [{ frequency: 'hourly' }, { frequency: 'errors.not_supported' }],
  [{ frequency: 'daily', interval: 0 }, { interval: 'errors.must_be_integer_greater_than_zero' }],
  [{ frequency: 'daily', interval: 1.5 }, { interval: 'errors.must_be_integer_greater_than_zero' }],
  [{ frequency: 'daily', interval: 100 }, { interval: 'errors.not_supported' }],
  [{ frequency: 'daily', count: 0 }, { count: 'errors.must_be_integer_greater_than_zero' }],
  [{ frequency: 'daily', count: 1000 }, { count: 'errors.not_supported' }],
  [{ frequency: 'daily', count: 3, until: '2026-12-01' }, { until: 'errors.not_supported_count_until_combination' }],
  [{ frequency: 'daily', until: '2026-11-19' }, { until: 'errors.invalid_time_pair' }],
  [{ frequency: 'daily', until: 'later' }, { until: 'errors.invalid_format' }],
  [{ frequency: 'daily', by_day: ['friday'] }, { by_day: 'errors.not_supported' }],
  [{ frequency: 'daily', by_hour: [9] }, { by_hour: 'errors.not_supported' }],
  [{ frequency: 'weekly', by_day: ['monday'] }, { by_day: 'errors.not_supported' }],
  [{ frequency: 'weekly', by_day: ['someday'] }, { 'by_day[0].day': 'errors.not_recognized' }],
  [
    { frequency: 'weekly', by_day: [{ day: 'friday', nth_of_period: 3 }] },
    { 'by_day[0].nth_of_period': 'errors.not_supported' },
  ],
  [{ frequency: 'weekly', week_start: 'someday' }, { week_start: 'errors.not_recognized' }],
  [{ frequency: 'weekly', by_month: [11] }, { by_month: 'errors.not_supported' }],
  [{ frequency: 'monthly', by_month_day: [20, 21] }, { by_month_day: 'errors.not_supported' }],
  [{ frequency: 'monthly', by_month_day: [-1] }, { by_month_day: 'errors.not_supported' }],
  [{ frequency: 'monthly', by_month_day: [32] }, { 'by_month_day[0]': 'errors.out_of_range' }],
  [{ frequency: 'monthly', by_month_day: [21] }, { by_month_day: 'errors.not_supported' }],
  [{ frequency: 'monthly', by_day: ['friday'] }, { 'by_day[0].nth_of_period': 'errors.not_supported' }],
  [{ frequency: 'monthly', by_day: [{ day: 'friday', nth_of_period: 2 }] }, { by_day: 'errors.not_supported' }],
  [
    { frequency: 'monthly', by_day: [{ day: 'friday', nth_of_period: 5 }] },
    { 'by_day[0].nth_of_period': 'errors.not_supported' },
  ],
  [
    {
      frequency: 'monthly',
      by_day: [
        { day: 'friday', nth_of_period: 3 },
        { day: 'monday', nth_of_period: 3 },
      ],
    },
    { by_day: 'errors.not_supported' },
  ],
  [{ frequency: 'monthly', by_day: ['friday'], by_set_pos: [1, 3] }, { by_set_pos: 'errors.not_supported' }],
  [{ frequency: 'monthly', by_set_pos: [1] }, { by_set_pos: 'errors.not_supported' }],
  [{ frequency: 'monthly', by_day: ['friday'], by_month_day: [20] }, { by_month_day: 'errors.not_supported' }],
  [{ frequency: 'yearly', by_month: [11, 12] }, { by_month: 'errors.not_supported' }],
  [{ frequency: 'yearly', by_month: [12] }, { by_month: 'errors.not_supported' }],
  [{ frequency: 'yearly', by_day: [{ day: 'friday', nth_of_period: 3 }] }, { by_month: 'errors.required' }],
])('%j is refused by the name of the field', (rule, problems) => {
  const expected = Object.entries(problems).map(([field, key]) => [`${PATH}.${field}`, key])
  expect(problemsOf(repeating(rule))).toEqual(Object.fromEntries(expected))
})

test.each([
  ['no rules', {}, { 'recurrence.rules': 'errors.required' }],
  ['null', null, { recurrence: 'errors.invalid_format' }],
  ['a rule that is text', { rules: ['FREQ=DAILY'] }, { 'recurrence.rules[0]': 'errors.invalid_format' }],
  [
    'two rules',
    { rules: [{ frequency: 'daily' }, { frequency: 'weekly' }] },
    { 'recurrence.rules': 'errors.max_recurrence_rules_exceeded' },
  ],
])('a recurrence with %s is refused', (_, recurrence, problems) => {
  expect(problemsOf(event({ recurrence }))).toEqual(problems)
})

test('an empty list of rules ends a series, and no recurrence leaves it alone', () => {
  expect(recurrenceOf(event({ recurrence: { rules: [] } }))).toBe(null)
  expect(recurrenceOf(event({}))).toBe(undefined)
})

test('without a zone a series repeats at the same time in UTC', () => {
  const times = { start: '2026-11-20T23:30:00Z', end: '2026-11-20T23:45:00Z', tzid: undefined }
  expect(recurrenceOf({ ...repeating({ frequency: 'daily' }), ...times })).toMatchObject({ zone: 'UTC' })
})

test('the first day of a series is counted in its zone', () => {
  const times = { start: '2026-11-20T23:30:00Z', end: '2026-11-20T23:45:00Z' }
  expect(recurrenceOf({ ...repeating({ frequency: 'weekly' }), ...times })).toMatchObject({
    startDate: '2026-11-21',
    weekdays: ['SA'],
  })
})

test('a zone that Windows does not know is refused for series only', () => {
  expect(problemsOf(event({ tzid: 'Antarctica/Troll' }))).toEqual({})
  expect(problemsOf({ ...repeating({ frequency: 'daily' }), tzid: 'Antarctica/Troll' })).toEqual({
    tzid: 'errors.not_supported',
  })
})

test('day 31 falls on the last day of a shorter month', () => {
  const days = { start: '2026-11-30', end: '2026-12-01', tzid: undefined }
  expect(recurrenceOf({ ...repeating({ frequency: 'monthly', by_month_day: [31] }), ...days })).toMatchObject({
    dayOfMonth: 31,
    startDate: '2026-11-30',
  })
})
