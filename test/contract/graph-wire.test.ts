import { expect, test } from 'vitest'
import { systemRandom } from '../../shared/core/random.ts'
import { epochMs } from '../../shared/core/time.ts'
import { createGraphClient, type GraphRequest } from '../../shared/microsoft/graph/client.ts'
import { createMailbox } from '../../shared/microsoft/graph/mailbox.ts'
import { NotificationBatch } from '../../shared/microsoft/graph/wire.ts'

const GRAPH = 'https://graph.example'
const NEXT = `${GRAPH}/v1.0/Me/calendarview/delta?$skiptoken=aB%2Bc+d`
const WINDOW = { from: epochMs(Date.UTC(2026, 10, 1)), to: epochMs(Date.UTC(2026, 11, 1)) }

interface Sent {
  readonly url: string
  readonly method: string | undefined
  readonly headers: Headers
  readonly body: unknown
}

/** The client and a mailbox in front of a Graph that answers as told, and what reached it. */
function graphAnswering(answer: () => Response | Promise<Response>) {
  const sent: Sent[] = []
  const fetch = async (input: RequestInfo | URL, init?: RequestInit) => {
    sent.push({ url: String(input), method: init?.method, headers: new Headers(init?.headers), body: init?.body })
    return answer()
  }
  const send = createGraphClient({ graphUrl: GRAPH, fetch, random: systemRandom }, 'a-token')
  const urls = { notificationUrl: 'https://sync.example/n', lifecycleUrl: 'https://sync.example/l' }
  return { send, sent, mailbox: createMailbox({ send, ...urls }) }
}

const at = (dateTime: string, timeZone = 'UTC') => ({ dateTime, timeZone })

const OCCURRENCE = {
  '@odata.etag': 'W/"1"',
  id: 'occurrence-1',
  type: 'occurrence',
  seriesMasterId: 'series-1',
  start: at('2026-11-10T08:00:00.0000000'),
  end: at('2026-11-10T09:30:00.0000000'),
}
const SINGLE = { ...OCCURRENCE, id: 'single-1', type: 'singleInstance', seriesMasterId: null, isAllDay: false }

const page = (value: readonly object[], links: object = { '@odata.deltaLink': NEXT }) => ({ value, ...links })

/** What the pull gets for one item of a page. */
async function pulled(item: object) {
  const { mailbox } = graphAnswering(() => Response.json(page([item])))
  return (await mailbox.changes('c1', WINDOW, undefined)).items[0]
}

test('texts that are null are empty, and an event without them is an event', async () => {
  const nulls = { subject: null, body: null, bodyPreview: null, location: null, organizer: null, attendees: null }
  const content = { kind: 'single', summary: '', description: '', attendees: [], organizedByAccount: true }
  expect(await pulled({ ...SINGLE, ...nulls, iCalUId: null })).toMatchObject({ kind: 'event', event: content })
})

test('a place that is nowhere, and a rule of an unknown kind, keep no event from being read', async () => {
  const location = { displayName: 'Online', coordinates: { latitude: 'NaN', longitude: 'NaN' } }
  const recurrence = { pattern: { type: 'lunar', interval: 1 }, range: { type: 'noEnd', startDate: '2026-11-10' } }
  const single = await pulled({ ...SINGLE, location })
  expect(single).toMatchObject({ event: { location: { description: 'Online', latitude: undefined } } })
  const series = await pulled({ ...SINGLE, type: 'seriesMaster', recurrence })
  expect(series).toMatchObject({ kind: 'series', master: { providerId: 'single-1', recurrence: undefined } })
})

test('an attendee without an address is left out, and one without a name stays', async () => {
  const attendees = [
    { type: 'required', emailAddress: { name: 'Nobody', address: null } },
    { type: null, emailAddress: null },
    { type: 'optional', emailAddress: { name: null, address: 'bo@example.com' }, status: null },
  ]
  const left = [{ email: 'bo@example.com', kind: 'optional', status: 'unknown' }]
  expect(await pulled({ ...SINGLE, attendees })).toMatchObject({ event: { attendees: left } })
})

test('an occurrence with nothing but its times is sparse', async () => {
  expect(await pulled(OCCURRENCE)).toMatchObject({
    kind: 'sparse',
    providerId: 'occurrence-1',
    seriesProviderId: 'series-1',
    start: { kind: 'instant', at: Date.UTC(2026, 10, 10, 8) },
    end: { kind: 'instant', at: Date.UTC(2026, 10, 10, 9, 30) },
  })
})

test('a full occurrence is an event of its own', async () => {
  expect(await pulled({ ...OCCURRENCE, isAllDay: false, subject: 'Full' })).toMatchObject({
    kind: 'event',
    event: { kind: 'occurrence', summary: 'Full', seriesProviderId: 'series-1' },
  })
})

