import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Fields } from '../../../shared/api/change/fields.ts'
import { readTimes } from '../../../shared/api/change/times.ts'
import type { ValidationError } from '../../../shared/api/failure.ts'
import { createFindings } from '../../../shared/api/findings.ts'

function timesOf(fields: Fields) {
  const findings = createFindings()
  const times = readTimes(fields, true, findings)
  findings.end()
  return times
}

function problemsOf(fields: Fields): Record<string, string[]> {
  try {
    timesOf(fields)
  } catch (error) {
    const { problems } = error as ValidationError
    return Object.fromEntries(Object.entries(problems).map(([path, list]) => [path, list.map(({ key }) => key)]))
  }
  return {}
}

const END = '2026-11-21T10:00:00Z'

test.each([
  ['2026-11-20T09:00:00Z', '2026-11-20T09:00:00Z'],
  ['2026-11-20T09:00Z', '2026-11-20T09:00:00Z'],
  ['2026-11-20 09:00:00Z', '2026-11-20T09:00:00Z'],
  ['2026-11-20T09:00:00.000Z', '2026-11-20T09:00:00Z'],
  ['2026-11-20T09:00:00+01:00', '2026-11-20T08:00:00Z'],
  ['2026-11-20 09:00:00-03:30', '2026-11-20T12:30:00Z'],
  [{ time: '2014-08-05 15:30:00Z', tzid: 'Europe/London' }, '2014-08-05T15:30:00Z'],
  [{ time: '2026-07-01T09:00:00', tzid: 'Europe/Copenhagen' }, '2026-07-01T07:00:00Z'],
  [{ time: '2026-07-01T09:00', tzid: 'europe/copenhagen' }, '2026-07-01T07:00:00Z'],
  // Skipped by the change of clocks, and doubled by it.
  [{ time: '2026-03-29T02:30:00', tzid: 'Europe/Copenhagen' }, '2026-03-29T01:30:00Z'],
  [{ time: '2026-10-25T02:30:00', tzid: 'Europe/Copenhagen' }, '2026-10-25T00:30:00Z'],
])('%j is %s', (start, expected) => {
  expect(timesOf({ start, end: END })?.start).toMatchObject({ kind: 'instant', at: Date.parse(expected) })
})

test('the zone of a time comes before the zone beside it, and its letters are as in the database', () => {
  const start = { time: '2026-11-20T09:00:00', tzid: 'europe/london' }
  const times = timesOf({ start, end: '2026-11-20T11:00:00', tzid: 'Europe/Copenhagen' })
  expect(times).toEqual({
    start: { kind: 'instant', at: Date.parse('2026-11-20T09:00:00Z'), zone: 'Europe/London' },
    end: { kind: 'instant', at: Date.parse('2026-11-20T10:00:00Z'), zone: 'Europe/Copenhagen' },
  })
})

test('days are days in every zone', () => {
  const start = { time: '2026-11-20', tzid: 'Pacific/Auckland' }
  expect(timesOf({ start, end: '2026-11-21', tzid: 'Europe/Copenhagen' })).toEqual({
    start: { kind: 'date', date: '2026-11-20' },
    end: { kind: 'date', date: '2026-11-21' },
  })
})

test('an event may take no time', () => {
  expect(problemsOf({ start: END, end: END })).toEqual({})
})

test.each([
  ['milliseconds', { start: '2026-11-20T09:00:00.500Z' }, { start: ['errors.not_supported'] }],
  ['no offset and no zone', { start: '2026-11-20T09:00:00' }, { start: ['errors.invalid_format'] }],
  ['a day there is not', { start: '2026-02-30' }, { start: ['errors.invalid_format'] }],
  ['a time of a day there is not', { start: '2026-02-29T09:00:00Z' }, { start: ['errors.invalid_format'] }],
  ['hour 24', { start: '2026-11-20T24:00:00Z' }, { start: ['errors.invalid_format'] }],
  ['a leap second', { start: '2026-11-20T23:59:60Z' }, { start: ['errors.invalid_format'] }],
  ['words', { start: 'tomorrow' }, { start: ['errors.invalid_format'] }],
  ['a number', { start: 1_763_629_200 }, { start: ['errors.invalid_format'] }],
  ['null', { start: null }, { start: ['errors.invalid_format'] }],
  ['a list', { start: ['2026-11-20'] }, { 'start.time': ['errors.required'] }],
  ['the year 1899', { start: '1899-12-31T23:00:00Z' }, { start: ['errors.not_supported'] }],
  ['the year 2201', { end: '2201-01-01T00:00:00Z' }, { end: ['errors.not_supported'] }],
  ['an unknown zone', { tzid: 'Europe/Nowhere', start: '2026-11-20T09:00' }, { tzid: ['errors.tzid_unrecognized'] }],
  ['an offset as zone', { tzid: '+01:00' }, { tzid: ['errors.tzid_unrecognized'] }],
  ['a number as zone', { tzid: 1 }, { tzid: ['errors.tzid_unrecognized'] }],
  [
    'a bad zone of its own',
    { start: { time: '2026-11-20T09:00', tzid: 'x' } },
    { 'start.tzid': ['errors.tzid_unrecognized'] },
  ],
  ['a zone without a time', { start: { tzid: 'Europe/Copenhagen' } }, { 'start.time': ['errors.required'] }],
  ['a time and a date', { end: '2026-11-21' }, { end: ['errors.invalid_time_pair'] }],
  ['an end before the start', { end: '2026-11-20T08:59:59Z' }, { end: ['errors.invalid_time_pair'] }],
  ['no whole day', { start: '2026-11-20', end: '2026-11-20' }, { end: ['errors.invalid_time_pair'] }],
  ['days backwards', { start: '2026-11-20', end: '2026-11-19' }, { end: ['errors.invalid_time_pair'] }],
])('%s is refused by the name of the field', (_, changed, problems) => {
  expect(problemsOf({ start: '2026-11-20T09:00:00Z', end: END, ...changed })).toEqual(problems)
})

const aSecond = fc
  .date({ min: new Date('1900-01-02T00:00:00Z'), max: new Date('2200-12-30T00:00:00Z'), noInvalidDate: true })
  .map((date) => Math.floor(date.getTime() / 1000) * 1000)

const pad = (value: number): string => String(value).padStart(2, '0')

/** The same instant, as a place so many minutes east of Greenwich writes it. */
function written(at: number, minutesEast: number, separator: string): string {
  const [date = '', time = ''] = new Date(at + minutesEast * 60_000).toISOString().slice(0, 19).split('T')
  const away = Math.abs(minutesEast)
  return `${date}${separator}${time}${minutesEast < 0 ? '-' : '+'}${pad(Math.floor(away / 60))}:${pad(away % 60)}`
}

test('an instant is the same in whatever offset it is written', () => {
  fc.assert(
    fc.property(aSecond, fc.integer({ min: -720, max: 840 }), fc.constantFrom('T', ' '), (at, east, separator) => {
      const start = written(at, east, separator)
      expect(timesOf({ start, end: '2200-12-31T23:59:59Z' })?.start).toMatchObject({ kind: 'instant', at })
    }),
  )
})

test('of two different instants one order is an event and the other is refused for its end', () => {
  fc.assert(
    fc.property(aSecond, aSecond, (one, other) => {
      fc.pre(one !== other)
      const [start, end] = [Math.min(one, other), Math.max(one, other)].map((at) => written(at, 0, 'T'))
      expect(problemsOf({ start, end })).toEqual({})
      expect(problemsOf({ start: end, end: start })).toEqual({ end: ['errors.invalid_time_pair'] })
    }),
  )
})
