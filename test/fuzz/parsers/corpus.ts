/** Inputs that broke a parser once, and how. */
interface Failure {
  readonly target: string
  readonly because: string
  readonly input: string
}

/** Names that every object has: what is looked up in an object by a text of somebody else must not find them. */
const INHERITED: readonly string[] = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf']

const ITEM = {
  ...{ id: 'a', type: 'singleInstance', isOrganizer: false, '@odata.etag': 'W/"a"' },
  start: { dateTime: '2026-11-20T09:30:00', timeZone: 'UTC' },
  end: { dateTime: '2026-11-20T10:30:00', timeZone: 'UTC' },
}
const RANGE = { type: 'noEnd', startDate: '2026-11-24', recurrenceTimeZone: 'UTC' }
const PATTERN = { type: 'relativeMonthly', interval: 1, daysOfWeek: ['tuesday'], index: 'first' }
const page = (...value: readonly object[]) => ({ value, '@odata.deltaLink': 'https://graph.microsoft.com/v1.0/me/a' })

const lookedUp = (word: string): readonly (readonly [target: string, because: string, input: object])[] => [
  ['graph-delta-page', 'showAs became a function', page({ ...ITEM, showAs: word })],
  ['graph-delta-page', 'an answer became a function', page({ ...ITEM, responseStatus: { response: word } })],
  [
    'graph-delta-page',
    'an attendee’s answer became a function',
    page({ ...ITEM, attendees: [{ emailAddress: { address: 'a@x.example' }, status: { response: word } }] }),
  ],
  ['graph-recurrence', 'a weekday became a function', { pattern: { ...PATTERN, daysOfWeek: [word] }, range: RANGE }],
  ['graph-recurrence', 'a position became a function', { pattern: { ...PATTERN, index: word }, range: RANGE }],
  [
    'graph-settings',
    'a working day became a function',
    { timeZone: 'UTC', workingHours: { daysOfWeek: [word], startTime: '08:00:00', endTime: '17:00:00' } },
  ],
  ['graph-failure', 'a code is looked up', [400, { error: { code: word } }, '', '']],
]

const OTHERS: readonly Failure[] = [
  { target: 'api-event-names', because: 'a list was taken for true', input: '{"delete_all":["true"]}' },
  { target: 'api-event-names', because: 'it cannot become text', input: '{"delete_all":{"toString":1}}' },
  { target: 'api-event-body', because: 'it cannot become text', input: '{"event_private":{"toString":1}}' },
]

const RULER = '_'.repeat(40)
const event = (content: string) =>
  page({ ...ITEM, isAllDay: false, isOnlineMeeting: true, body: { contentType: 'text', content } })

/** Texts that were searched in a time that grows with the square of their length. */
const SLOW: readonly Failure[] = [
  {
    target: 'meeting-bodies',
    because: 'each link was searched to the end',
    input: RULER + 'teams.live'.repeat(100_000),
  },
  {
    target: 'graph-delta-page',
    because: 'all of a body was searched, and then cut',
    input: JSON.stringify(event(RULER + 'teams.live'.repeat(100_000))),
  },
  {
    target: 'event-texts',
    because: 'each space was searched to the end of the line',
    input: `a${' '.repeat(200_000)}b`,
  },
]

export const ONCE_FAILED: readonly Failure[] = [
  ...INHERITED.flatMap((word) =>
    lookedUp(word).map(([target, because, input]) => ({
      ...{ target, because: `${because} (${word})` },
      input: JSON.stringify(input),
    })),
  ),
  ...OTHERS,
  ...SLOW,
]