test.each([
  ['an attendee list that is text', { isAllDay: false, attendees: 'everyone' }],
  ['an isAllDay that is null', { isAllDay: null }],
  ['an isAllDay that is text', { isAllDay: 'false' }],
  ['a subject that is a number', { isAllDay: false, subject: 7 }],
])('a full occurrence with %s is refused and not taken for a sparse one', async (_, change) => {
  await expect(pulled({ ...OCCURRENCE, ...change })).rejects.toMatchObject({ code: 'MICROSOFT_UNEXPECTED_SHAPE' })
})

test.each([
  ['no version tag', { ...SINGLE, '@odata.etag': undefined }],
  ['an empty id', { ...SINGLE, id: '' }],
  ['no start', { ...SINGLE, start: undefined }],
  ['a kind nobody knows', { ...SINGLE, type: 'template' }],
  ['a start that is no time', { ...SINGLE, start: at('soon') }],
  ['a start in a zone nobody knows', { ...SINGLE, start: at('2026-11-10T08:00:00', 'tzone://Microsoft/Custom') }],
  ['a tombstone without an id', { '@removed': { reason: 'deleted' } }],
])('a page with %s is refused as a whole', async (_, item) => {
  const { mailbox } = graphAnswering(() => Response.json(page([SINGLE, item])))
  const changes = mailbox.changes('c1', WINDOW, undefined)
  await expect(changes).rejects.toMatchObject({ code: 'MICROSOFT_UNEXPECTED_SHAPE' })
})

test.each(['deleted', 'changed', null])('a tombstone with the reason %s is a removal', async (reason) => {
  expect(await pulled({ id: 'gone-1', '@removed': { reason } })).toEqual({ kind: 'removed', providerId: 'gone-1' })
})

test.each([
  ['m.1', 'm.1'],
  [null, undefined],
  [undefined, undefined],
])('an event created with the transaction id %s has the marker %s', async (transactionId, marker) => {
  expect(await pulled({ ...SINGLE, transactionId })).toHaveProperty('event.marker', marker)
})

test('the description of a meeting is what the person wrote, and of another event all there is', async () => {
  const joining = `${'_'.repeat(80)}\r\nJoin<https://teams.microsoft.com/l/meetup-join/19%3a1>`
  const body = { contentType: 'text', content: `Agenda\r\n${joining}` }
  const description = 'Agenda'
  expect(await pulled({ ...SINGLE, body, isOnlineMeeting: true })).toMatchObject({ event: { description } })
  expect(await pulled({ ...SINGLE, body })).toMatchObject({ event: { description: body.content } })
})

test.each([
  ['Romance Standard Time', 'Europe/Paris'],
  ['Europe/Copenhagen', 'Europe/Copenhagen'],
  ['tzone://Microsoft/Custom', undefined],
  ['Customized Time Zone', undefined],
  ['', undefined],
  [null, undefined],
])('an event planned in the zone %s keeps its instant', async (originalStartTimeZone, zone) => {
  const start = { kind: 'instant', at: Date.UTC(2026, 10, 10, 8), zone }
  expect(await pulled({ ...SINGLE, originalStartTimeZone })).toMatchObject({ event: { start } })
})

test.each(['UTC', 'Pacific Standard Time', 'tzone://Microsoft/Custom'])(
  'an all-day event with times in %s is on its days',
  async (zone) => {
    const days = { start: at('2026-11-10T00:00:00.0000000', zone), end: at('2026-11-12T00:00:00.0000000', zone) }
    const event = { start: { kind: 'date', date: '2026-11-10' }, end: { kind: 'date', date: '2026-11-12' } }
    expect(await pulled({ ...SINGLE, isAllDay: true, ...days })).toMatchObject({ event })
  },
)

test.each(['0001-01-01T00:00:00Z', '1601-01-01T00:00:00Z', 'yesterday', null])(
  'an event created at %s has no time of creation',
  async (createdDateTime) => {
    expect(await pulled({ ...SINGLE, createdDateTime })).toHaveProperty('event.createdAt', undefined)
  },
)

test.each([
  [{ type: 'noEnd', endDate: '0001-01-01', numberOfOccurrences: 0 }, undefined, undefined],
  [{ type: 'endDate', endDate: '2026-12-24', numberOfOccurrences: 0 }, '2026-12-24', undefined],
  [{ type: 'numbered', endDate: '0001-01-01', numberOfOccurrences: 9 }, undefined, 9],
])('a series with the range %o ends when it says so', async (range, untilDate, count) => {
  const recurrence = {
    pattern: { type: 'weekly', interval: 2, daysOfWeek: ['Tuesday'], month: 0, dayOfMonth: 0, index: 'first' },
    range: { startDate: '2026-11-10', recurrenceTimeZone: 'Customized Time Zone', ...range },
  }
  const item = await pulled({ ...SINGLE, type: 'seriesMaster', originalStartTimeZone: 'UTC', recurrence })
  const expected = { frequency: 'weekly', interval: 2, weekdays: ['TU'], untilDate, count, zone: 'UTC' }
  expect(item).toMatchObject({ kind: 'series', master: { recurrence: expected } })
})

