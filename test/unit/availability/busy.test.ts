import { expect, test } from 'vitest'
import { busySpan } from '../../../shared/availability/busy.ts'
import { epochMs, hours, toIsoSeconds } from '../../../shared/core/time.ts'
import type { EventContent } from '../../../shared/events/event.ts'

const EVENT: EventContent = {
  summary: '',
  description: '',
  start: { kind: 'date', date: '2026-10-25' },
  end: { kind: 'date', date: '2026-10-26' },
  attendees: [],
  organizedByAccount: true,
  participation: 'accepted',
  transparency: 'opaque',
  sensitivity: 'normal',
  status: 'confirmed',
  categories: [],
  importance: 'normal',
}

test('an all-day event lasts as long as its day does where the person is', () => {
  const day = busySpan(EVENT, 'Europe/Copenhagen')
  expect(day && [toIsoSeconds(day.from), day.to - day.from]).toEqual(['2026-10-24T22:00:00Z', hours(25)])
  expect(busySpan(EVENT, 'Pacific/Auckland')?.from).toBe(epochMs(Date.parse('2026-10-24T11:00:00Z')))
})

test.each([
  ['declined', { participation: 'declined' }],
  ['cancelled', { status: 'cancelled' }],
  ['shown as free', { transparency: 'transparent' }],
  ['somewhere else', { transparency: 'working_elsewhere' }],
] as const)('who is invited to what is %s can meet others', (_, change) => {
  expect(busySpan({ ...EVENT, ...change }, 'Europe/Copenhagen')).toBeUndefined()
})

test.each([
  ['tentative', { transparency: 'tentative', status: 'tentative', participation: 'needs_action' }],
  ['out of office', { transparency: 'out_of_office' }],
  ['not understood', { transparency: 'unknown', participation: 'unknown' }],
] as const)('who is %s cannot', (_, change) => {
  expect(busySpan({ ...EVENT, ...change }, 'Europe/Copenhagen')).toBeDefined()
})
