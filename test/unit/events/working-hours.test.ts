import { expect, test } from 'vitest'
import { epochMs, toIsoSeconds } from '../../../shared/core/time.ts'
import { type WorkingHours, workingSpans } from '../../../shared/events/working-hours.ts'

const OFFICE: WorkingHours = {
  days: ['MO', 'TU', 'WE', 'TH', 'FR'],
  start: '08:00:00',
  end: '16:30:00',
  zone: 'Europe/Copenhagen',
}

const spans = (hours: WorkingHours, from: string, to: string): string[] =>
  workingSpans(hours, { from: epochMs(Date.parse(from)), to: epochMs(Date.parse(to)) }).map(
    (span) => `${toIsoSeconds(span.from)} ${toIsoSeconds(span.to)}`,
  )

test('working hours stay the same on the wall when the clocks change', () => {
  expect(spans(OFFICE, '2026-10-23T00:00:00Z', '2026-10-26T23:00:00Z')).toEqual([
    '2026-10-23T06:00:00Z 2026-10-23T14:30:00Z',
    '2026-10-26T07:00:00Z 2026-10-26T15:30:00Z',
  ])
})

test('a night shift ends on the next day, and one that began before the span is part of it', () => {
  const night = { ...OFFICE, days: ['TH'], start: '22:00:00', end: '06:00:00' } as const
  expect(spans(night, '2026-11-20T02:00:00Z', '2026-11-21T00:00:00Z')).toEqual([
    '2026-11-19T21:00:00Z 2026-11-20T05:00:00Z',
  ])
})

test('an hour that the clocks skip is no working hour', () => {
  const skipped = { ...OFFICE, days: ['SU'], start: '02:00:00', end: '03:00:00' } as const
  expect(spans(skipped, '2026-03-29T00:00:00Z', '2026-03-29T12:00:00Z')).toEqual([])
})

test('hours count when they share time with the span, and not when they only meet its ends', () => {
  const day = '2026-11-20T07:00:00Z 2026-11-20T15:30:00Z'
  expect(spans(OFFICE, '2026-11-20T15:29:59Z', '2026-11-20T20:00:00Z')).toEqual([day])
  expect(spans(OFFICE, '2026-11-20T15:30:00Z', '2026-11-20T20:00:00Z')).toEqual([])
  expect(spans(OFFICE, '2026-11-20T00:00:00Z', '2026-11-20T07:00:01Z')).toEqual([day])
  expect(spans(OFFICE, '2026-11-20T00:00:00Z', '2026-11-20T07:00:00Z')).toEqual([])
})

test('hours that start and end at the same time last a day', () => {
  const always = { ...OFFICE, days: ['FR'], start: '00:00:00', end: '00:00:00', zone: 'UTC' } as const
  expect(spans(always, '2026-11-20T05:00:00Z', '2026-11-20T06:00:00Z')).toEqual([
    '2026-11-20T00:00:00Z 2026-11-21T00:00:00Z',
  ])
})

test.each(['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const)('%s alone is one day of the week', (weekday) => {
  const date = 23 + ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'].indexOf(weekday)
  expect(spans({ ...OFFICE, days: [weekday], zone: 'UTC' }, '2026-11-23T00:00:00Z', '2026-11-30T00:00:00Z')).toEqual([
    `2026-11-${date}T08:00:00Z 2026-11-${date}T16:30:00Z`,
  ])
})
