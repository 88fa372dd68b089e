import { expect, test } from 'vitest'
import { parseDeleteMany } from '../../../shared/api/change/delete-many.ts'
import type { ValidationError } from '../../../shared/api/failure.ts'

const CALENDAR = `cal_${'c'.repeat(22)}`

function problemsOf(fields: Record<string, unknown>): Record<string, string | undefined> {
  try {
    parseDeleteMany(fields)
  } catch (error) {
    const { problems } = error as ValidationError
    return Object.fromEntries(Object.entries(problems).map(([path, [first]]) => [path, first?.key]))
  }
  return {}
}

test.each([
  ['nothing', {}, { delete_all: 'errors.required' }],
  ['not all', { delete_all: false }, { delete_all: 'errors.required' }],
  ['perhaps all', { delete_all: 'perhaps' }, { delete_all: 'errors.must_be_boolean' }],
  ['all, in a list', { delete_all: ['true'] }, { delete_all: 'errors.must_be_boolean' }],
  ['what cannot be text', { delete_all: { toString: 1 } }, { delete_all: 'errors.must_be_boolean' }],
  ['an inherited name', { delete_all: 'constructor' }, { delete_all: 'errors.must_be_boolean' }],
  ['no calendars', { calendar_ids: [] }, { calendar_ids: 'errors.invalid_calendar_ids' }],
  ['a number', { calendar_ids: 7 }, { calendar_ids: 'errors.invalid_calendar_ids' }],
  ['null', { calendar_ids: null }, { calendar_ids: 'errors.invalid_calendar_ids' }],
  ['another id', { calendar_ids: [CALENDAR, 'x'] }, { 'calendar_ids[1]': 'errors.invalid_calendar_ids' }],
  ['all and some', { delete_all: true, calendar_ids: [CALENDAR] }, { calendar_ids: 'errors.invalid_format' }],
])('a deletion of %s is refused by the name of the field', (_, fields, problems) => {
  expect(problemsOf(fields)).toEqual(problems)
})

test('a calendar that is named twice is meant once', () => {
  expect(parseDeleteMany({ calendar_ids: [CALENDAR, CALENDAR] })).toEqual(['c'.repeat(22)])
})
