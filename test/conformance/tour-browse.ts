import { eventually } from '../support/eventually.ts'
import type { Tour } from './tour.ts'
import { meetingOn, seriesFrom, spanAround } from './tour-material.ts'

const SPAN = spanAround()
const PREFER = { prefer: 'IdType="ImmutableId", outlook.timezone="Romance Standard Time"' }
const TAG = 'String {8a4f6f7e-3c1d-4a55-9f0e-2b7c5d9e1a33} Name Tour'

/** Graph's endpoints that the product does not call, as another client would. */
export async function browse(tour: Tour): Promise<void> {
  await lists(tour)
  await meetings(tour)
  await tagged(tour)
  await subscriptions(tour)
  await refusals(tour)
}

async function lists({ graph }: Tour): Promise<void> {
  await graph('GET', '/me/calendar')
  await graph('POST', '/me/calendars', { body: { name: 'Tour calendar' } })
  await graph('GET', '/me/mailboxSettings')
  await graph('GET', '/me/outlook/supportedTimeZones')
  await graph('GET', '/me/events?$top=5&$orderby=start/dateTime&$count=true', { headers: PREFER })
  await graph('GET', `/me/calendarView?${SPAN}&$top=50`, { headers: PREFER })
  await graph('GET', `/me/calendar/calendarView?${SPAN}&$top=50&$select=subject,start,end`)
  await graph('GET', `/me/calendarView/delta?${SPAN}`, { headers: { prefer: 'odata.maxpagesize=20' } })
}

async function meetings({ graph }: Tour): Promise<void> {
  const single = await graph('POST', '/me/events', { body: meetingOn(5, 'Tour condition'), headers: PREFER })
  const condition = { 'if-match': single['@odata.etag'] }
  await graph('PATCH', `/me/events/${single.id}`, { body: { subject: 'Tour conditional' }, headers: condition })
  await graph('PATCH', `/me/events/${single.id}`, { body: { subject: 'Late' }, headers: condition, status: 412 })
  await graph('GET', `/me/events/${single.id}`, { headers: PREFER })
  await graph('POST', `/me/events/${single.id}/cancel`, { body: { Comment: 'Not today' } })
  const endless = { pattern: { type: 'weekly', interval: 1, daysOfWeek: ['monday'] }, range: { type: 'noEnd' } }
  const series = seriesFrom(nextMonday(), 'Tour endless', 1) as { recurrence: { range: { startDate: string } } }
  const { startDate } = series.recurrence.range
  const recurrence = { ...endless, range: { ...endless.range, startDate } }
  const { id } = await graph('POST', '/me/events', { body: { ...series, recurrence } })
  await graph('GET', `/me/events/${id}`)
  await graph('GET', `/me/calendar/events/${id}/instances?${SPAN}`)
  await graph('DELETE', `/me/calendar/events/${id}`)
  await answerInvitations(graph)
}

const nextMonday = (): number => ((8 - new Date().getUTCDay()) % 7) + 7

async function answerInvitations(graph: Tour['graph']): Promise<void> {
  const { value } = await graph('GET', '/me/events?$top=500')
  const invited = value.filter((event) => event['isOrganizer'] === false && event['isCancelled'] !== true)
  const actions = ['accept', 'tentativelyAccept', 'decline']
  for (const [index, action] of actions.entries()) {
    const id = invited[index % Math.max(invited.length, 1)]?.id
    if (id === undefined) throw new Error('the seeded mailbox holds no invitation')
    await graph('POST', `/me/events/${id}/${action}`, { body: { comment: 'Seen', sendResponse: true } })
  }
}

async function tagged({ graph }: Tour): Promise<void> {
  const singleValueExtendedProperties = [{ id: TAG, value: 'one' }]
  const body = { ...meetingOn(6, 'Tour tagged'), singleValueExtendedProperties }
  const { id } = await graph('POST', '/me/events', { body })
  await graph('POST', '/me/events', { body, status: 400 })
  const filter = `singleValueExtendedProperties/Any(ep: ep/id eq '${TAG}' and ep/value eq 'one')`
  const expand = `singleValueExtendedProperties($filter=id eq '${TAG}')`
  const query = `$filter=${encodeURIComponent(filter)}&$expand=${encodeURIComponent(expand)}`
  await graph('GET', `/me/events?${query}`)
  await graph('GET', `/me/events/${id}?$expand=${encodeURIComponent(expand)}`)
  const requests = [
    { id: '1', method: 'GET', url: `/me/events/${id}` },
    { id: '2', method: 'DELETE', url: '/me/events/none', dependsOn: ['1'] },
  ]
  await graph('POST', '/$batch', { body: { requests } })
  await graph('DELETE', `/me/events/${id}`)
}

async function subscriptions({ graph, recorder, control }: Tour): Promise<void> {
  const { id: calendar } = await graph('POST', '/me/calendars', { body: { name: 'Tour told' } })
  const url = `${recorder.url}/notify`
  const body = {
    changeType: 'created,updated,deleted',
    resource: `me/calendars/${calendar}/events`,
    notificationUrl: url,
    lifecycleNotificationUrl: url,
    clientState: 'tour',
    expirationDateTime: new Date(Date.now() + 3 * 86_400_000).toISOString(),
  }
  const { id } = await graph('POST', '/subscriptions', { body, headers: { prefer: 'IdType="ImmutableId"' } })
  await graph('POST', '/subscriptions', { body, status: 409 })
  await graph('GET', '/subscriptions')
  await graph('GET', `/subscriptions/${id}`)
  await graph('PATCH', `/subscriptions/${id}`, { body: { expirationDateTime: body.expirationDateTime } })
  await graph('POST', `/subscriptions/${id}/reauthorize`)
  const { id: event } = await graph('POST', `/me/calendars/${calendar}/events`, { body: meetingOn(7, 'Tour told') })
  await graph('DELETE', `/me/calendars/${calendar}/events/${event}`)
  for (const name of ['missed', 'reauthorizationRequired'])
    await control('lifecycle', { subscription: id, event: name })
  const told = () => JSON.stringify(recorder.notifications)
  const expected = ['"created"', '"deleted"', '"missed"', '"reauthorizationRequired"']
  await eventually('the notifications of every kind came', () => expected.every((word) => told().includes(word)))
  await graph('DELETE', `/subscriptions/${id}`)
  await graph('GET', `/subscriptions/${id}`, { status: 404 })
}

async function refusals({ graph }: Tour): Promise<void> {
  await graph('GET', '/me/events/none', { status: 404 })
  await graph('PATCH', '/me/events/none', { body: { subject: 'x' }, status: 404 })
  await graph('DELETE', '/me/events/none', { status: 404 })
  await graph('GET', '/me/calendarView', { status: 400 })
  await graph('GET', '/me/events?$filter=startswith(subject,%27x%27)', { status: 400 })
  const nowhere = { dateTime: '2030-01-01T10:00:00', timeZone: 'Nowhere Standard Time' }
  await graph('POST', '/me/events', { body: { start: nowhere, end: nowhere }, status: 400 })
  await graph('POST', '/subscriptions', { body: { changeType: 'created' }, status: 400 })
  await graph('GET', '/me/calendar', { headers: { authorization: 'Bearer nothing' }, status: 401 })
}
