import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isFailure } from '../../../shared/core/errors.ts'
import type { Recurrence, Weekday } from '../../../shared/events/recurrence.ts'
import { mapRecurrence } from '../../../shared/microsoft/graph/map-recurrence.ts'
import { GraphRecurrence } from '../../../shared/microsoft/graph/wire.ts'
import { writeRecurrence } from '../../../shared/microsoft/graph/write-recurrence.ts'

const weekday = fc.constantFrom<Weekday>('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU')
const weekdays = fc.uniqueArray(weekday, { minLength: 1 })
const position = fc.constantFrom(1, 2, 3, 4, -1)
const dayOfMonth = fc.integer({ min: 1, max: 31 })
const month = fc.integer({ min: 1, max: 12 })

const pattern = fc.oneof(
  fc.record({ frequency: fc.constant('daily') }),
  fc.record({ frequency: fc.constant('weekly'), weekdays, weekStart: weekday }),
  fc.record({ frequency: fc.constant('monthly'), dayOfMonth }),
  fc.record({ frequency: fc.constant('monthly'), weekdays, position }),
  fc.record({ frequency: fc.constant('yearly'), dayOfMonth, month }),
  fc.record({ frequency: fc.constant('yearly'), weekdays, position, month }),
)

const date = fc
  .date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
  .map((day) => day.toISOString().slice(0, 10))

const end = fc.oneof(
  fc.record({}),
  fc.record({ untilDate: date }),
  fc.record({ count: fc.integer({ min: 1, max: 999 }) }),
)

/** Zones that read back by the name they were written with; each has a Windows name of its own. */
const zone = fc.option(fc.constantFrom('UTC', 'Europe/Paris', 'America/New_York', 'Asia/Tokyo', 'Australia/Sydney'), {
  nil: undefined,
})

const rule = fc
  .tuple(pattern, end, fc.record({ interval: fc.integer({ min: 1, max: 99 }), startDate: date, zone }))
  .map((parts): Recurrence => Object.assign({}, ...parts))

test('every rule reads back as it was written', () => {
  fc.assert(
    fc.property(rule, (written) => {
      const wire = GraphRecurrence.parse(JSON.parse(JSON.stringify(writeRecurrence(written))))
      expect(mapRecurrence(wire, undefined)).toEqual(written)
    }),
  )
})

const bare = { interval: 1, startDate: '2026-11-10' } as const

test.each<[Recurrence, object]>([
  [
    { ...bare, frequency: 'daily' },
    { type: 'daily', interval: 1 },
  ],
  [
    { ...bare, frequency: 'weekly' },
    { type: 'weekly', interval: 1, daysOfWeek: ['tuesday'], firstDayOfWeek: 'sunday' },
  ],
  [
    { ...bare, frequency: 'weekly', weekdays: [] },
    { type: 'weekly', interval: 1, daysOfWeek: ['tuesday'], firstDayOfWeek: 'sunday' },
  ],
  [
    { ...bare, frequency: 'monthly' },
    { type: 'absoluteMonthly', interval: 1, dayOfMonth: 10 },
  ],
  [
    { ...bare, frequency: 'monthly', weekdays: [] },
    { type: 'absoluteMonthly', interval: 1, dayOfMonth: 10 },
  ],
  [
    { ...bare, frequency: 'yearly' },
    { type: 'absoluteYearly', interval: 1, dayOfMonth: 10, month: 11 },
  ],
  [
    { ...bare, frequency: 'yearly', weekdays: ['TU'], position: 2 },
    { type: 'relativeYearly', interval: 1, daysOfWeek: ['tuesday'], index: 'second', month: 11 },
  ],
])('what %o leaves out is as on its first day, and nothing else is sent', (written, expected) => {
  expect(writeRecurrence(written).pattern).toEqual(expected)
})

test.each<[Partial<Recurrence>, object]>([
  [{}, { type: 'noEnd', startDate: '2026-11-10' }],
  [{ untilDate: '2026-12-24' }, { type: 'endDate', startDate: '2026-11-10', endDate: '2026-12-24' }],
  [{ count: 9 }, { type: 'numbered', startDate: '2026-11-10', numberOfOccurrences: 9 }],
  [
    { zone: 'Europe/Copenhagen' },
    { type: 'noEnd', startDate: '2026-11-10', recurrenceTimeZone: 'Romance Standard Time' },
  ],
])('the range of %o', (more, expected) => {
  expect(writeRecurrence({ ...bare, frequency: 'daily', ...more }).range).toEqual(expected)
})

test('a rule in a zone without a Windows name is a bug of the caller', () => {
  const write = () => writeRecurrence({ ...bare, frequency: 'daily', zone: 'Antarctica/Troll' })
  expect(write).toThrow(expect.toSatisfy((error) => isFailure(error, 'INTERNAL')))
})
