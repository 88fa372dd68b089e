import { expect, test } from 'vitest'
import { dailySeries, graphFixture, oneHour } from '../support/graph-stand-in.ts'

interface Event extends Record<string, unknown> {
  id: string
  '@odata.etag': string
}
interface Page {
  value: Event[]
}
const WINDOW = 'startDateTime=2026-11-01T00:00:00Z&endDateTime=2026-12-01T00:00:00Z'

const failure = async (response: Response) => {
  const { error } = (await response.json()) as { error: { code: string } }
  return { status: response.status, code: error.code }
}

function fixture() {
  const all = graphFixture()
  const post = async (body: object, path = '/me/events') =>
    (await all.call('POST', path, body)).json() as Promise<Event>
  return { ...all, post }
}

const subjects = ({ value }: Page) => value.map(({ subject }) => subject)

test.each(['master', 'occurrence', 'exception'])(
  'a stale etag of %s is refused, and a fresh one is not',
  async (kind) => {
    const { post, get, call } = fixture()
    const { id } = await post(dailySeries('daily', '2026-11-10', 4))
    const { value } = await get<Page>(`/me/events/${id}/instances?${WINDOW}`)
    await call('PATCH', `/me/events/${value[2]?.id}`, { subject: 'exception' })
    const target = { master: id, occurrence: value[1]?.id, exception: value[2]?.id }[kind]
    const { '@odata.etag': stale } = await get<Event>(`/me/events/${target}`)
    const { '@odata.etag': fresh } = (await (
      await call('PATCH', `/me/events/${target}`, { subject: 'one' }, { 'if-match': stale })
    ).json()) as Event
    const refused = { status: 412, code: 'ErrorIrresolvableConflict' }
    const patch = await call('PATCH', `/me/events/${target}`, { subject: 'two' }, { 'if-match': stale })
    expect(await failure(patch)).toEqual(refused)
    const deletion = await call('DELETE', `/me/events/${target}`, undefined, { 'if-match': stale })
    expect(await failure(deletion)).toEqual(refused)
    expect((await call('DELETE', `/me/events/${target}`, undefined, { 'if-match': fresh })).status).toBe(204)
  },
)

const DENIED = { status: 403, code: 'ErrorAccessDenied' }

test('nothing can be put into a read-only calendar', async () => {
  const { mailbox, call } = fixture()
  const { id } = mailbox.addCalendar({ name: 'Holidays', canEdit: false })
  expect(await failure(await call('POST', `/me/calendars/${id}/events`, oneHour('mine', '2026-11-10')))).toEqual(DENIED)
})

test('a calendar has a name of its own, whatever the case of its letters, and a colour that there is', async () => {
  const { mailbox, call } = fixture()
  const made = await call('POST', '/me/calendars', { name: 'Projects', color: 'lightTeal', hexColor: '#ffffff' })
  expect(await made.json()).toMatchObject({ name: 'Projects', color: 'lightTeal', hexColor: '#038387', canEdit: true })
  const taken = { status: 409, code: 'ErrorFolderExists' }
  expect(await failure(await call('POST', '/me/calendars', { name: 'projects' }))).toEqual(taken)
  const { id } = mailbox.addCalendar({ name: 'Tour' })
  expect(await failure(await call('PATCH', `/me/calendars/${id}`, { name: 'Projects' }))).toEqual(taken)
  expect((await call('PATCH', `/me/calendars/${id}`, { name: 'TOUR' })).status).toBe(200)
  expect((await call('POST', '/me/calendars', { name: 'Other', color: 'mauve' })).status).toBe(400)
  expect(mailbox.calendars()).toHaveLength(3)
})

test.each([
  ['created', 'POST', 'calendar', oneHour('mine', '2026-11-10')],
  ['changed', 'PATCH', '', { subject: 'mine' }],
  ['deleted', 'DELETE', '', undefined],
  ['cancelled', 'POST', '/cancel', {}],
  ['answered', 'POST', '/accept', {}],
])('in a calendar that is shared for reading nothing can be %s', async (_, method, action, body) => {
  const { world, person, mailbox, call } = fixture()
  const other = world.mailboxOf(world.addPerson({ tid: person.tid, displayName: 'Bo' }).oid)
  const theirs = other.create(oneHour('theirs', '2026-11-10')).item
  const shared = other.shareCalendar(other.calendar().id, mailbox, { canEdit: false })
  const events = `/me/calendars/${shared.id}/events`
  const path = action === 'calendar' ? events : `${events}/${theirs.id}${action}`
  expect(await failure(await call(method, path, body))).toEqual(DENIED)
  expect(other.find(theirs.id).instance.fields['subject']).toBe('theirs')
})

