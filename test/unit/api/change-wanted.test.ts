import { expect, test } from 'vitest'
import { parseUpsert } from '../../../shared/api/change/wanted.ts'
import type { ValidationError } from '../../../shared/api/failure.ts'

const NEW = { event_id: 'fa-1', summary: 'Board', start: '2026-11-20T09:00:00Z', end: '2026-11-20T10:00:00Z' }
const UID = `evt_external_${'k'.repeat(22)}`

/** The first key of each bad field. */
function problemsOf(fields: Record<string, unknown>): Record<string, string | undefined> {
  try {
    parseUpsert(fields)
  } catch (error) {
    const { problems } = error as ValidationError
    return Object.fromEntries(Object.entries(problems).map(([path, [first]]) => [path, first?.key]))
  }
  return {}
}

const wantedOf = (fields: Record<string, unknown>) => parseUpsert({ event_uid: UID, ...fields }).wanted

test.each([
  ['no summary', { summary: undefined }, { summary: 'errors.required' }],
  ['a summary that is null', { summary: null }, { summary: 'errors.invalid_format' }],
  ['a summary of 1,025 characters', { summary: 'x'.repeat(1025) }, { summary: 'errors.too_long' }],
  ['a summary of 1,025 characters', { summary: 'x'.repeat(1025) }, { summary: 'errors.too_long' }],
  ['a summary of two lines', { summary: 'a\nb' }, { summary: 'errors.invalid_format' }],
  ['half a surrogate pair', { summary: '\ud83d' }, { summary: 'errors.invalid_format' }],
  ['no event id', { event_id: undefined }, { event_id: 'errors.required' }],
  ['an empty event id', { event_id: '' }, { event_id: 'errors.required' }],
  ['an event id of 257 characters', { event_id: 'x'.repeat(257) }, { event_id: 'errors.too_long' }],
  ['a control character in the event id', { event_id: 'a\u0000' }, { event_id: 'errors.invalid_format' }],
  ['a number as event id', { event_id: 7 }, { event_id: 'errors.invalid_format' }],
  ['both ids', { event_uid: UID }, { event_uid: 'errors.invalid_format' }],
  ['no start and no end', { start: undefined, end: undefined }, { start: 'errors.required', end: 'errors.required' }],
  ['a long description', { description: 'x'.repeat(50_001) }, { description: 'errors.too_long' }],
  ['two descriptions', { description: 'a', description_html: 'b' }, { description_html: 'errors.invalid_format' }],
  ['a control character in a text', { description: 'a\u0007' }, { description: 'errors.invalid_format' }],
  ['a place as text', { location: 'Room' }, { location: 'errors.invalid_format' }],
  ['a place without a name', { location: {} }, { 'location.description': 'errors.required' }],
  ['a long place', { location: { description: 'x'.repeat(256) } }, { 'location.description': 'errors.too_long' }],
  ['half a position', { location: { description: 'a', lat: '1' } }, { location: 'errors.invalid_format' }],
  [
    'a position off the map',
    { location: { description: 'a', lat: '91', long: 'x' } },
    { 'location.lat': 'errors.invalid_format', 'location.long': 'errors.invalid_format' },
  ],
  ['an address of another kind', { url: 'javascript:alert(1)' }, { url: 'errors.invalid_format' }],
  ['an address that is none', { url: 'https://' }, { url: 'errors.invalid_format' }],
  ['a long address', { url: `https://x.example/${'x'.repeat(2048)}` }, { url: 'errors.too_long' }],
  [
    'bad people',
    { attendees: { invite: [{ email: 'anna' }, { display_name: 'Bo' }], remove: [{ email: 'a@b@c.example' }] } },
    {
      'attendees.invite[0].email': 'errors.invalid_email',
      'attendees.invite[1].email': 'errors.required',
      'attendees.remove[0].email': 'errors.invalid_email',
    },
  ],
  [
    'somebody invited and removed',
    { attendees: { invite: [{ email: 'a@x.example' }], remove: [{ email: 'A@X.example' }] } },
    { 'attendees.remove[0].email': 'errors.invalid_format' },
  ],
  [
    '501 people',
    { attendees: { invite: Array.from({ length: 501 }, (_, n) => ({ email: `p${n}@x.example` })) } },
    { 'attendees.invite': 'errors.too_many' },
  ],
  ['people as a list', { attendees: [] }, { attendees: 'errors.invalid_format' }],
  ['a late reminder', { reminders: [{ minutes: -1 }] }, { 'reminders[0].minutes': 'errors.out_of_range' }],
  ['an early reminder', { reminders: [{ minutes: 40_321 }] }, { 'reminders[0].minutes': 'errors.out_of_range' }],
  [
    'a reminder between minutes',
    { reminders: [{ minutes: 5 }, { minutes: 0.5 }] },
    { 'reminders[1].minutes': 'errors.must_be_integer' },
  ],
  ['an unknown transparency', { transparency: 'unknown' }, { transparency: 'errors.not_recognized' }],
  [
    'an unknown extended transparency',
    { extended_transparency: 'busy' },
    { extended_transparency: 'errors.not_recognized' },
  ],
  ['a word for private', { event_private: 'yes' }, { event_private: 'errors.must_be_boolean' }],
  ['a color by name', { color: 'red' }, { color: 'errors.invalid_format' }],
  [
    'another conferencing service',
    { conferencing: { profile_id: 'explicit', join_url: 'https://x.example' } },
    { 'conferencing.profile_id': 'errors.not_supported' },
  ],
  [
    'a conferencing service by the name of a method',
    { conferencing: { profile_id: 'constructor' } },
    { 'conferencing.profile_id': 'errors.not_supported' },
  ],
  ['attachments', { attachments: [{ attachment_id: 'a' }] }, { attachments: 'errors.not_supported' }],
  ['subscriptions', { subscriptions: [{ type: 'webhook' }] }, { subscriptions: 'errors.not_supported' }],
  ['a long version', { based_on: 'x'.repeat(65) }, { based_on: 'errors.too_long' }],
])('%s is refused by the name of the field', (_, changed, problems) => {
  expect(problemsOf({ ...NEW, ...changed })).toEqual(problems)
})

