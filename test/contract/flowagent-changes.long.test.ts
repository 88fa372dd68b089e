import { expect, test } from 'vitest'
import { COPENHAGEN, CREATION, DELETION, EDIT, event, useVisitor, wallOf } from '../support/flowagent-api-requests.ts'

const rig = useVisitor()

test('FlowAgent asks for the permission to change events and to answer invitations', async () => {
  const { body } = await rig.ask('POST', '/connect')
  const scope = new URL(String(body['location'])).searchParams.get('scope')
  expect(scope).toBe('read_events create_event delete_event change_participation_status')
})

test('a new event is sent with the id that FlowAgent made, and is the same item before and after it is in Outlook', async () => {
  rig.api().outcome = undefined
  expect((await rig.ask('POST', '/data/events', CREATION)).status).toBe(202)
  expect(rig.api().writes).toEqual([
    {
      method: 'POST',
      calendar: 'cal_1_a',
      body: { event_id: 'fa-1', summary: 'Planning', start: wallOf('20T09:30'), end: wallOf('20T10:00') },
    },
  ])
  expect(await rig.items()).toMatchObject([{ id: 'fa-1', isPending: true, mayEdit: true, title: 'Planning' }])
  rig.api().actions[0]?.settle({ state: 'applied' })
  await rig.visitor().hears('outcome')
  expect(await rig.items()).toMatchObject([{ id: 'fa-1', uid: 'evt_fa-1', isPending: false }])
})

test('everything the form can say reaches the API in its format', async () => {
  const fields = {
    ...CREATION.fields,
    place: 'Valby',
    notes: 'Bring cake',
    repeat: { frequency: 'weekly', interval: 2, days: ['friday'], until: '2026-12-18' },
    invite: [{ email: 'bo@x.example', name: 'Bo' }],
    teams: true,
  }
  await rig.ask('POST', '/data/events', { ...CREATION, fields })
  expect(rig.api().writes[0]?.body).toMatchObject({
    location: { description: 'Valby' },
    description: 'Bring cake',
    recurrence: {
      rules: [{ frequency: 'weekly', interval: 2, by_day: ['friday'], week_start: 'monday', until: '2026-12-18' }],
    },
    attendees: { invite: [{ email: 'bo@x.example', display_name: 'Bo' }] },
    conferencing: { profile_id: 'integrated' },
  })
})

test('an edit sends the changed fields and the version that the person saw', async () => {
  rig.api().put(event('evt_1', '18T10:00', '18T11:00'))
  await rig.ask('POST', '/data/events', { ...EDIT, fields: { place: '', remove: ['bo@x.example'] } })
  expect(rig.api().writes[0]?.body).toEqual({
    event_uid: 'evt_1',
    based_on: 'v-evt_1',
    location: { description: '' },
    attendees: { remove: [{ email: 'bo@x.example' }] },
  })
})

test('an event that is planned in another zone stays planned there', async () => {
  const fields = { start: wallOf('18T15:00'), end: wallOf('18T16:00'), zone: 'America/New_York' }
  await rig.ask('POST', '/data/events', { ...EDIT, fields })
  expect(rig.api().writes[0]?.body).toMatchObject({
    start: wallOf('18T09:00', 'America/New_York'),
    end: wallOf('18T10:00', 'America/New_York'),
  })
})

test.each([
  { name: 'no JSON', body: 'nonsense' },
  { name: 'no calendar', body: { ...CREATION, calendarId: '' } },
  { name: 'two names of one event', body: { ...CREATION, target: { eventId: 'fa-1', uid: 'evt_1' } } },
  { name: 'a day that there is not', body: { ...CREATION, fields: { start: '2026-02-30', end: '2026-03-01' } } },
  { name: 'a time without a zone', body: { ...CREATION, fields: { start: { time: '2026-11-20T09:30:00' } } } },
  {
    name: 'an unknown zone',
    body: { ...CREATION, fields: { ...CREATION.fields, start: wallOf('20T09:30', 'Mars/Base'), zone: COPENHAGEN } },
  },
  { name: 'an unknown rule', body: { ...CREATION, fields: { repeat: { frequency: 'hourly', interval: 1 } } } },
])('a change with $name is refused and not sent', async ({ body }) => {
  expect(await rig.ask('POST', '/data/events', body)).toEqual({ status: 400, body: { problem: 'invalid' } })
  expect(rig.api().writes).toEqual([])
})

test('a body over the limit is refused and not sent', async () => {
  const fields = { ...CREATION.fields, notes: 'x'.repeat(300_000) }
  expect((await rig.ask('POST', '/data/events', { ...CREATION, fields })).status).toBe(413)
  expect(rig.api().writes).toEqual([])
})

test('a request from another site changes nothing', async () => {
  const headers = { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' }
  expect((await rig.ask('POST', '/data/events', CREATION, { ...headers, 'Content-Type': 'text/plain' })).status).toBe(
    403,
  )
  expect((await rig.ask('DELETE', '/data/events', DELETION, { ...headers, 'Content-Type': 'text/plain' })).status).toBe(
    403,
  )
  expect(rig.api().writes).toEqual([])
})

test('who is not connected changes nothing', async () => {
  await rig.ask('POST', '/disconnect')
  expect(await rig.ask('POST', '/data/events', CREATION)).toEqual({
    status: 401,
    body: { problem: 'not_connected' },
  })
})

test('the fields that the API finds fault with are named', async () => {
  rig.api().invalid = { summary: [{ key: 'errors.too_long', description: 'is too long' }] }
  expect(await rig.ask('POST', '/data/events', CREATION)).toEqual({
    status: 422,
    body: { problem: 'invalid', fields: { summary: 'is too long' } },
  })
})

test.each([
  { calendar: 'cal_1_r', status: 403, problem: 'forbidden' },
  { calendar: 'cal_1_x', status: 404, problem: 'gone' },
])('a change in $calendar is answered with $problem', async ({ calendar, status, problem }) => {
  rig.api().calendars.push({ id: 'cal_1_r', name: 'Holidays', readOnly: true })
  const answer = await rig.ask('POST', '/data/events', { ...CREATION, calendarId: calendar })
  expect(answer).toEqual({ status, body: { problem } })
})

test('a change is not lost when the access token has expired: it is refreshed, and the change is made once', async () => {
  rig.api().expireAccessTokens()
  expect((await rig.ask('POST', '/data/events', CREATION)).status).toBe(202)
  expect(rig.api().writes).toHaveLength(1)
})

test('while the API is away a change is refused, so that the person can try again', async () => {
  rig.api().isDown = true
  expect(await rig.ask('POST', '/data/events', CREATION)).toEqual({ status: 502, body: { problem: 'unreachable' } })
})

test('a permission that was withdrawn asks for a reconnection', async () => {
  rig.api().isWithdrawn = true
  expect(await rig.ask('POST', '/data/events', CREATION)).toMatchObject({
    status: 409,
    body: { problem: 'reconnect_needed' },
  })
})