test('what is in a calendar that somebody shares is found there, and not under its name alone', async () => {
  const { world, person, mailbox, call } = fixture()
  const other = world.mailboxOf(world.addPerson({ tid: person.tid, displayName: 'Bo' }).oid)
  const { id } = other.create(oneHour('theirs', '2026-11-10')).item
  const shared = other.shareCalendar(other.calendar().id, mailbox, { canEdit: true })
  const asked = [
    ['GET', ''],
    ['PATCH', ''],
    ['GET', '/instances?startDateTime=2026-11-01&endDateTime=2026-12-01'],
    ['POST', '/accept'],
    ['DELETE', ''],
  ] as const
  for (const prefix of ['/me', '/me/calendar', `/me/calendars/${mailbox.calendar().id}`])
    for (const [method, rest] of asked)
      expect((await call(method, `${prefix}/events/${id}${rest}`, method === 'GET' ? undefined : {})).status).toBe(404)
  const path = `/me/calendars/${shared.id}/events/${id}`
  expect((await call('PATCH', path, { subject: 'ours' })).status).toBe(200)
  expect(other.find(id).instance.fields['subject']).toBe('ours')
  expect((await call('DELETE', path)).status).toBe(204)
})

test('the place and the list of places always correspond', async () => {
  const { post, call } = fixture()
  const { id } = await post({ ...oneHour('x', '2026-11-10'), location: { displayName: 'One' } })
  const patched = async (body: object) => {
    const event = (await (await call('PATCH', `/me/events/${id}`, body)).json()) as {
      location: { displayName: string }
      locations: { displayName: string }[]
    }
    return [event.location.displayName, ...event.locations.map(({ displayName }) => displayName)]
  }
  expect(await patched({ locations: [{ displayName: 'Two' }, { displayName: 'Three' }] })).toEqual([
    'Two',
    'Two',
    'Three',
  ])
  expect(await patched({ location: { displayName: 'Four' } })).toEqual(['Four', 'Four'])
  expect(await patched({ location: { displayName: '' } })).toEqual([''])
})

test('a new time cannot be proposed where the organiser does not want it, nor without a response', async () => {
  const { world, person, mailbox, call } = fixture()
  const bo = world.mailboxOf(world.addPerson({ tid: person.tid, displayName: 'Bo Lind' }).oid)
  const attendees = [{ emailAddress: { address: person.userPrincipalName } }]
  const { id } = bo.create({ ...oneHour('plan', '2026-11-10'), attendees }).item
  const [copy] = mailbox.calendar().store.items.keys()
  const { subject: _, ...proposedNewTime } = oneHour('', '2026-11-12') as { subject: string }
  const propose = (sendResponse: boolean) =>
    call('POST', `/me/events/${copy}/tentativelyAccept`, { proposedNewTime, sendResponse })
  expect((await propose(false)).status).toBe(400)
  expect((await propose(true)).status).toBe(202)
  bo.patch(id, { allowNewTimeProposals: false })
  expect((await propose(true)).status).toBe(400)
})

test('two people who change a shared event never give two states one etag', () => {
  const { world, person, mailbox } = fixture()
  const other = world.mailboxOf(world.addPerson({ tid: person.tid, displayName: 'Bo' }).oid)
  for (let more = 0; more < 5; more++) other.create(oneHour('more', '2026-11-10'))
  const { item } = other.create(oneHour('theirs', '2026-11-10'))
  other.shareCalendar(other.calendar().id, mailbox, { canEdit: true })
  const versions = [item.version, mailbox.patch(item.id, { subject: 'a' }).item.version]
  versions.push(other.patch(item.id, { subject: 'b' }).item.version)
  expect(versions).toEqual([...new Set(versions)].sort((one, more) => one - more))
})

test.each([
  ['a subject of 256 characters', { subject: 'x'.repeat(256) }, 'ErrorPropertyValidationFailure'],
  ['a place of 256 characters', { location: { displayName: 'x'.repeat(256) } }, 'ErrorPropertyValidationFailure'],
  ['an attendee without an @', { attendees: [{ emailAddress: { address: 'nobody' } }] }, 'ErrorInvalidRecipients'],
  ['an attendee without an address', { attendees: [{ emailAddress: { name: 'Bo' } }] }, 'ErrorInvalidRecipients'],
])('%s is refused, on creation and on change', async (_, wrong, code) => {
  const { call, post } = fixture()
  const { id } = await post(oneHour('good', '2026-11-10'))
  const refused = { status: 400, code }
  expect(await failure(await call('POST', '/me/events', { ...oneHour('x', '2026-11-10'), ...wrong }))).toEqual(refused)
  expect(await failure(await call('PATCH', `/me/events/${id}`, wrong))).toEqual(refused)
})