test.each([
  ['both links', { '@odata.deltaLink': NEXT, '@odata.nextLink': NEXT }],
  ['no link', {}],
])('a page with %s is refused', async (_, links) => {
  const { mailbox } = graphAnswering(() => Response.json(page([], links)))
  const changes = mailbox.changes('c1', WINDOW, undefined)
  await expect(changes).rejects.toMatchObject({ code: 'MICROSOFT_UNEXPECTED_SHAPE' })
})

test('a link is sent back letter for letter, with the preferences of the first request', async () => {
  const { mailbox, sent } = graphAnswering(() => Response.json(page([], { '@odata.nextLink': NEXT })))
  const { nextLink } = await mailbox.changes('c1', WINDOW, undefined)
  await mailbox.changes('c1', WINDOW, nextLink)
  expect(sent[1]?.url).toBe(NEXT)
  expect(sent[1]?.headers.get('prefer')).toBe(sent[0]?.headers.get('prefer'))
  expect(sent[0]?.headers.get('prefer')).toContain('IdType="ImmutableId"')
})

test.each([
  'https://graph.example.evil.example/v1.0/me/events',
  'https://graph.example@evil.example/v1.0/me/events',
  'https://evil.example/?https://graph.example/v1.0',
  'http://graph.example/v1.0/me/events',
  'https://graph.example:8443/v1.0/me/events',
  'me/events?$skiptoken=1',
  '',
])('the link %s leads away from Graph and is not followed', async (link) => {
  const { mailbox, sent } = graphAnswering(() => Response.json(page([])))
  const changes = mailbox.changes('c1', WINDOW, link)
  await expect(changes).rejects.toMatchObject({ code: 'MICROSOFT_UNEXPECTED_SHAPE' })
  expect(sent).toEqual([])
})

test('a list of calendars that continues elsewhere is refused before the token goes there', async () => {
  const first = { value: [], '@odata.nextLink': 'https://evil.example/v1.0/me/calendars?$skip=10' }
  const { mailbox, sent } = graphAnswering(() => Response.json(first))
  await expect(mailbox.calendars()).rejects.toMatchObject({ code: 'MICROSOFT_UNEXPECTED_SHAPE' })
  expect(sent).toHaveLength(1)
})

test.each<GraphRequest>([
  { method: 'GET', target: '/me/events/1' },
  { method: 'POST', target: '/me/events', body: { subject: 'new' } },
  { method: 'PATCH', target: '/me/events/1', body: { subject: 'changed' } },
  { method: 'DELETE', target: '/me/events/1' },
])('$method is sent once, with the token and as JSON', async (request) => {
  const { send, sent } = graphAnswering(() => Response.json({ id: '1' }))
  expect(await send(request)).toEqual({ id: '1' })
  const [one] = sent
  expect([sent.length, one?.method, one?.url]).toEqual([1, request.method, `${GRAPH}/v1.0${request.target}`])
  expect(one?.headers.get('authorization')).toBe('Bearer a-token')
  expect(one?.body).toEqual(request.body === undefined ? undefined : JSON.stringify(request.body))
  if (request.body !== undefined) expect(one?.headers.get('content-type')).toContain('application/json')
})

test('a version is sent with the request that is about it, and with no other', async () => {
  const { send, sent } = graphAnswering(() => Response.json({}))
  await send({ method: 'PATCH', target: '/me/events/1', body: {}, ifMatch: 'W/"1"' })
  await send({ method: 'PATCH', target: '/me/events/1', body: {} })
  expect(sent.map(({ headers }) => headers.get('if-match'))).toEqual(['W/"1"', null])
})

test.each([1, 3])('a list of calendars that leads back after %i pages is a surprise, and has an end', async (count) => {
  let asked = 0
  const { mailbox } = graphAnswering(() => {
    const next = { '@odata.nextLink': `${GRAPH}/v1.0/me/calendars?$skip=${asked++ % count}` }
    return Response.json(page([], asked < 50 ? next : {}))
  })
  await expect(mailbox.calendars()).rejects.toMatchObject({ code: 'MICROSOFT_UNEXPECTED_SHAPE' })
  expect(asked).toBe(count + 1)
})

test.each([202, 204])('an answer of %i without a body is a success', async (status) => {
  const { send } = graphAnswering(() => new Response(null, { status }))
  expect(await send({ method: 'POST', target: '/me/events/1/cancel', body: {} })).toBeUndefined()
})

