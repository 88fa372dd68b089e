import { expect, test } from 'vitest'
import { dailySeries, graphFixture, oneHour } from '../support/graph-stand-in.ts'

interface Page {
  value: Record<string, never>[]
  '@odata.nextLink'?: string
  '@odata.deltaLink'?: string
}
interface Event extends Record<string, unknown> {
  id: string
  start: { dateTime: string; timeZone: string }
}
const WINDOW = 'startDateTime=2026-11-01T00:00:00Z&endDateTime=2026-12-01T00:00:00Z'
const IMMUTABLE = { prefer: 'IdType="ImmutableId"' }

const failure = async (response: Response) => {
  const { error } = (await response.json()) as { error: { code: string; innerError: object } }
  expect(Object.keys(error.innerError)).toEqual(['date', 'request-id', 'client-request-id'])
  return { status: response.status, code: error.code }
}

test.each([
  ['no token', { authorization: '' }, 401, 'InvalidAuthenticationToken'],
  ['a made-up token', { authorization: 'Bearer nonsense' }, 401, 'InvalidAuthenticationToken'],
  ['an expired token', { authorization: 'Bearer expired' }, 401, 'InvalidAuthenticationToken'],
  ['a token without the scope', { authorization: 'Bearer narrow' }, 403, 'ErrorAccessDenied'],
])('%s opens no calendar', async (_, headers, status, code) => {
  const { call } = graphFixture()
  expect(await failure(await call('GET', '/me/events', undefined, headers))).toEqual({ status, code })
})

test('a token opens the mailbox of its own person only', async () => {
  const { call, world, person } = graphFixture()
  const other = world.addPerson({ tid: person.tid, displayName: 'Bo Lind' })
  expect((await call('GET', `/users/${person.oid}/events`)).status).toBe(200)
  expect(await failure(await call('GET', `/users/${other.oid}/events`))).toEqual({
    status: 403,
    code: 'ErrorAccessDenied',
  })
})

test('an event is created, read, changed and deleted, and its etag changes with it', async () => {
  const { call, get } = graphFixture()
  const created = (await (await call('POST', '/me/events', oneHour('first', '2026-11-10'))).json()) as Event
  const changed = (await (await call('PATCH', `/me/events/${created.id}`, { subject: 'second' })).json()) as Event
  expect(changed['@odata.etag']).not.toBe(created['@odata.etag'])
  expect(await get(`/me/events/${created.id}`)).toMatchObject({
    subject: 'second',
    '@odata.etag': changed['@odata.etag'],
  })
  expect((await call('DELETE', `/me/events/${created.id}`)).status).toBe(204)
  expect(await failure(await call('GET', `/me/events/${created.id}`))).toEqual({
    status: 404,
    code: 'ErrorItemNotFound',
  })
})

test('times come in the zone that the request prefers, and dates of all-day events never move', async () => {
  const { call, get } = graphFixture()
  const timed = (await (await call('POST', '/me/events', oneHour('timed', '2026-11-10'))).json()) as Event
  const midnight = (day: string) => ({ dateTime: `${day}T00:00:00`, timeZone: 'UTC' })
  const allDay = { subject: 'day', isAllDay: true, start: midnight('2026-11-10'), end: midnight('2026-11-11') }
  const dated = (await (await call('POST', '/me/events', allDay)).json()) as Event
  const prefer = { prefer: 'outlook.timezone="Eastern Standard Time"' }
  const zoned = (day: string) => ({ dateTime: `2026-11-${day}.0000000`, timeZone: 'Eastern Standard Time' })
  expect((await get<Event>(`/me/events/${timed.id}`, prefer)).start).toEqual(zoned('10T04:00:00'))
  expect((await get<Event>(`/me/events/${dated.id}`, prefer)).start).toEqual(zoned('10T00:00:00'))
})

test('an id has two forms, and either one finds the event', async () => {
  const { call, get, mailbox } = graphFixture()
  const { id } = mailbox.create(oneHour('one', '2026-11-10')).item
  const regular = await get<Event>(`/me/events/${id}`)
  expect(regular.id).not.toBe(id)
  expect((await get<Event>(`/me/events/${regular.id}`, IMMUTABLE)).id).toBe(id)
  expect((await call('GET', `/me/events/${id.toLowerCase()}`)).status).toBe(404)
})