test.each([
  ['a uid of another kind', { event_uid: 'evt_1', summary: 'x' }, 'event_uid', 'errors.must_be_external_event_uid'],
  ['nothing to change', { event_uid: UID }, 'base', 'errors.required'],
  ['a way to repeat', { event_uid: UID, recurrence: { rules: [] } }, 'recurrence', 'errors.not_supported'],
  ['half of a move', { event_uid: UID, start: '2026-11-20T09:00:00Z' }, 'end', 'errors.required'],
])('an external event with %s is refused', (_, fields, path, key) => {
  expect(problemsOf(fields)).toEqual({ [path]: key })
})

test('every bad field is named in one answer, with a sentence that begins with its name', () => {
  const fields = {
    ...NEW,
    summary: 'x'.repeat(1025),
    url: 'ftp://x',
    color: '#12',
    end: '2026-11-20T08:00:00Z',
    tzid: 'Mars',
  }
  expect(() => parseUpsert(fields)).toThrowError(
    expect.objectContaining({
      code: 'VALIDATION_FAILED',
      problems: {
        summary: [{ key: 'errors.too_long', description: 'summary must have at most 1024 characters' }],
        url: [{ key: 'errors.invalid_format', description: expect.stringMatching(/^url must be an address/) }],
        color: [{ key: 'errors.invalid_format', description: 'color must be a color such as #49BED8' }],
        end: [{ key: 'errors.invalid_time_pair', description: 'end must be after start' }],
        tzid: [{ key: 'errors.tzid_unrecognized', description: 'tzid is not the name of a time zone' }],
      },
    }),
  )
})

