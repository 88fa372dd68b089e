import { expect, test } from 'vitest'
import type { Call, EventPatch } from '../../shared/push/writer.ts'
import { creation, eventOf, existing, primary, search, TIMES, writerFixture } from '../support/event-writer.ts'
import { dailySeries, oneHour } from '../support/graph-stand-in.ts'
import { KEY } from '../support/push.ts'

test('an event that is created with every field reads back with what was wanted', async () => {
  const fixture = writerFixture()
  const content: EventPatch = {
    summary: 'Board <meeting> & "lunch"',
    description: { format: 'text', content: 'Agenda: 1 < 2 & 3' },
    times: TIMES,
    location: { description: 'Harbour', latitude: 55.5, longitude: 12.25 },
    attendees: [
      { email: 'bo@x.test', name: 'Bo', kind: 'required' },
      { email: 'ci@x.test', name: 'Ci', kind: 'optional' },
    ],
    reminderMinutes: 45,
    transparency: 'out_of_office',
    sensitivity: 'private',
    url: 'https://flow.test/1',
    categories: ['Red category'],
    conferencing: 'teams',
  }
  const created = eventOf(await fixture.one(creation(fixture, content)))
  const read = eventOf(await fixture.one({ kind: 'read', providerId: created.providerId }))
  expect(read).toEqual(created)
  expect(read).toMatchObject({
    summary: 'Board <meeting> & "lunch"',
    description: 'Agenda: 1 < 2 & 3',
    ...TIMES,
    location: content.location,
    attendees: [
      { email: 'bo@x.test', name: 'Bo', kind: 'required' },
      { email: 'ci@x.test', name: 'Ci', kind: 'optional' },
    ],
    reminderMinutes: 45,
    transparency: 'out_of_office',
    sensitivity: 'private',
    categories: ['Red category'],
    onlineMeeting: { provider: 'teams' },
    marker: 'm.1',
    organizedByAccount: true,
    kind: 'single',
  })
})

test('whole days and a series read back with what was wanted', async () => {
  const fixture = writerFixture()
  const days = { start: { kind: 'date', date: '2026-11-10' }, end: { kind: 'date', date: '2026-11-12' } } as const
  expect(eventOf(await fixture.one(creation(fixture, { times: days }, 'days.1')))).toMatchObject(days)
  const recurrence = {
    frequency: 'weekly',
    interval: 2,
    weekdays: ['TU', 'TH'],
    weekStart: 'MO',
    startDate: '2026-11-10',
    count: 5,
    zone: 'Europe/Paris',
  } as const
  const series = await fixture.one(creation(fixture, { summary: 'Every week', times: TIMES, recurrence }, 'series.1'))
  const content = { summary: 'Every week', ...TIMES, marker: 'series.1' }
  expect(series).toMatchObject({ kind: 'item', item: { kind: 'series', master: { content, recurrence } } })
})

test('a change leaves alone what it does not name', async () => {
  const fixture = writerFixture()
  const created = eventOf(
    await fixture.one(creation(fixture, { summary: 'Old', times: TIMES, location: { description: 'Room 1' } })),
  )
  const changed = eventOf(await fixture.one({ ...created, kind: 'update', patch: { location: null } }))
  expect(changed).toMatchObject({ providerId: created.providerId, summary: 'Old', ...TIMES, location: undefined })
  expect(changed.etag).not.toBe(created.etag)
  expect(await fixture.bodySent(-1)).toEqual({ location: { displayName: '' } })
})

test('an event becomes a day and a time again', async () => {
  const fixture = writerFixture()
  const days = { start: { kind: 'date', date: '2026-11-10' }, end: { kind: 'date', date: '2026-11-11' } } as const
  const { providerId, etag } = await existing(fixture)
  const day = eventOf(await fixture.one({ kind: 'update', providerId, etag, patch: { times: days } }))
  expect(day).toMatchObject(days)
  const again = await fixture.one({ kind: 'update', providerId, etag: day.etag, patch: { times: TIMES } })
  expect(eventOf(again)).toMatchObject(TIMES)
})

test('one call is a request of its own, with the preferences of a delta round and the version', async () => {
  const fixture = writerFixture()
  const { providerId, etag } = await existing(fixture)
  await fixture.one({ kind: 'update', providerId, etag, patch: { summary: 'New' } })
  const [request] = fixture.sent
  expect([request?.method, request?.url]).toEqual([
    'PATCH',
    `http://graph.test/v1.0/me/events/${encodeURIComponent(providerId)}`,
  ])
  expect(request?.headers.get('if-match')).toBe(etag)
  expect(request?.headers.get('prefer')).toBe(
    'IdType="ImmutableId", outlook.timezone="UTC", outlook.body-content-type="text"',
  )
})

