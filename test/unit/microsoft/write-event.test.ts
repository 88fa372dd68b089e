import fc from 'fast-check'
import { expect, test } from 'vitest'
import { epochMs } from '../../../shared/core/time.ts'
import type { EventTime } from '../../../shared/events/event.ts'
import { ianaZone, instantInZone } from '../../../shared/events/zones.ts'
import { writeEvent } from '../../../shared/microsoft/graph/write-event.ts'
import type { EventPatch } from '../../../shared/push/writer.ts'

const instant = (text: string, zone?: string): EventTime => ({ kind: 'instant', at: epochMs(Date.parse(text)), zone })
const date = (text: string): EventTime => ({ kind: 'date', date: text })

const patched = (patch: EventPatch) => writeEvent(patch, {})

test('a patch of nothing is nothing', () => {
  expect(patched({})).toEqual({})
})

const COPENHAGEN = {
  start: instant('2026-11-10T08:00:00Z', 'Europe/Copenhagen'),
  end: instant('2026-11-10T09:30:00Z', 'Europe/Copenhagen'),
}

const at = (dateTime: string, timeZone = 'UTC') => ({ dateTime, timeZone })

test.each<[string, EventPatch, object]>([
  ['a summary', { summary: 'Board' }, { subject: 'Board' }],
  ['an empty summary', { summary: '' }, { subject: '' }],
  [
    'a text',
    { description: { format: 'text', content: 'a < b\nc' } },
    { body: { contentType: 'text', content: 'a < b\nc' } },
  ],
  [
    'HTML',
    { description: { format: 'html', content: '<p>a</p>' } },
    { body: { contentType: 'html', content: '<p>a</p>' } },
  ],
  [
    'times in a zone',
    { times: COPENHAGEN },
    {
      isAllDay: false,
      start: at('2026-11-10T09:00:00', 'Romance Standard Time'),
      end: at('2026-11-10T10:30:00', 'Romance Standard Time'),
    },
  ],
  [
    'days',
    { times: { start: date('2026-11-10'), end: date('2026-11-12') } },
    { isAllDay: true, start: at('2026-11-10T00:00:00'), end: at('2026-11-12T00:00:00') },
  ],
  ['a place', { location: { description: 'Room 1' } }, { location: { displayName: 'Room 1' } }],
  [
    'a place on the map',
    { location: { description: 'Harbour', latitude: 55.5, longitude: 0 } },
    { location: { displayName: 'Harbour', coordinates: { latitude: 55.5, longitude: 0 } } },
  ],
  ['no place', { location: null }, { location: { displayName: '' } }],
  [
    'attendees',
    {
      attendees: [
        { email: 'a@x.test', kind: 'required' },
        { email: 'b@x.test', name: 'B', kind: 'resource' },
      ],
    },
    {
      attendees: [
        { emailAddress: { address: 'a@x.test' }, type: 'required' },
        { emailAddress: { address: 'b@x.test', name: 'B' }, type: 'resource' },
      ],
    },
  ],
  ['no attendees', { attendees: [] }, { attendees: [] }],
  ['a reminder', { reminderMinutes: 0 }, { isReminderOn: true, reminderMinutesBeforeStart: 0 }],
  ['no reminder', { reminderMinutes: null }, { isReminderOn: false }],
  ['time that is free', { transparency: 'transparent' }, { showAs: 'free' }],
  ['time that is taken', { transparency: 'opaque' }, { showAs: 'busy' }],
  ['time away', { transparency: 'out_of_office' }, { showAs: 'oof' }],
  ['time elsewhere', { transparency: 'working_elsewhere' }, { showAs: 'workingElsewhere' }],
  ['tentative time', { transparency: 'tentative' }, { showAs: 'tentative' }],
  ['a sensitivity', { sensitivity: 'confidential' }, { sensitivity: 'confidential' }],
  ['categories', { categories: ['Red category', 'Mine'] }, { categories: ['Red category', 'Mine'] }],
  ['no categories', { categories: [] }, { categories: [] }],
  ['a meeting', { conferencing: 'teams' }, { isOnlineMeeting: true, onlineMeetingProvider: 'teamsForBusiness' }],
  ['the end of a series', { recurrence: null }, { recurrence: null }],
])('%s is sent, and nothing else', (_, patch, expected) => {
  expect(patched(patch)).toEqual(expected)
})

const property = (name: string, value: string) => ({
  id: `String {e2b7c8b8-44a1-45e3-85e8-cdb087aeef52} Name ${name}`,
  value,
})

test('a creation carries its marker twice', () => {
  expect(writeEvent({}, { marker: 'm.1' })).toEqual({
    transactionId: 'm.1',
    singleValueExtendedProperties: [property('Marker', 'm.1')],
  })
})