test('the subject and the place may have 255 characters', async () => {
  const { call } = fixture()
  const long = { subject: 'x'.repeat(255), location: { displayName: 'x'.repeat(255) } }
  expect((await call('POST', '/me/events', { ...oneHour('x', '2026-11-10'), ...long })).status).toBe(201)
})

const GUID = '{66f5a359-4659-4830-9070-00047ec6ac6e}'
const byProperty = (id: string, value: string) =>
  `$filter=${encodeURIComponent(`singleValueExtendedProperties/Any(ep: ep/id eq '${id}' and ep/value eq '${value}')`)}`
const byFunction = (name: 'startswith' | 'contains') => (id: string, value: string) =>
  `$filter=${encodeURIComponent(`singleValueExtendedProperties/Any(ep: ep/id eq '${id}' and ${name}(ep/value, '${value}'))`)}`
const [byBeginning, byPart] = [byFunction('startswith'), byFunction('contains')]

test.each(['/me/events', '/me/calendars/default/events'])(
  'an extended property finds its event in %s',
  async (path) => {
    const { post, get, call, mailbox } = fixture()
    const list = path.replace('default', mailbox.calendar().id)
    const property = { id: `String ${GUID} Name Link`, value: "A'1" }
    const { id } = await post({ ...oneHour('tagged', '2026-11-10'), singleValueExtendedProperties: [property] }, list)
    const found = async (name: string, value: string) => subjects(await get<Page>(`${list}?${byProperty(name, value)}`))
    const begins = async (name: string, value: string) =>
      subjects(await get<Page>(`${list}?${byBeginning(name, value)}`))
    expect(await found(property.id, "A''1")).toEqual(['tagged'])
    expect(await found(`string ${GUID.toUpperCase()} name Link`, "a''1")).toEqual(['tagged'])
    expect(await found(`String ${GUID} Name link`, "A''1")).toEqual([])
    expect(await found(property.id, 'other')).toEqual([])
    expect(await begins(property.id, "a''")).toEqual(['tagged'])
    expect(await begins(property.id, '1')).toEqual([])
    const holding = async (part: string) => subjects(await get<Page>(`${list}?${byPart(property.id, part)}`))
    expect([await holding("''1"), await holding('2')]).toEqual([['tagged'], []])
    const other = { singleValueExtendedProperties: [{ ...property, value: 'B' }] }
    expect(await (await call('PATCH', `/me/events/${id}`, other)).json()).not.toHaveProperty(
      'singleValueExtendedProperties',
    )
    expect([await found(property.id, "A''1"), await found(property.id, 'b')]).toEqual([[], ['tagged']])
    const expand = `$expand=${encodeURIComponent(`singleValueExtendedProperties($filter=id eq '${property.id}')`)}`
    expect(await get(`${list}/${id}?${expand}`)).toMatchObject(other)
  },
)

test('an answer that is not sent, and one to an occurrence, are taken over the wire', async () => {
  const { world, person, mailbox, call, get } = fixture()
  const bo = world.mailboxOf(world.addPerson({ tid: person.tid, displayName: 'Bo Lind' }).oid)
  const attendees = [{ type: 'required', emailAddress: { address: person.userPrincipalName } }]
  const { item } = bo.create({ ...dailySeries('daily', '2026-11-10', 3), attendees })
  const { value } = await get<Page>(`/me/calendarView?${WINDOW}`)
  await call('POST', `/me/events/${value[1]?.id}/accept`, { sendResponse: true })
  await call('POST', `/me/events/${value[2]?.id}/tentativelyAccept`, { sendResponse: false })
  const answers = [...bo.find(item.id).instance.item.exceptions].map(([date, { answers }]) => [date, answers?.size])
  expect(answers).toEqual([['2026-11-11', 1]])
  const shown = await get<Page>(`/me/calendarView?${WINDOW}`)
  expect(shown.value.map(({ responseStatus }) => (responseStatus as { response: string }).response)).toEqual([
    'notResponded',
    'accepted',
    'tentativelyAccepted',
  ])
  expect(mailbox.mails.map(({ kind }) => kind)).toEqual(['response'])
})
