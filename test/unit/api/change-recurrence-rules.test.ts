import * as fc from 'fast-check'
import { RRuleTemporal } from 'rrule-temporal'
import { expect, test } from 'vitest'
import { parseUpsert } from '../../../shared/api/change/wanted.ts'
import { wireRecurrence } from '../../../shared/api/change/wire-recurrence.ts'
import type { Recurrence, Weekday } from '../../../shared/events/recurrence.ts'

const WEEKDAYS: readonly Weekday[] = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']

const recurrenceOf = (fields: Record<string, unknown>) => parseUpsert(fields).wanted.recurrence

const aDate = fc
  .date({ min: new Date('1950-01-01'), max: new Date('2150-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10))

const zone = fc.constantFrom('Europe/Copenhagen', 'America/New_York', 'Pacific/Auckland', 'Asia/Kolkata', 'UTC')
const someDays = fc.subarray([...WEEKDAYS], { minLength: 1 })
const position = fc.constantFrom(1, 2, 3, 4, -1)

/** A rule as RFC 5545 writes it, to ask an independent implementation on which days it falls. */
const patterns = fc.oneof(
  fc.constant({ frequency: 'daily' as const, rfc: 'FREQ=DAILY' }),
  fc.record({ weekdays: someDays, weekStart: fc.constantFrom(...WEEKDAYS) }).map(({ weekdays, weekStart }) => ({
    frequency: 'weekly' as const,
    weekdays,
    weekStart,
    rfc: `FREQ=WEEKLY;BYDAY=${weekdays};WKST=${weekStart}`,
  })),
  fc.integer({ min: 1, max: 28 }).map((dayOfMonth) => ({
    frequency: 'monthly' as const,
    dayOfMonth,
    rfc: `FREQ=MONTHLY;BYMONTHDAY=${dayOfMonth}`,
  })),
  fc.record({ weekdays: someDays, position }).map((days) => ({
    frequency: 'monthly' as const,
    ...days,
    rfc: `FREQ=MONTHLY;BYDAY=${days.weekdays};BYSETPOS=${days.position}`,
  })),
  fc.record({ month: fc.integer({ min: 1, max: 12 }), dayOfMonth: fc.integer({ min: 1, max: 28 }) }).map((day) => ({
    frequency: 'yearly' as const,
    ...day,
    rfc: `FREQ=YEARLY;BYMONTH=${day.month};BYMONTHDAY=${day.dayOfMonth}`,
  })),
  fc.record({ month: fc.integer({ min: 1, max: 12 }), weekdays: someDays, position }).map((days) => ({
    frequency: 'yearly' as const,
    ...days,
    rfc: `FREQ=YEARLY;BYMONTH=${days.month};BYDAY=${days.weekdays};BYSETPOS=${days.position}`,
  })),
)

/** A rule that begins on its first day from `from` on. */
const recurrences = fc
  .record({ pattern: patterns, interval: fc.integer({ min: 1, max: 99 }), from: aDate, zone, length: fc.nat(998) })
  .chain(({ pattern: { rfc, ...pattern }, interval, from, zone, length }) => {
    const startDate = firstDay(rfc, from)
    const recurrence = { ...pattern, interval, startDate, zone } as Recurrence
    return fc.constantFrom<Recurrence>(
      recurrence,
      { ...recurrence, count: length + 1 },
      { ...recurrence, untilDate: new Date(Date.parse(startDate) + length * 86_400_000).toISOString().slice(0, 10) },
    )
  })

function firstDay(rfc: string, from: string): string {
  const rruleString = `DTSTART:${from.replaceAll('-', '')}T000000Z\nRRULE:${rfc};COUNT=1`
  const [first] = new RRuleTemporal({ rruleString }).all()
  return first?.toPlainDate().toString() ?? from
}

test('a recurrence that is written and read again is the same', () => {
  fc.assert(
    fc.property(recurrences, fc.boolean(), (recurrence, isTimed) => {
      const { startDate, zone } = recurrence
      const nextDay = new Date(Date.parse(startDate) + 86_400_000).toISOString().slice(0, 10)
      const times = isTimed
        ? { start: `${startDate}T12:00:00`, end: `${startDate}T13:00:00`, tzid: zone }
        : { start: startDate, end: nextDay }
      const fields = { event_id: 'a', summary: 'a', ...times, recurrence: wireRecurrence(recurrence) }
      expect(recurrenceOf(fields)).toEqual({ ...recurrence, zone: isTimed ? zone : 'UTC' })
    }),
  )
})

test('a rule is accepted on the days it falls on, and on no other', () => {
  fc.assert(
    fc.property(patterns, aDate, ({ rfc, ...pattern }, date) => {
      const rule = wireRecurrence({ ...pattern, interval: 1, startDate: date } as Recurrence)
      const nextDay = new Date(Date.parse(date) + 86_400_000).toISOString().slice(0, 10)
      const reading = () => recurrenceOf({ event_id: 'a', summary: 'a', start: date, end: nextDay, recurrence: rule })
      if (firstDay(rfc, date) === date) expect(reading()).toMatchObject(pattern)
      else expect(reading).toThrow(expect.objectContaining({ code: 'VALIDATION_FAILED' }))
    }),
  )
})
