import { expect, test } from 'vitest'
import { toRegularId } from '../../infra/local/microsoft365/mailbox/ids.ts'
import { orderFaults } from '../support/faults.ts'
import { dailySeries, graphFixture, oneHour } from '../support/graph-stand-in.ts'

interface Event {
  readonly id: string
  readonly subject: string
  readonly '@odata.etag': string
}

const IMMUTABLE = { prefer: 'IdType="ImmutableId"' }
const WINDOW = 'startDateTime=2026-11-01T00:00:00Z&endDateTime=2026-12-01T00:00:00Z'

async function deletedEvent(more: object = {}) {
  const fixture = graphFixture()
  const { mailbox, call } = fixture
  const { id } = mailbox.create({ ...oneHour('deleted', '2026-11-10'), ...more }).item
  const before = (await (await call('GET', `/me/events/${id}`, undefined, IMMUTABLE)).json()) as Event
  expect((await call('DELETE', `/me/events/${id}`)).status).toBe(204)
  return { ...fixture, id, before }
}

const failure = async (response: Response) => {
  const { error } = (await response.json()) as { error: { code: string } }
  return `${response.status} ${error.code}`
}

test('a deleted event answers under its immutable id, as another version, and under no other id', async () => {
  const { call, id, before } = await deletedEvent()
  for (const path of [`/me/events/${id}`, `/me/calendar/events/${id}`]) {
    const answer = await call('GET', path, undefined, IMMUTABLE)
    const after = (await answer.json()) as Event
    expect([answer.status, after.subject]).toEqual([200, 'deleted'])
    expect(after['@odata.etag']).not.toBe(before['@odata.etag'])
  }
  expect(await failure(await call('GET', `/me/events/${toRegularId(id)}`))).toBe('404 ErrorItemNotFound')
})

test('no list, view or search shows a deleted event', async () => {
  const { get } = await deletedEvent()
  for (const path of ['/me/events', `/me/calendarView?${WINDOW}`])
    expect(await get<{ value: unknown[] }>(path)).toMatchObject({ value: [] })
})

test('a change of a deleted event is taken, and nobody sees it', async () => {
  const { call, get, mailbox, id, before } = await deletedEvent()
  const stale = { 'if-match': before['@odata.etag'] }
  const refused = await call('PATCH', `/me/events/${id}`, { subject: 'stale' }, stale)
  expect(await failure(refused)).toBe('412 ErrorIrresolvableConflict')
  const { version } = mailbox.find(id, { amongDeleted: true }).instance.item
  const taken = await call('PATCH', `/me/events/${id}`, { subject: 'unseen' })
  expect([taken.status, await taken.json()]).toMatchObject([200, { subject: 'unseen' }])
  expect(mailbox.find(id, { amongDeleted: true }).instance.item.version).toBeGreaterThan(version)
  expect(await get<{ value: unknown[] }>('/me/events')).toMatchObject({ value: [] })
})

test('nobody is invited to a deleted event, nor answers it, and it is not deleted twice', async () => {
  const attendees = [{ emailAddress: { address: 'bo@fabrikam.test' }, type: 'required' }]
  const invited = await deletedEvent({ attendees })
  const renamed = await invited.call('PATCH', `/me/events/${invited.id}`, { subject: 'renamed' })
  expect(await failure(renamed)).toBe('400 ErrorCalendarCannotUpdateDeletedItem')
  const { call, id } = await deletedEvent()
  expect(await failure(await call('PATCH', `/me/events/${id}`, { attendees }))).toBe(
    '400 ErrorCalendarCannotUpdateDeletedItem',
  )
  expect(await failure(await call('POST', `/me/events/${id}/accept`, {}))).toBe('404 ErrorItemNotFound')
  expect(await failure(await call('DELETE', `/me/events/${id}`))).toBe('403 ErrorCannotDeleteObject')
})

test('a deleted series answers with its occurrences, and a deleted occurrence does not', async () => {
  const { mailbox, call } = graphFixture()
  const series = mailbox.create(dailySeries('daily', '2026-11-10', 3)).item
  const [first, second] = mailbox.instances(series.id, { from: 0, to: Date.parse('2027-01-01') })
  const occurrence = (date: string | undefined) => `${series.id}O${date?.replaceAll('-', '')}A=`
  mailbox.remove(occurrence(first?.date))
  expect(await failure(await call('GET', `/me/events/${occurrence(first?.date)}`))).toBe('404 ErrorItemNotFound')
  mailbox.remove(series.id)
  for (const id of [series.id, occurrence(second?.date)])
    expect((await call('GET', `/me/events/${id}`)).status).toBe(200)
})

test('what was deleted in a colleague’s calendar is in their Deleted Items', async () => {
  const { mailbox, call, world, person } = graphFixture()
  const other = world.mailboxOf(world.addPerson({ tid: person.tid, displayName: 'Bo' }).oid)
  const shared = other?.shareCalendar(other.calendar().id, mailbox, { canEdit: true })
  const path = `/me/calendars/${shared?.id}/events`
  const { id } = (await (await call('POST', path, oneHour('theirs', '2026-11-10'))).json()) as Event
  await call('DELETE', `${path}/${id}`)
  for (const target of [`/me/events/${id}`, `${path}/${id}`])
    expect(await failure(await call('GET', target))).toBe('404 ErrorItemNotFound')
})

test('a mailbox may keep nothing of what was deleted', async () => {
  const { call, faults, id } = await deletedEvent()
  orderFaults(faults, { keepsDeleted: false })
  for (const method of ['GET', 'DELETE'])
    expect(await failure(await call(method, `/me/events/${id}`))).toBe('404 ErrorItemNotFound')
})