test('a web address is a property of its own, empty when it is taken away, and not there for a new event without', () => {
  const url = { singleValueExtendedProperties: [property('Url', 'https://x.test')] }
  expect(patched({ url: 'https://x.test' })).toEqual(url)
  expect(patched({ url: null })).toEqual({ singleValueExtendedProperties: [property('Url', '')] })
  expect(writeEvent({ url: null }, { marker: 'm.1' })).toEqual(writeEvent({}, { marker: 'm.1' }))
})

test('a new description of a meeting is HTML, with its own characters kept, and the meeting part behind it', () => {
  const description = { format: 'text', content: '1 < 2 & "x"\r\n\r\nend' } as const
  expect(writeEvent({ description }, { meetingBlob: '<div>join</div>' })).toEqual({
    body: { contentType: 'html', content: '<div>1 &lt; 2 &amp; &quot;x&quot;<br>\n<br>\nend</div><div>join</div>' },
  })
})

test('of a whole HTML document only the inside stands in front of the meeting part', () => {
  const description = { format: 'html', content: '<html><head></head><body lang="da"><p>x</p></body></html>' } as const
  expect(writeEvent({ description }, { meetingBlob: '<div>join</div>' })).toEqual({
    body: { contentType: 'html', content: '<p>x</p><div>join</div>' },
  })
})

test('a single event in a zone that Windows does not know is in UTC', () => {
  const start = instant('2026-11-10T08:00:00Z', 'Antarctica/Troll')
  expect(patched({ times: { start, end: COPENHAGEN.end } })).toMatchObject({
    start: at('2026-11-10T08:00:00.000'),
    end: at('2026-11-10T10:30:00', 'Romance Standard Time'),
  })
})

test('the second of two hours that a clock shows alike is told in UTC', () => {
  const [first, second] = [
    instant('2026-10-25T00:30:00Z', 'Europe/Paris'),
    instant('2026-10-25T01:30:00Z', 'Europe/Paris'),
  ]
  expect(patched({ times: { start: first, end: second } })).toMatchObject({
    start: at('2026-10-25T02:30:00', 'Romance Standard Time'),
    end: at('2026-10-25T01:30:00.000'),
  })
})

test('every instant is told as itself, whatever zone it was planned in', () => {
  const zones = fc.option(fc.constantFrom(...Intl.supportedValuesOf('timeZone')), { nil: undefined })
  const instants = fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2040, 0) })
  fc.assert(
    fc.property(instants, zones, (milliseconds, zone) => {
      const time: EventTime = { kind: 'instant', at: epochMs(milliseconds), zone }
      const { start } = patched({ times: { start: time, end: time } }) as { start: ReturnType<typeof at> }
      expect(instantInZone(start.dateTime, ianaZone(start.timeZone) ?? '')).toBe(milliseconds)
    }),
    { numRuns: 500 },
  )
})

const DAILY = { frequency: 'daily', interval: 1, startDate: '1999-01-01', count: 3 } as const

test('a series, its start, its end and its rule are in one zone, from the day of its start there', () => {
  const late = { start: instant('2026-11-10T23:30:00Z', 'UTC'), end: instant('2026-11-11T00:30:00Z') }
  const zone = 'Romance Standard Time'
  expect(patched({ times: late, recurrence: { ...DAILY, zone: 'Europe/Copenhagen' } })).toEqual({
    isAllDay: false,
    start: at('2026-11-11T00:30:00', zone),
    end: at('2026-11-11T01:30:00', zone),
    recurrence: {
      pattern: { type: 'daily', interval: 1 },
      range: { type: 'numbered', startDate: '2026-11-11', numberOfOccurrences: 3, recurrenceTimeZone: zone },
    },
  })
})

test('a series without a zone of its own is in the zone of its start', () => {
  const range = { startDate: '2026-11-10', recurrenceTimeZone: 'Romance Standard Time' }
  expect(patched({ times: COPENHAGEN, recurrence: DAILY })).toMatchObject({ recurrence: { range } })
})

test('a series of whole days is in UTC', () => {
  const times = { start: date('2026-11-10'), end: date('2026-11-11') }
  const range = { startDate: '2026-11-10', recurrenceTimeZone: 'UTC' }
  const start = at('2026-11-10T00:00:00')
  expect(patched({ times, recurrence: { ...DAILY, zone: 'Europe/Copenhagen' } })).toMatchObject({
    isAllDay: true,
    start,
    recurrence: { range },
  })
})

test('a new rule without new times begins where it says', () => {
  const { recurrence } = patched({ recurrence: { ...DAILY, zone: 'Asia/Tokyo' } }) as { recurrence: object }
  expect(recurrence).toMatchObject({ range: { startDate: '1999-01-01', recurrenceTimeZone: 'Tokyo Standard Time' } })
})