test('several calls are one batch, each item with its own address, headers and body, and depending on no other', async () => {
  const fixture = writerFixture()
  const [one, other] = [await existing(fixture), await existing(fixture)]
  const answers = await fixture.run(
    creation(fixture),
    { kind: 'update', ...one, patch: { summary: 'Changed' } },
    { kind: 'delete', ...other },
    search(fixture),
  )
  expect(answers.map(({ kind }) => kind)).toEqual(['item', 'item', 'done', 'gone'])
  expect(fixture.sent.map(({ method, url }) => [method, url])).toEqual([['POST', 'http://graph.test/v1.0/$batch']])
  const { requests } = (await fixture.bodySent(0)) as { requests: Record<string, unknown>[] }
  const prefer = 'IdType="ImmutableId", outlook.timezone="UTC", outlook.body-content-type="text"'
  const json = { 'Content-Type': 'application/json' }
  expect(requests).toEqual([
    {
      id: '1',
      method: 'POST',
      url: `/me/calendars/${encodeURIComponent(primary(fixture))}/events`,
      headers: { Prefer: prefer, ...json },
      body: expect.objectContaining({ transactionId: 'm.1' }),
    },
    {
      id: '2',
      method: 'PATCH',
      url: `/me/events/${encodeURIComponent(one.providerId)}`,
      headers: { Prefer: prefer, 'If-Match': one.etag, ...json },
      body: { subject: 'Changed' },
    },
    {
      id: '3',
      method: 'DELETE',
      url: `/me/events/${encodeURIComponent(other.providerId)}`,
      headers: { Prefer: 'IdType="ImmutableId"', 'If-Match': other.etag },
    },
    {
      id: '4',
      method: 'GET',
      url: expect.stringMatching(
        /^\/me\/calendars\/[^/]+\/events\?\$filter=singleValueExtendedProperties%2FAny.+&\$top=50$/,
      ),
      headers: { Prefer: prefer },
    },
  ])
})

test('no call is no request, and a fifth call is a bug', async () => {
  const fixture = writerFixture()
  expect(await fixture.run()).toEqual([])
  const calls = Array.from({ length: 5 }, () => creation(fixture))
  await expect(fixture.run(...calls)).rejects.toMatchObject({ code: 'INTERNAL' })
  expect(fixture.sent).toEqual([])
})

test.each([
  ['accepted', 'accepted'],
  ['tentative', 'tentative'],
] as const)('an invitation is %s', async (response, participation) => {
  const fixture = writerFixture()
  const organizer = { name: 'Bo', address: 'bo@contoso.test' }
  const providerId = fixture.mailbox.create(oneHour('Invitation', '2026-11-10'), { organizer }).item.id
  expect(await fixture.one({ kind: 'respond', providerId, response, isTold: true })).toEqual({ kind: 'done' })
  expect(await fixture.bodySent(0)).toEqual({ sendResponse: true })
  expect(eventOf(await fixture.one({ kind: 'read', providerId }))).toMatchObject({ participation })
})

test('an answer that the organizer does not want is refused when it is sent, and taken when it is not', async () => {
  const fixture = writerFixture()
  const organizer = { name: 'Bo', address: 'bo@contoso.test' }
  const body = { ...oneHour('Invitation', '2026-11-10'), responseRequested: false }
  const providerId = fixture.mailbox.create(body, { organizer }).item.id
  const respond = (isTold: boolean) => fixture.one({ kind: 'respond', providerId, response: 'accepted', isTold })
  expect(eventOf(await fixture.one({ kind: 'read', providerId }))).toMatchObject({ answersWanted: false })
  expect(await respond(true)).toEqual({ kind: 'refused', code: 'ErrorInvalidRequest' })
  expect(await respond(false)).toEqual({ kind: 'done' })
  const read = eventOf(await fixture.one({ kind: 'read', providerId }))
  expect(read).toMatchObject({ participation: 'accepted', answersWanted: false })
})

test('an invitation that is declined leaves the calendar, and nobody answers an own event', async () => {
  const fixture = writerFixture()
  const organizer = { name: 'Bo', address: 'bo@contoso.test' }
  const providerId = fixture.mailbox.create(oneHour('Invitation', '2026-11-10'), { organizer }).item.id
  const own = await existing(fixture)
  expect(
    await fixture.run(
      { kind: 'respond', providerId, response: 'declined', isTold: true },
      { kind: 'respond', providerId: own.providerId, response: 'accepted', isTold: true },
    ),
  ).toEqual([{ kind: 'done' }, { kind: 'refused', code: 'ErrorInvalidRequest' }])
  expect(await fixture.listed(providerId, '2026-11-10')).toEqual({ kind: 'gone' })
})

