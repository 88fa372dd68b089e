import { expect, test } from 'vitest'
import { NotificationBatch } from '../../shared/microsoft/graph/wire.ts'
import { at, graphAnswering, NEXT, OCCURRENCE, page, SINGLE, WINDOW } from '../support/graph-answering.ts'

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

test.each([null, undefined, 7, ['a'], 'x'.repeat(129)])(
  'a notification with the client state %j does not spoil the others of its batch',
  (clientState) => {
    const value = [{ subscriptionId: 'a', clientState }, { clientState: 'ours' }]
    expect(NotificationBatch.parse({ value }).value).toEqual([{ clientState: '' }, { clientState: 'ours' }])
  },
)
