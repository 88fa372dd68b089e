import { describe, expect, test } from 'vitest'
import { epochMs } from '../../../shared/core/time.ts'
import type { EventTime } from '../../../shared/events/event.ts'
import type { Recurrence } from '../../../shared/events/recurrence.ts'
import { agreementKeyOf, markerOf, mayExist } from '../../../shared/push/agreement.ts'
import { FIELDS, type FieldName, sameOrUnknown, sameValue } from '../../../shared/push/fields.ts'
import { agreement, content, KEY, times } from '../../support/push.ts'

const instant = (text: string, zone?: string): EventTime => ({ kind: 'instant', at: epochMs(Date.parse(text)), zone })
const date = (text: string): EventTime => ({ kind: 'date', date: text })
const plainText = (content: string) => ({ format: 'text', content })
const span = (start: EventTime, end: EventTime = start) => ({ start, end })
const NOON = '2026-11-23T12:00:00Z'
const RULE: Recurrence = { frequency: 'weekly', interval: 1, weekdays: ['MO', 'TU'], startDate: '2026-11-23' }

describe('two values of a field', () => {
  test.each<[FieldName, unknown, unknown]>([
    ['summary', 'a', 'a'],
    ['summary', ' a \t', 'a'],
    ['summary', null, ''],
    ['description', null, null],
    ['description', plainText('a\r\nb'), plainText('a\nb')],
    ['description', plainText('a\rb'), plainText('a\nb')],
    ['description', plainText('a \t\u00a0\nb'), plainText('a\nb')],
    ['description', plainText('\na\n'), plainText('a')],
    ['times', span(instant(NOON, 'Europe/Copenhagen')), span(instant(NOON, 'Europe/Paris'))],
    ['times', span(instant(NOON, 'Antarctica/Troll')), span(instant(NOON, 'UTC'))],
    ['times', span(instant(NOON, 'UTC')), span(instant(NOON, 'Antarctica/Troll'))],
    ['times', span(instant(NOON)), span(instant(NOON, 'UTC'))],
    ['times', span(date('2026-11-23')), span(date('2026-11-23'))],
    ['location', null, null],
    ['location', null, { description: '' }],
    ['location', { description: 'Room\r\n1' }, { description: 'Room\n1' }],
    ['location', { description: 'a', latitude: 1, longitude: 2 }, { description: 'a', latitude: 1, longitude: 2 }],
    ['reminderMinutes', null, null],
    ['sensitivity', 'normal', 'personal'],
    ['sensitivity', 'private', 'confidential'],
    ['recurrence', null, null],
    ['recurrence', RULE, { ...RULE, weekdays: ['TU', 'MO'], startDate: '2027-01-04', zone: 'UTC' }],
    ['recurrence', RULE, { ...RULE, weekStart: 'WE' }],
    ['recurrence', { ...RULE, interval: 2 }, { ...RULE, interval: 2, weekStart: 'SU' }],
    ['recurrence', { ...RULE, weekdays: undefined }, { ...RULE, weekdays: [] }],
    [
      'recurrence',
      { ...RULE, frequency: 'monthly', interval: 2 },
      { ...RULE, frequency: 'monthly', interval: 2, weekStart: 'MO' },
    ],
  ])('%s: %j is as good as %j', (name, one, other) => {
    expect([sameValue(name, one, other), sameValue(name, other, one)]).toEqual([true, true])
    expect(sameOrUnknown(name, one, other)).toBe(true)
  })

  test.each<[FieldName, unknown, unknown]>([
    ['summary', 'a', 'b'],
    ['summary', 'a b', 'ab'],
    ['description', plainText('a\nb'), plainText('a b')],
    ['description', plainText('a'), { format: 'html', content: 'a' }],
    ['description', plainText('a\n b'), plainText('a\nb')],
    ['description', null, plainText('')],
    ['times', span(instant(NOON, 'UTC')), span(instant('2026-11-23T12:00:00.001Z', 'UTC'))],
    ['times', span(instant(NOON, 'UTC')), span(instant(NOON, 'UTC'), instant('2026-11-23T13:00:00Z', 'UTC'))],
    ['times', span(instant(NOON, 'UTC')), span(instant(NOON, 'Europe/Copenhagen'))],
    ['times', span(date('2026-11-23')), span(date('2026-11-24'))],
    ['times', span(date('2026-11-23')), span(instant('2026-11-23T00:00:00Z'))],
    ['times', null, span(date('2026-11-23'))],
    ['times', span(instant(NOON), date('2026-11-23')), span(instant(NOON), date('2026-11-24'))],
    ['times', null, null],
    ['location', { description: 'a' }, null],
    ['location', { description: 'a', latitude: 1, longitude: 2 }, { description: 'a', latitude: 1, longitude: 3 }],
    ['location', { description: 'a', latitude: 1, longitude: 2 }, { description: 'a', latitude: 3, longitude: 2 }],
    ['location', { description: 'a', latitude: 1, longitude: 2 }, { description: 'a' }],
    ['reminderMinutes', 10, null],
    ['transparency', 'opaque', 'tentative'],
    ['sensitivity', 'private', 'normal'],
    ['sensitivity', 'confidential', 'personal'],
    ['url', 'https://a.example', 'https://b.example'],
    ['color', 'Red category', null],
    ['conferencing', 'teams', 'none'],
    ['recurrence', RULE, null],
    ['recurrence', RULE, { ...RULE, weekdays: ['MO'] }],
    ['recurrence', RULE, { ...RULE, frequency: 'daily' }],
    ['recurrence', RULE, { ...RULE, interval: 2 }],
    ['recurrence', RULE, { ...RULE, position: 1 }],
    ['recurrence', RULE, { ...RULE, dayOfMonth: 3 }],
    ['recurrence', RULE, { ...RULE, month: 3 }],
    ['recurrence', RULE, { ...RULE, untilDate: '2027-01-01' }],
    ['recurrence', RULE, { ...RULE, count: 3 }],
    ['recurrence', { ...RULE, interval: 2, weekStart: 'MO' }, { ...RULE, interval: 2 }],
    ['recurrence', { ...RULE, weekdays: ['MO', 'TU'] }, { ...RULE, weekdays: ['MO', 'WE'] }],
  ])('%s: %j says something else than %j', (name, one, other) => {
    expect([sameValue(name, one, other), sameValue(name, other, one)]).toEqual([false, false])
  })

  test.each(['summary', 'description', 'location'] as const)(
    'a %s that is nearly all space is read in no time',
    (name) => {
      const text = `a${' '.repeat(200_000)}b`
      const value = { summary: text, description: { format: 'text', content: text }, location: { description: text } }
      const before = performance.now()
      expect(sameValue(name, value[name], value[name])).toBe(true)
      expect(performance.now() - before).toBeLessThan(1000)
    },
  )

  test('a value that is not known is like no other, or like another such', () => {
    expect([sameValue('url', undefined, undefined), sameOrUnknown('url', undefined, undefined)]).toEqual([false, true])
    expect([sameOrUnknown('url', 'a', undefined), sameOrUnknown('url', undefined, 'a')]).toEqual([false, false])
    expect([sameValue('summary', '', undefined), sameValue('summary', undefined, '')]).toEqual([false, false])
  })
})