test.each([
  ['no end', { start: { dateTime: '2026-11-10T09:00:00', timeZone: 'UTC' } }, 'ErrorInvalidRequest'],
  ['an unknown property', { ...oneHour('x', '2026-11-10'), colour: 'red' }, 'RequestBodyRead'],
  [
    'an end before its start',
    { ...oneHour('x', '2026-11-10'), end: { dateTime: '2026-11-09T09:00', timeZone: 'UTC' } },
    'ErrorPropertyValidationFailure',
  ],
  [
    'an all-day event that begins at nine',
    { ...oneHour('x', '2026-11-10'), isAllDay: true },
    'ErrorPropertyValidationFailure',
  ],
  [
    'a zone nobody knows',
    { ...oneHour('x', '2026-11-10'), end: { dateTime: '2026-11-10T10:00', timeZone: 'Mars' } },
    'TimeZoneNotSupportedException',
  ],
  [
    'a zone that is no main zone',
    { ...oneHour('x', '2026-11-10'), end: { dateTime: '2026-11-10T10:00', timeZone: 'Europe/Copenhagen' } },
    'TimeZoneNotSupportedException',
  ],
])('an event with %s is refused', async (_, body, code) => {
  const { call } = graphFixture()
  expect(await failure(await call('POST', '/me/events', body))).toEqual({ status: 400, code })
})

test('a stale etag is refused with 412, and the event stays as it is', async () => {
  const { call, get, mailbox } = graphFixture()
  const { id } = mailbox.create(oneHour('first', '2026-11-10')).item
  const { '@odata.etag': etag } = await get<{ '@odata.etag': string }>(`/me/events/${id}`)
  mailbox.patch(id, { subject: 'second' })
  const stale = await call('PATCH', `/me/events/${id}`, { subject: 'third' }, { 'if-match': etag })
  expect(await failure(stale)).toEqual({ status: 412, code: 'ErrorIrresolvableConflict' })
  expect(await get(`/me/events/${id}`)).toMatchObject({ subject: 'second' })
})

test('a transaction id makes one event, also after that event is gone', async () => {
  const { call, mailbox } = graphFixture()
  const body = { ...oneHour('once', '2026-11-10'), transactionId: 'one' }
  const created = (await (await call('POST', '/me/events', body)).json()) as Event
  const again = await call('POST', '/me/events', body)
  expect(await again.json()).toMatchObject({
    error: { code: 'ErrorDuplicateTransactionId', '@event.existingEventId': expect.any(String) },
  })
  mailbox.remove(created.id)
  expect((await call('POST', '/me/events', body)).status).toBe(400)
})

test('an extended property finds its event and is told only when asked for', async () => {
  const { call, get } = graphFixture()
  const property = { id: 'String {66f5a359-4659-4830-9070-00047ec6ac6e} Name Link', value: 'A/1' }
  await call('POST', '/me/events', oneHour('other', '2026-11-10'))
  await call('POST', '/me/events', { ...oneHour('tagged', '2026-11-10'), singleValueExtendedProperties: [property] })
  const filter = encodeURIComponent(
    `singleValueExtendedProperties/Any(ep: ep/id eq '${property.id}' and ep/value eq 'a/1')`,
  )
  const expand = encodeURIComponent(`singleValueExtendedProperties($filter=id eq '${property.id}')`)
  const found = await get<Page>(`/me/events?$filter=${filter}`)
  expect(
    found.value.map(({ subject, singleValueExtendedProperties }) => [subject, singleValueExtendedProperties]),
  ).toEqual([['tagged', undefined]])
  const expanded = await get<Page>(`/me/events?$filter=${filter}&$expand=${expand}`)
  expect(expanded.value[0]).toMatchObject({ singleValueExtendedProperties: [property] })
})

test('a list is followed page by page to its end', async () => {
  const { get, mailbox } = graphFixture()
  for (let day = 10; day < 15; day += 1) mailbox.create(oneHour(`${day}`, `2026-11-${day}`))
  const subjects: string[] = []
  for (let next: string | undefined = `/me/calendarView?${WINDOW}&$top=2&$select=subject`; next; ) {
    const page: Page = await get(next)
    subjects.push(...page.value.map(({ subject }) => String(subject)))
    next = page['@odata.nextLink']
  }
  expect(subjects).toEqual(['10', '11', '12', '13', '14'])
})

test('a delta round of another calendar goes from link to link', async () => {
  const { call, get, mailbox } = graphFixture()
  const { id } = mailbox.addCalendar({ name: 'Projects' })
  await call('POST', `/me/calendars/${id}/events`, dailySeries('standup', '2026-11-10', 2))
  const first = await get<Page>(`/me/calendars/${id}/calendarView/delta?${WINDOW}`, IMMUTABLE)
  expect(first.value.map(({ type }) => type)).toEqual(['seriesMaster', 'occurrence', 'occurrence'])
  expect(Object.keys(first.value[1] ?? {})).toEqual([
    '@odata.type',
    '@odata.etag',
    'id',
    'seriesMasterId',
    'type',
    'start',
    'end',
  ])
  expect(first.value[1]).toMatchObject({ start: { dateTime: '2026-11-10T08:00:00.0000000', timeZone: 'UTC' } })
  mailbox.create(oneHour('new', '2026-11-11'), { calendarId: id })
  const second = await get<Page>(first['@odata.deltaLink'] ?? '', IMMUTABLE)
  expect(second.value.map(({ subject }) => subject)).toEqual(['new'])
})

