import { isDeepStrictEqual } from 'node:util'
import type * as z from 'zod'
import { sendBatch } from '../../../../shared/microsoft/graph/batch.ts'
import { answerTo } from '../../../../shared/microsoft/graph/event-answers.ts'
import { GraphError, readFailure } from '../../../../shared/microsoft/graph/failure.ts'
import { mapDeltaItem } from '../../../../shared/microsoft/graph/map-event.ts'
import { mapRecurrence } from '../../../../shared/microsoft/graph/map-recurrence.ts'
import { mapSettings } from '../../../../shared/microsoft/graph/map-settings.ts'
import { parse } from '../../../../shared/microsoft/graph/parse.ts'
import { CalendarPage, DeltaPage, GraphRecurrence, MailboxSettings } from '../../../../shared/microsoft/graph/wire.ts'
import { writeRecurrence } from '../../../../shared/microsoft/graph/write-recurrence.ts'
import { accepted, CANARY, holds, holdsData, jsonOf, type ParserTarget } from '../target.ts'

const time = (dateTime: string, timeZone = 'UTC') => ({ dateTime, timeZone })

const RECURRENCE = {
  pattern: {
    ...{ type: 'relativeMonthly', interval: 2, month: 0, dayOfMonth: 0 },
    ...{ daysOfWeek: ['tuesday'], firstDayOfWeek: 'monday', index: 'last' },
  },
  range: {
    ...{ type: 'numbered', startDate: '2026-11-24', endDate: '0001-01-01' },
    ...{ recurrenceTimeZone: 'Romance Standard Time', numberOfOccurrences: 7 },
  },
}

const EVENT = {
  '@odata.etag': 'W/"abc"',
  ...{ id: 'AAMk1', type: 'singleInstance', subject: `Meet ${CANARY}`, isAllDay: false, isCancelled: false },
  body: { contentType: 'text', content: `Notes ${CANARY}\r\n________________________________________\r\nJoin` },
  ...{ start: time('2026-11-20T09:30:00.0000000'), end: time('2026-11-20T10:30:00.0000000') },
  ...{ originalStartTimeZone: 'Romance Standard Time', originalEndTimeZone: 'Europe/Copenhagen' },
  ...{ isOrganizer: true, isOnlineMeeting: true, onlineMeetingProvider: 'teamsForBusiness' },
  onlineMeeting: { joinUrl: 'https://teams.microsoft.com/l/meetup-join/1' },
  location: { displayName: 'Valby', coordinates: { latitude: 55.66, longitude: 12.51 } },
  attendees: [
    { type: 'optional', status: { response: 'accepted' }, emailAddress: { name: CANARY, address: 'bo@x.example' } },
  ],
  organizer: { emailAddress: { name: CANARY, address: 'anna@x.example' } },
  ...{ responseStatus: { response: 'organizer' }, showAs: 'busy', sensitivity: 'normal', importance: 'high' },
  ...{ categories: ['Blue category'], isReminderOn: true, reminderMinutesBeforeStart: 15 },
  ...{ createdDateTime: '2026-11-01T08:00:00Z', lastModifiedDateTime: '2026-11-02T08:00:00.123Z' },
  ...{ recurrence: null, transactionId: 'marker' },
}

const PAGE = {
  value: [
    EVENT,
    { ...EVENT, id: 'AAMk2', type: 'seriesMaster', recurrence: RECURRENCE },
    {
      ...{ '@odata.etag': 'W/"o"', id: 'AAMk3', type: 'occurrence', seriesMasterId: 'AAMk2' },
      ...{ start: time('2026-11-24T09:30:00'), end: time('2026-11-24T10:30:00') },
    },
    { id: 'AAMk4', '@removed': { reason: 'deleted' } },
  ],
  '@odata.deltaLink': 'https://graph.microsoft.com/v1.0/me/calendarView/delta?$deltatoken=a',
}