test('a snapshot tells each field', () => {
  const told = content({
    ...{
      summary: 'S',
      description: 'D',
      location: { description: 'L' },
      reminderMinutes: 5,
      transparency: 'tentative',
    },
    ...{ sensitivity: 'private', categories: ['Project X', 'Red category'], onlineMeeting: { provider: 'teams' } },
  })
  const of = (snapshot: Parameters<(typeof FIELDS)['summary']['of']>[0]) =>
    Object.fromEntries(Object.entries(FIELDS).map(([name, field]) => [name, field.of(snapshot)]))
  expect(of({ content: told, recurrence: RULE })).toEqual({
    ...{
      summary: 'S',
      description: plainText('D'),
      times: times(),
      location: { description: 'L' },
      reminderMinutes: 5,
    },
    ...{ transparency: 'tentative', sensitivity: 'private', url: undefined, color: 'Red category' },
    ...{ conferencing: 'teams', recurrence: RULE },
  })
  const bare = of({ content: content({ transparency: 'unknown' }) })
  expect(bare).toMatchObject({
    location: null,
    reminderMinutes: null,
    color: null,
    conferencing: 'none',
    recurrence: null,
  })
  expect(bare['transparency']).toBeUndefined()
})

test.each<[FieldName, unknown, string]>([
  ['summary', 'Lunch', 'Lunch'],
  ['description', plainText('Text'), 'Text'],
  ['description', null, ''],
  [
    'times',
    span(instant(NOON), instant('2026-11-23T13:00:00.250Z')),
    '2026-11-23T12:00:00Z - 2026-11-23T13:00:00.250Z',
  ],
  ['times', span(date('2026-11-23'), date('2026-11-24')), '2026-11-23 - 2026-11-24'],
  ['times', null, ''],
  ['location', { description: 'Room 1' }, 'Room 1'],
  ['location', null, ''],
  ['reminderMinutes', 15, '15'],
  ['reminderMinutes', null, 'none'],
  ['transparency', 'opaque', 'opaque'],
  ['sensitivity', 'private', 'private'],
  ['url', 'https://a.example', 'https://a.example'],
  ['url', null, ''],
  ['color', 'Red category', 'Red category'],
  ['color', null, 'none'],
  ['conferencing', 'teams', 'teams'],
  ['recurrence', RULE, 'weekly'],
  ['recurrence', null, 'none'],
])('%s: %j is recorded as %s', (name, value, text) => {
  expect((FIELDS[name] as { text(value: unknown): string }).text(value)).toBe(text)
})

test('a marker names the agreement and its generation, and nothing else is one', () => {
  const marker = markerOf({ key: KEY, generation: 12 })
  expect(agreementKeyOf(marker)).toBe(KEY)
  for (const text of [undefined, '', KEY, `${KEY}.`, `x${marker}`, `${marker}x`, `${KEY}.1234567890`, `${KEY}.x`])
    expect(agreementKeyOf(text)).toBeUndefined()
  expect(mayExist(agreement())).toBe(true)
  expect(mayExist(agreement({ providerId: undefined }))).toBe(false)
  expect(mayExist(agreement({ providerId: undefined, attemptedAt: epochMs(1) }))).toBe(true)
})