test.each(['$select=subject', '$filter=x', '$top=5', '$orderby=x'])('delta refuses %s', async (parameter) => {
  const { call } = graphFixture()
  const response = await call('GET', `/me/calendarView/delta?${WINDOW}&${parameter}`)
  expect(await failure(response)).toEqual({ status: 400, code: 'ErrorInvalidUrlQuery' })
})

test('an expired delta token is answered with 410, and with an address to begin again when so ordered', async () => {
  const { call, get, mailbox, faults } = graphFixture()
  const { '@odata.deltaLink': link = '' } = await get<Page>(`/me/calendarView/delta?${WINDOW}`)
  mailbox.expireTokens()
  expect(await failure(await call('GET', link))).toEqual({ status: 410, code: 'SyncStateNotFound' })
  faults.delta.locationOnGone = true
  const location = (await call('GET', link)).headers.get('location') ?? ''
  expect((await call('GET', location)).status).toBe(200)
})

test('cancelled occurrences and exceptions are told with their series when asked for', async () => {
  const { call, get, mailbox } = graphFixture()
  const { id } = mailbox.create(dailySeries('standup', '2026-11-10', 4)).item
  const shown = await get<{ value: Event[] }>(`/me/events/${id}/instances?${WINDOW}`, IMMUTABLE)
  await call('DELETE', `/me/events/${shown.value[1]?.id}`)
  await call('PATCH', `/me/events/${shown.value[2]?.id}`, { subject: 'other' })
  const master = await get(
    `/me/events/${id}?$select=subject,cancelledOccurrences&$expand=exceptionOccurrences`,
    IMMUTABLE,
  )
  expect(master).toMatchObject({
    cancelledOccurrences: [`OID.${id}.2026-11-11`],
    exceptionOccurrences: [{ subject: 'other', type: 'exception' }],
  })
})

test('paths are understood in any case and in their long forms', async () => {
  const { call, mailbox, person } = graphFixture()
  const { id } = mailbox.calendar()
  const paths = [
    `/Me/CalendarView/Delta?${WINDOW}`,
    `/users/${person.oid}/calendars/${id}/calendarview/microsoft.graph.delta()?${WINDOW}`,
    `/users('${person.oid}')/calendars('${id}')/events`,
    `/me/outlook/supportedTimeZones(TimeZoneStandard=microsoft.graph.timeZoneStandard'Iana')`,
  ]
  for (const path of paths) expect((await call('GET', path)).status, path).toBe(200)
})

test('a batch runs its requests, and a failed one fails those that depend on it only', async () => {
  const { call } = graphFixture()
  const requests = [
    { id: '1', method: 'POST', url: '/me/events', body: oneHour('made', '2026-11-10') },
    { id: '2', method: 'GET', url: '/me/events/unknown', dependsOn: ['1'] },
    { id: '3', method: 'GET', url: '/me', dependsOn: ['2'] },
  ]
  const response = await call('POST', '/$batch', { requests })
  const { responses } = (await response.json()) as { responses: { id: string; status: number }[] }
  expect(responses.map(({ id, status }) => [id, status])).toEqual([
    ['1', 201],
    ['2', 404],
    ['3', 424],
  ])
})

test('ordered failures are given as often as ordered, also after the work was done', async () => {
  const { call, get, faults } = graphFixture()
  faults.answers = [
    { status: 429, times: 1, retryAfter: '2.128' },
    { status: 504, times: 1, method: 'POST', afterCommit: true },
  ]
  const throttled = await call('GET', '/me/events')
  expect([throttled.status, throttled.headers.get('retry-after')]).toEqual([429, '2.128'])
  expect((await call('POST', '/me/events', oneHour('made', '2026-11-10'))).status).toBe(504)
  expect((await get<Page>('/me/events')).value.map(({ subject }) => subject)).toEqual(['made'])
})

test('the fifth request at a time for one mailbox is refused', async () => {
  const { call, faults, clock } = graphFixture()
  faults.pageDelayMs = 100
  const answers = Array.from({ length: 5 }, () => call('GET', `/me/calendarView?${WINDOW}`))
  expect((await answers[4])?.status).toBe(429)
  await clock.advance(faults.pageDelayMs as never)
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200, 200, 200, 429])
})

test('the request log tells what was asked without the tokens', async () => {
  const { get, graph, person } = graphFixture()
  const { '@odata.deltaLink': link = '' } = await get<Page>(`/me/calendarView/delta?${WINDOW}`)
  await get(link)
  const logged = graph.requests.list().map(({ method, status, oid, path }) => ({ method, status, oid, path }))
  const path = `/v1.0/users/${person.oid}/calendar/calendarView/delta?$deltatoken=...`
  expect(logged.at(-1)).toEqual({ method: 'GET', status: 200, oid: person.oid, path })
})