test('a success that is not JSON is a surprise', async () => {
  const { send } = graphAnswering(() => new Response('<html>'))
  const sending = send({ method: 'GET', target: '/me' })
  await expect(sending).rejects.toMatchObject({ code: 'MICROSOFT_UNEXPECTED_SHAPE' })
})

test('a connection that fails is Graph being away', async () => {
  const { send } = graphAnswering(() => Promise.reject(new TypeError('fetch failed')))
  await expect(send({ method: 'GET', target: '/me' })).rejects.toMatchObject({ code: 'MICROSOFT_UNREACHABLE' })
})

test.each([200, 400, 404, 503])('an answer of %i that breaks off is Graph being away', async (status) => {
  const body = () => new ReadableStream({ pull: (reader) => reader.error(new TypeError('terminated')) })
  const { send } = graphAnswering(() => new Response(body(), { status }))
  await expect(send({ method: 'GET', target: '/me' })).rejects.toMatchObject({ code: 'MICROSOFT_UNREACHABLE' })
})

const failing = (status: number, code: string, headers: Record<string, string> = {}) =>
  graphAnswering(() => Response.json({ error: { code, message: 'text' } }, { status, headers })).send({
    method: 'GET',
    target: '/me/events/1',
  })

test.each([
  [410, 'SyncStateNotFound', 'CURSOR_EXPIRED'],
  [410, '', 'CURSOR_EXPIRED'],
  [400, 'syncstatenotfound', 'CURSOR_EXPIRED'],
  [404, 'SYNCSTATEINVALID', 'CURSOR_EXPIRED'],
  [400, 'resyncRequired', 'CURSOR_EXPIRED'],
  [400, 'InvalidDeltaToken', 'CURSOR_EXPIRED'],
  [401, 'invalidauthenticationtoken', 'MICROSOFT_TOKEN_EXPIRED'],
  [404, 'erroritemnotfound', 'ITEM_GONE'],
  [409, 'conflict', 'SUBSCRIPTION_EXISTS'],
  [409, 'errorirresolvableconflict', 'MICROSOFT_REFUSED'],
  [412, 'ErrorIrresolvableConflict', 'MICROSOFT_REFUSED'],
  [400, 'ErrorDuplicateTransactionId', 'MICROSOFT_REFUSED'],
  [409, 'errorDuplicateTransactionId', 'MICROSOFT_REFUSED'],
  [403, 'ErrorAccessDenied', 'MICROSOFT_REFUSED'],
  [429, 'toomanyrequests', 'MICROSOFT_THROTTLED'],
  [503, 'applicationthrottled', 'MICROSOFT_THROTTLED'],
  [504, 'UnknownError', 'MICROSOFT_THROTTLED'],
  [500, 'generalException', 'MICROSOFT_UNREACHABLE'],
])('%i %s is %s', async (status, graphCode, code) => {
  await expect(failing(status, graphCode)).rejects.toMatchObject({ code, facts: { status, graphCode } })
})

test.each([
  ['10', 10_000],
  ['0', 0],
  ['1.25', 1250],
  ['Tue, 10 Nov 2026 08:00:30 GMT', 30_000],
  ['Tue, 10 Nov 2026 07:59:00 GMT', 0],
  ['soon', undefined],
  ['-1', undefined],
])('Retry-After %s asks for a wait of %s ms', async (retryAfter, retryAfterMs) => {
  const headers = { 'retry-after': retryAfter, date: 'Tue, 10 Nov 2026 08:00:00 GMT' }
  await expect(failing(429, 'TooManyRequests', headers)).rejects.toMatchObject({ retryAfterMs })
})

test('without Retry-After the wait is left to us', async () => {
  await expect(failing(429, 'TooManyRequests')).rejects.toMatchObject({ retryAfterMs: undefined })
})

test.each([
  ['an empty body', ''],
  ['a page of html', '<html><body>Bad Gateway</body></html>'],
  ['JSON of another shape', '{"error":"nope"}'],
])('a failure with %s is judged by its status', async (_, body) => {
  const { send } = graphAnswering(() => new Response(body, { status: 502 }))
  await expect(send({ method: 'GET', target: '/me' })).rejects.toMatchObject({ code: 'MICROSOFT_UNREACHABLE' })
})

test('what Graph says about a failure stays out of the message', async () => {
  const error = await failing(400, 'ErrorInvalidRequest').catch((reason: unknown) => reason)
  expect(String(error)).not.toContain('text')
})

test.each([null, undefined, 7, ['a'], 'x'.repeat(129)])(
  'a notification with the client state %j does not spoil the others of its batch',
  (clientState) => {
    const value = [{ subscriptionId: 'a', clientState }, { clientState: 'ours' }]
    expect(NotificationBatch.parse({ value }).value).toEqual([{ clientState: '' }, { clientState: 'ours' }])
  },
)
