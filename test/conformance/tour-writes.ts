import type { Tour } from './tour.ts'
import { meetingOn } from './tour-material.ts'

const PREFER = { prefer: 'IdType="ImmutableId", outlook.timezone="UTC"' }
const TAG = 'String {8a4f6f7e-3c1d-4a55-9f0e-2b7c5d9e1a33} Name Written'
const COLLEAGUE = 'sofie.lindqvist@contosonordic.example'

/** What a program that writes back does: each kind of write once, waited for in our API where it can be seen there. */
export async function writeBack(tour: Tour): Promise<void> {
  await writeMeeting(tour)
  await writeOnlineMeeting(tour)
  await writeBatch(tour)
  await answerInvitation(tour)
}

const written = (day: number, subject: string): object => ({
  ...meetingOn(day, subject),
  attendees: [{ type: 'required', emailAddress: { name: 'Sofie Lindqvist', address: COLLEAGUE } }],
  singleValueExtendedProperties: [{ id: TAG, value: subject }],
})

async function writeMeeting({ graph, shown }: Tour): Promise<void> {
  const made = await graph('POST', '/me/events', { body: written(8, 'Tour written'), headers: PREFER })
  await shown('Tour written', 1)
  const stale = { ...PREFER, 'if-match': made['@odata.etag'] }
  const changed = await graph('PATCH', `/me/events/${made.id}`, { body: { subject: 'Tour rewritten' }, headers: stale })
  await shown('Tour rewritten', 1)
  await graph('PATCH', `/me/events/${made.id}`, { body: { subject: 'Late' }, headers: stale, status: 412 })
  await graph('DELETE', `/me/events/${made.id}`, { headers: stale, status: 412 })
  await graph('POST', '/me/events', { body: written(8, 'Tour written'), headers: PREFER, status: 400 })
  const fresh = { ...PREFER, 'if-match': changed['@odata.etag'] }
  await graph('DELETE', `/me/events/${made.id}`, { headers: fresh })
  await shown('Tour rewritten', 0)
}

async function writeOnlineMeeting({ graph, shown }: Tour): Promise<void> {
  const online = { isOnlineMeeting: true, onlineMeetingProvider: 'teamsForBusiness' }
  const { id } = await graph('POST', '/me/events', { body: { ...written(9, 'Tour online'), ...online } })
  await graph('GET', `/me/events/${id}`, { headers: { prefer: 'outlook.body-content-type="text"' } })
  await shown('Tour online', 1)
  await graph('POST', `/me/events/${id}/cancel`, { body: { Comment: 'Not today' } })
  await shown('Tour online', 0)
}

async function writeBatch({ graph, shown }: Tour): Promise<void> {
  const headers = { 'Content-Type': 'application/json', ...PREFER }
  const post = (id: number) => {
    const body = { ...meetingOn(10, `Tour batch ${id}`), subject: 'Tour batch' }
    return { id: String(id), method: 'POST', url: '/me/events', headers, body }
  }
  await graph('POST', '/$batch', { body: { requests: [1, 2, 3, 4].map(post) } })
  await shown('Tour batch', 4)
  const filter = `singleValueExtendedProperties/Any(ep: ep/id eq '${TAG}' and startswith(ep/value, 'none'))`
  const { value } = await graph('GET', '/me/events?$top=500', { headers: PREFER })
  const made = value.filter(({ subject }) => subject === 'Tour batch')
  const steps = made.map((event, at) => ({
    id: String(at),
    method: 'DELETE',
    url: `/me/events/${event.id}`,
    headers: { 'if-match': String(event['@odata.etag']) },
  }))
  await graph('POST', '/$batch', { body: { requests: steps } })
  await shown('Tour batch', 0)
  const find = { id: '1', method: 'GET', url: `/me/events?$filter=${encodeURIComponent(filter)}`, headers: PREFER }
  const patch = { ...post(2), method: 'PATCH', url: '/me/events/none', body: { subject: 'x' }, dependsOn: ['1'] }
  await graph('POST', '/$batch', { body: { requests: [find, patch, { ...find, id: '3', dependsOn: ['2'] }] } })
}

async function answerInvitation({ graph, shown, microsoft365 }: Tour): Promise<void> {
  const { world } = microsoft365
  const mailbox = world.mailboxOf(world.personByAddress(COLLEAGUE)?.oid ?? '')
  const attendees = [{ emailAddress: { address: 'anna.holm@contosonordic.example' } }]
  const { item } = mailbox.create({ ...meetingOn(11, 'Tour invitation'), attendees })
  await shown('Tour invitation', 1)
  const { value } = await graph('GET', '/me/events?$top=500', { headers: PREFER })
  const { id } = value.find(({ iCalUId }) => iCalUId === item.iCalUId) ?? { id: '' }
  await graph('POST', `/me/events/${id}/accept`, { body: { sendResponse: true }, headers: PREFER })
  await graph('PATCH', `/me/events/${id}`, { body: { reminderMinutesBeforeStart: 5 }, headers: PREFER })
  await graph('PATCH', `/me/events/${id}`, { body: { subject: 'Mine' }, status: 403 })
  await graph('POST', `/me/events/${id}/cancel`, { body: {}, status: 400 })
  mailbox.remove(item.id)
  await graph('GET', `/me/events/${id}`, { headers: PREFER })
  await graph('DELETE', `/me/events/${id}`)
  await shown('Tour invitation', 0)
}