test('a calendar shows an event on its day, an occurrence, and a series where it begins', async () => {
  const fixture = writerFixture()
  const single = await existing(fixture)
  const series = await existing(fixture, dailySeries('Every day', '2026-11-10', 5))
  const [occurrence] = fixture.mailbox.instances(series.providerId, { from: 0, to: Date.parse('2027-01-01') })
  const occurrenceId = `${series.providerId}O${occurrence?.date?.replaceAll('-', '')}A=`
  for (const id of [single.providerId, series.providerId, occurrenceId])
    expect(await fixture.listed(id, '2026-11-10')).toEqual({ kind: 'done' })
  expect(await fixture.listed(single.providerId, '2026-11-20')).toEqual({ kind: 'gone' })
  for (const id of [single.providerId, series.providerId]) fixture.mailbox.remove(id)
  for (const id of [single.providerId, series.providerId, occurrenceId]) {
    expect(await fixture.one({ kind: 'read', providerId: id })).toMatchObject({ kind: 'item' })
    expect(await fixture.listed(id, '2026-11-10')).toEqual({ kind: 'gone' })
  }
})

test('the calendars of a mailbox are its own that may be written to', async () => {
  const fixture = writerFixture()
  const { world, person, mailbox } = fixture
  const other = world.mailboxOf(world.addPerson({ tid: person.tid, displayName: 'Bo' }).oid)
  other.shareCalendar(other.calendar().id, mailbox, { canEdit: true })
  mailbox.addCalendar({ name: 'Holidays', canEdit: false })
  const { id } = mailbox.addCalendar({ name: 'Projects' })
  expect(await fixture.one({ kind: 'calendars' })).toEqual({ kind: 'calendars', providerIds: [primary(fixture), id] })
})

test('a search finds the event of a name whatever its transaction id, and none that was deleted', async () => {
  const fixture = writerFixture()
  const { providerId: knownAs } = eventOf(await fixture.one(creation(fixture, undefined, `${KEY}.2`)))
  const named = { ...search(fixture, 7), knownAs } as Call
  expect(await fixture.one(search(fixture, 7))).toEqual({ kind: 'gone' })
  expect(eventOf(await fixture.one(named)).providerId).toBe(knownAs)
  fixture.mailbox.remove(knownAs)
  expect(await fixture.one(named)).toEqual({ kind: 'gone' })
})

test('an occurrence and its series are read as what they are', async () => {
  const fixture = writerFixture()
  const { providerId } = await existing(fixture, dailySeries('Every day', '2026-11-10', 5))
  expect(await fixture.one({ kind: 'read', providerId })).toMatchObject({ item: { kind: 'series' } })
  const window = 'startDateTime=2026-11-01T00:00:00Z&endDateTime=2026-12-01T00:00:00Z'
  const { value } = await fixture.get<{ value: { id: string }[] }>(`/me/events/${providerId}/instances?${window}`)
  const occurrence = await fixture.one({ kind: 'read', providerId: value[0]?.id ?? '' })
  expect(eventOf(occurrence)).toMatchObject({
    kind: 'occurrence',
    summary: 'Every day',
    seriesProviderId: providerId,
  })
})

const LINE = '_'.repeat(80)
const JOIN = 'https://teams.microsoft.com/l/meetup-join/19%3a1'
const PART = `<div>${LINE}</div><div><a href="${JOIN}">${JOIN}</a></div>`

test('a new description of a meeting leaves its meeting part where it is', async () => {
  const fixture = writerFixture()
  const body = { contentType: 'html', content: `<html><body><p>Old</p>${PART}</body></html>` }
  const meeting = { ...oneHour('Meeting', '2026-11-10'), body, isOnlineMeeting: true }
  const { providerId, etag } = await existing(fixture, meeting)
  expect(eventOf(await fixture.one({ kind: 'read', providerId })).description).toBe('Old')
  const part = await fixture.one({ kind: 'meeting', providerId })
  if (part.kind !== 'meeting') throw new Error(part.kind)
  expect(part.blob).toContain(JOIN)
  expect(part.blob).not.toContain('Old')
  const description = { format: 'text', content: 'New: 1 < 2\n& more' } as const
  const patch = { description }
  const update = { kind: 'update', providerId, etag, patch, meetingBlob: part.blob } as const
  expect(eventOf(await fixture.one(update)).description).toMatch(/^New: 1 < 2\r?\n& more$/)
  expect(await fixture.one({ kind: 'meeting', providerId })).toMatchObject({ kind: 'meeting', blob: part.blob })
})

test('the meeting part is asked for as HTML, and another event has none', async () => {
  const fixture = writerFixture()
  const { providerId } = await existing(fixture)
  expect(await fixture.one({ kind: 'meeting', providerId })).toEqual({ kind: 'meeting', blob: '' })
  const [request] = fixture.sent
  expect(new URL(request?.url ?? '').search).toBe('?$select=body,isOnlineMeeting')
  expect(request?.headers.get('prefer')).toBe('IdType="ImmutableId", outlook.body-content-type="html"')
})