/** What Graph's words become; nothing else may come out. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  transparency: ['transparent', 'tentative', 'opaque', 'out_of_office', 'working_elsewhere', 'unknown'],
  participation: ['needs_action', 'accepted', 'tentative', 'declined', 'unknown'],
  status: ['cancelled', 'tentative', 'confirmed', 'needs_action', 'accepted', 'declined', 'unknown'],
}

function holdsWords(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  for (const [name, inner] of Object.entries(value)) {
    const words = KNOWN[name]
    if (words !== undefined && inner !== undefined) holds(words.includes(inner), `${name} is ${String(inner)}`)
    holdsWords(inner)
  }
}

const deltaPage: ParserTarget = {
  name: 'graph-delta-page',
  property: 'an item is removed only where Graph says so, and all else is data in words that we know',
  seeds: [JSON.stringify(PAGE), JSON.stringify({ value: [], '@odata.nextLink': 'https://graph.microsoft.com/a' })],
  words: ['@removed', '@odata.nextLink', 'exception', 'oof', 'endDate', 'Customized Time Zone', 'weekly', 'isAllDay'],
  async check(input) {
    const items = await accepted(() =>
      parse(DeltaPage, jsonOf(input)).value.map((item) => [item, mapDeltaItem(item)] as const),
    )
    for (const [item, mapped] of items ?? []) {
      holds(
        mapped.kind !== 'removed' || Object.hasOwn(item, '@removed'),
        'an item is removed that Graph did not remove',
      )
      holdsData(mapped)
      holdsWords(mapped)
    }
  },
}

const recurrence: ParserTarget = {
  name: 'graph-recurrence',
  property: 'a rule that is read is data, and the same after it is written and read again',
  seeds: [
    JSON.stringify(RECURRENCE),
    ...['daily', 'weekly', 'absoluteMonthly', 'absoluteYearly', 'relativeYearly'].map((type) =>
      JSON.stringify({ ...RECURRENCE, pattern: { ...RECURRENCE.pattern, type, month: 11, dayOfMonth: 24 } }),
    ),
  ],
  words: ['endDate', 'noEnd', 'first', 'fourth', 'SUNDAY', 'sunday', '2026-02-29', 'UTC', 'Europe/Kyiv'],
  async check(input) {
    const read = await accepted(() => mapRecurrence(parse(GraphRecurrence, jsonOf(input)), 'UTC'))
    if (read === undefined) return
    holdsData(read)
    const written = await accepted(() => JSON.parse(JSON.stringify(writeRecurrence(read))) as unknown)
    if (written === undefined) return
    holdsData(written)
    const again = mapRecurrence(parse(GraphRecurrence, written), 'UTC')
    const once = mapRecurrence(parse(GraphRecurrence, JSON.parse(JSON.stringify(writeRecurrence(again)))), 'UTC')
    holds(isDeepStrictEqual(once, again), 'a rule changes each time it is written')
  },
}

const failure: ParserTarget = {
  name: 'graph-failure',
  property: 'an event is gone only where Graph answers 404 or says so, and a wait is a number of milliseconds from 0',
  seeds: [
    JSON.stringify([404, { error: { code: 'ErrorItemNotFound', message: CANARY } }, '10', '']),
    JSON.stringify([429, { error: { code: 'TooManyRequests', message: CANARY } }, 'Tue, 10 Nov 2026 08:00:30 GMT', '']),
    JSON.stringify([
      400,
      { error: { code: 'ErrorDuplicateTransactionId', '@event.existingEventId': 'AAMk1' } },
      '',
      '',
    ]),
    JSON.stringify([410, { error: { code: 'SyncStateNotFound' } }, '1.5', 'Tue, 10 Nov 2026 08:00:00 GMT']),
  ],
  words: ['resyncRequired', 'MailboxNotEnabledForRESTAPI', 'ErrorIrresolvableConflict', 'resourceModified'],
  check(input) {
    const value = jsonOf(input)
    const [status, body, retryAfter, date] = Array.isArray(value) ? (value as unknown[]) : []
    if (typeof status !== 'number' || !Number.isInteger(status) || status < 400 || status > 599) return
    const headers: Readonly<Record<string, unknown>> = { 'retry-after': retryAfter, date }
    const read = readFailure(status, (name) => (headers[name] ? String(headers[name]) : null), body)
    const { retryAfterMs = 0 } = read
    holds(Number.isFinite(retryAfterMs) && retryAfterMs >= 0, `the wait is ${retryAfterMs}`)
    const { code } = new GraphError(read)
    holds(code !== 'ITEM_GONE' || status === 404, `${status} is taken for an item that is gone`)
    const { kind } = answerTo({ kind: 'delete', providerId: 'AAMk1', etag: 'a' }, { failure: read })
    const isSaid = /^erroritemnotfound$/i.test(read.code)
    holds(kind !== 'gone' || status === 404 || isSaid, `${status} ${read.code} is taken for an event that is gone`)
    holds(kind !== 'done', `${status} is taken for a success`)
  },
}

const batch: ParserTarget = {
  name: 'graph-batch',
  property: 'each request has the answer that bears its id, or none; no failure is a success',
  seeds: [
    JSON.stringify({
      responses: [
        { id: '2', status: 201, headers: { 'Content-Type': 'application/json' }, body: EVENT },
        { id: '1', status: 429, headers: { 'Retry-After': '3' }, body: { error: { code: 'TooManyRequests' } } },
      ],
    }),
  ],
  words: ['3', '204', 'responses', 'body'],
  async check(input) {
    const answer = jsonOf(input)
    const requests = ['/a', '/b', '/c'].map((target) => ({ method: 'GET' as const, target }))
    const replies = await accepted(() => sendBatch(async () => answer, requests))
    if (replies === undefined) return
    holds(replies.length === requests.length, 'there are as many replies as requests')
    const given = (answer as { responses: readonly ({ id?: unknown; status?: unknown } | null)[] }).responses
    for (const [at, reply] of replies.entries())
      if (reply !== undefined && 'body' in reply)
        holds(
          given.some((item) => item?.id === String(at + 1) && Math.floor(Number(item.status) / 100) === 2),
          'a success that Graph did not tell',
        )
  },
}

const reading = <Value>(
  name: string,
  schema: z.ZodType<Value>,
  map: (value: Value) => unknown,
  seed: unknown,
): ParserTarget => ({
  name,
  property: 'what is read is data',
  seeds: [JSON.stringify(seed)],
  async check(input) {
    holdsData(await accepted(() => map(parse(schema, jsonOf(input)))))
  },
})

export const GRAPH: readonly ParserTarget[] = [
  deltaPage,
  recurrence,
  failure,
  batch,
  reading('graph-calendars', CalendarPage, (page) => page, {
    value: [{ id: 'c', name: CANARY, canEdit: true, hexColor: '#aabbcc', allowedOnlineMeetingProviders: ['teams'] }],
  }),
  reading('graph-settings', MailboxSettings, mapSettings, {
    ...{ timeZone: 'Romance Standard Time', language: { locale: 'da-DK' } },
    workingHours: {
      ...{ daysOfWeek: ['monday', 'friday'], startTime: '08:00:00.0000000', endTime: '17:00:00.0000000' },
      timeZone: { name: 'Customized Time Zone' },
    },
  }),
]