test('a whole event is read as what is wanted', () => {
  const { event, wanted, basedOn } = parseUpsert({
    ...NEW,
    description_html: '<b>Plans</b>',
    location: { description: 'Room', lat: '55.67', long: '12.57' },
    url: 'https://x.example/a?b=c#d',
    attendees: { invite: [{ email: 'a@x.example', display_name: 'A' }], remove: [{ email: 'b@x.example' }] },
    reminders: [{ minutes: 10 }, { minutes: 0 }],
    reminders_create_only: true,
    transparency: 'opaque',
    extended_transparency: 'out_of_office',
    event_private: true,
    color: '#49BED8',
    conferencing: { profile_id: 'integrated' },
    attachments: [],
    based_on: 'v1',
    nobody_knows: { this: 'field' },
  })
  const at = (text: string) => ({ kind: 'instant', at: Date.parse(text) })
  expect([event, basedOn]).toEqual([{ eventId: 'fa-1' }, 'v1'])
  expect(wanted).toEqual({
    summary: 'Board',
    times: { start: at(NEW.start), end: at(NEW.end) },
    description: { format: 'html', content: '<b>Plans</b>' },
    location: { description: 'Room', latitude: 55.67, longitude: 12.57 },
    url: 'https://x.example/a?b=c#d',
    attendees: { invite: [{ email: 'a@x.example', name: 'A' }], remove: ['b@x.example'] },
    reminderMinutes: 10,
    reminderOnCreateOnly: true,
    transparency: 'out_of_office',
    sensitivity: 'private',
    color: 'Blue category',
    conferencing: 'teams',
  })
})

test('an external event is changed in the fields that are given, and null takes a field away', () => {
  expect(parseUpsert({ event_uid: UID, summary: '' })).toEqual({
    event: { key: 'k'.repeat(22) },
    wanted: { summary: '' },
  })
  expect(wantedOf({ location: null, url: null, color: null, reminders: [], event_private: false })).toEqual({
    location: null,
    url: null,
    color: null,
    reminderMinutes: null,
    sensitivity: 'normal',
  })
})

test('a summary of 1,024 characters is good', () => {
  expect(problemsOf({ ...NEW, summary: 'é'.repeat(1024) })).toEqual({})
})

test('somebody who is invited twice is invited once', () => {
  const invite = [{ email: 'A@x.example' }, { email: 'a@x.example', display_name: 'A' }]
  expect(wantedOf({ attendees: { invite } }).attendees).toEqual({
    invite: [{ email: 'a@x.example', name: 'A' }],
    remove: [],
  })
})

test.each(["o'brien+tag@sub.x-y.example", 'søren@møde.example', 'a@x.co'])('%s is an e-mail address', (email) => {
  expect(wantedOf({ attendees: { remove: [{ email }] } }).attendees?.remove).toEqual([email])
})

test.each([
  '',
  'a',
  'a@',
  '@x.example',
  'a@x',
  'a b@x.example',
  'a@x..example',
  '.a@x.example',
  `${'a'.repeat(250)}@x.dk`,
  'a\u202e@x.example',
])('%j is no e-mail address', (email) => {
  expect(problemsOf({ ...NEW, attendees: { invite: [{ email }] } })).toEqual({
    'attendees.invite[0].email': 'errors.invalid_email',
  })
})

test.each([
  ['#FF0000', 'Red category'],
  ['#FFC0CB', 'Red category'],
  ['#FFA500', 'Orange category'],
  ['#ffff00', 'Yellow category'],
  ['#008000', 'Green category'],
  ['#90EE90', 'Green category'],
  ['#0000FF', 'Blue category'],
  ['#000080', 'Blue category'],
  ['#49BED8', 'Blue category'],
  ['#800080', 'Purple category'],
  ['#9370DB', 'Purple category'],
  ['#808080', 'Blue category'],
])('%s becomes the %s', (color, category) => {
  expect(wantedOf({ color }).color).toBe(category)
})
