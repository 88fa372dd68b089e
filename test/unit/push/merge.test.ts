import { describe, expect, test } from 'vitest'
import { epochMs } from '../../../shared/core/time.ts'
import type { EventTime } from '../../../shared/events/event.ts'
import type { Recurrence } from '../../../shared/events/recurrence.ts'
import { merge, newContent, startingAt } from '../../../shared/push/merge.ts'
import { versionOf } from '../../../shared/push/version.ts'
import { content, current, times } from '../../support/push.ts'

const instant = (text: string, zone?: string): EventTime => ({ kind: 'instant', at: epochMs(Date.parse(text)), zone })
const date = (text: string): EventTime => ({ kind: 'date', date: text })
const span = (start: EventTime, end: EventTime = start) => ({ start, end })
const RULE: Recurrence = { frequency: 'weekly', interval: 1, weekdays: ['MO', 'TU'], startDate: '2026-11-23' }

describe('a series', () => {
  test('a rule begins on the day of the start in its own zone, else in the rule’s, else in UTC', () => {
    const late = '2026-11-23T23:30:00Z'
    expect(startingAt(RULE, date('2026-12-01'))).toEqual({ ...RULE, startDate: '2026-12-01' })
    expect(startingAt({ ...RULE, zone: 'UTC' }, instant(late, 'Europe/Copenhagen'))).toEqual({
      ...{ ...RULE, startDate: '2026-11-24', zone: 'Europe/Copenhagen' },
    })
    expect(startingAt({ ...RULE, zone: 'Asia/Tokyo' }, instant(late))).toMatchObject({
      startDate: '2026-11-24',
      zone: 'Asia/Tokyo',
    })
    expect(startingAt(RULE, instant(late))).toMatchObject({ startDate: '2026-11-23', zone: 'UTC' })
  })

  test('is never in a zone that Microsoft 365 cannot repeat events in', () => {
    const troll = instant('2026-11-23T08:00:00Z', 'Antarctica/Troll')
    expect(startingAt({ ...RULE, zone: 'Asia/Tokyo' }, troll)).toEqual({ ...RULE, zone: 'Asia/Tokyo' })
    expect(startingAt(RULE, troll)).toEqual({ ...RULE, zone: 'UTC' })
  })

  test('that begins on another day repeats on that one', () => {
    const mondays = { ...RULE, weekdays: ['MO'] as const }
    expect(startingAt(mondays, date('2026-11-25'))).toEqual({ ...RULE, weekdays: ['WE'], startDate: '2026-11-25' })
    const late = instant('2026-11-23T23:30:00Z', 'Europe/Copenhagen')
    expect(startingAt({ ...mondays, zone: 'UTC' }, late)).toMatchObject({ weekdays: ['TU'], startDate: '2026-11-24' })
  })

  const series = current({}, { kind: 'series', recurrence: RULE })
  const patchOf = (wishes: Parameters<typeof merge>[0], held = series) => merge(wishes, held, held, {}).patch

  test('times and rule are written together', () => {
    const zone = 'Europe/Copenhagen'
    const moved = times(24)
    expect(patchOf({ times: moved })).toEqual({ times: moved, recurrence: { ...RULE, startDate: '2026-11-24', zone } })
    const daily = { ...RULE, frequency: 'daily' } as const
    expect(patchOf({ recurrence: daily })).toEqual({ times: times(), recurrence: { ...daily, zone } })
    expect(patchOf({ recurrence: null })).toEqual({ recurrence: null })
    expect(patchOf({ summary: 'New' })).toEqual({ summary: 'New' })
    expect(patchOf({ times: moved }, current())).toEqual({ times: moved })
    expect(patchOf({ times: moved }, current({}, { kind: 'series' }))).toEqual({ times: moved })
    expect(patchOf({ times: moved }, current({}, { kind: 'occurrence', recurrence: RULE }))).toEqual({ times: moved })
  })

  test('a colour goes with the other categories kept', () => {
    const held = current({ categories: ['Project X', 'Red category'] })
    expect(patchOf({ color: null }, held)).toEqual({ categories: ['Project X'] })
    expect(patchOf({ color: 'Blue category' }, held)).toEqual({ categories: ['Project X', 'Blue category'] })
  })

  test('what a wish replaces is on record where the integrator cannot have known it', () => {
    const held = current({ summary: 'Theirs', description: 'Theirs' })
    const lost = (...[base, sent = {}]: [Parameters<typeof merge>[1], Parameters<typeof merge>[3]?]) =>
      merge({ summary: 'Ours' }, base, held, sent).overruled
    expect(lost(held)).toEqual([])
    expect(lost(current())).toEqual([{ field: 'summary', value: 'Theirs' }])
    expect(lost(undefined, { summary: 'Theirs' })).toEqual([])
    expect(lost(undefined, { summary: 'Sent' })).toEqual([{ field: 'summary', value: 'Theirs' }])
    expect(lost(undefined)).toEqual([{ field: 'summary', value: 'Theirs' }])
    const text = { description: { format: 'text' as const, content: 'Ours' } }
    expect(merge(text, undefined, current(), {}).overruled).toEqual([])
    expect(merge({ url: 'https://a.example' }, undefined, held, {}).overruled).toEqual([])
  })

  test('its version is what its occurrences share, that of an event all it says', () => {
    const other = { changedAt: epochMs(1), createdAt: epochMs(2) }
    const version = (more: object, kind: 'series' | 'occurrence' | 'single' | 'exception', recurrence?: Recurrence) =>
      JSON.stringify(versionOf({ content: content(more), kind, recurrence }))
    for (const kind of ['single', 'exception', 'series', 'occurrence'] as const) {
      expect(version(other, kind)).toBe(version({}, kind))
      expect(version({ providerId: 'p', etag: 'e', kind: 'k', seriesProviderId: 's' }, kind)).toBe(version({}, kind))
      expect(version({ summary: 'Other' }, kind)).not.toBe(version({}, kind))
    }
    expect(version(times(24), 'occurrence')).toBe(version({}, 'series'))
    for (const kind of ['single', 'exception'] as const) expect(version(times(24), kind)).not.toBe(version({}, kind))
    expect(version(times(1), 'occurrence')).not.toBe(version({}, 'occurrence'))
    expect(version({}, 'series', RULE)).toBe(version({ recurrence: RULE }, 'occurrence'))
    expect(version({}, 'series', RULE)).not.toBe(version({}, 'series'))
    expect(version({ recurrence: RULE }, 'single')).toBe(version({}, 'single'))
    const day = (from: string) => span(date(from))
    expect(version(day('2026-11-23'), 'occurrence')).toBe(version(day('2026-11-30'), 'occurrence'))
    const at = (time: string, zone?: string) => version(span(instant(`2026-11-23T${time}Z`, zone)), 'occurrence')
    expect(at('12:00:00')).toContain('12:00 ')
    expect(at('12:00:00', 'Europe/Copenhagen')).toContain('13:00 Europe/Copenhagen')
  })
})

test('a new event is made of what was asked for, and of nothing that was taken away again', () => {
  const person = { email: 'bo@x.example', name: 'Bo' }
  expect(
    newContent({
      ...{ summary: 'S', location: null, url: undefined, reminderMinutes: null, color: 'Red category' },
      ...{ conferencing: 'teams', times: times(), recurrence: RULE, attendees: { invite: [person], remove: ['x@x'] } },
    }),
  ).toEqual({
    ...{ summary: 'S', reminderMinutes: null, categories: ['Red category'], conferencing: 'teams', times: times() },
    recurrence: { ...RULE, startDate: '2026-11-23', zone: 'Europe/Copenhagen' },
    attendees: [{ ...person, kind: 'required' }],
  })
  const bare = { color: null, conferencing: 'none', recurrence: null, attendees: { invite: [], remove: [] } } as const
  expect(newContent(bare)).toEqual({})
  expect(newContent({ url: undefined })).toStrictEqual({})
  expect(newContent({ recurrence: RULE })).toEqual({})
  const day = span(date('2026-11-23'))
  expect(newContent({ times: day })).toEqual({ times: day, transparency: 'transparent' })
  expect(newContent({ times: day, transparency: 'opaque' })).toEqual({ times: day, transparency: 'opaque' })
})
