import { expect, test } from 'vitest'
import { minutes, seconds } from '../../shared/core/time.ts'
import { graphFixture, oneHour } from '../support/graph-stand-in.ts'
import { inHours, listener, order } from '../support/listener.ts'

test('both addresses are asked before a subscription is made, and their own query is kept', async () => {
  const { deliver, handshakes } = listener()
  const { call } = graphFixture({ deliver })
  const lifecycleNotificationUrl = 'https://app.test/lifecycle'
  expect((await call('POST', '/subscriptions', order({ lifecycleNotificationUrl }))).status).toBe(201)
  expect(handshakes.map(({ pathname }) => pathname).sort()).toEqual(['/lifecycle', '/notify'])
  expect(handshakes.find(({ pathname }) => pathname === '/notify')?.searchParams.get('key')).toBe('1')
})

test.each([
  ['answers 202', () => new Response(null, { status: 202 })],
  ['answers html', (token: string) => new Response(token, { headers: { 'content-type': 'text/html' } })],
  [
    'does not decode',
    (token: string) => new Response(encodeURIComponent(token), { headers: { 'content-type': 'text/plain' } }),
  ],
  ['is not there', () => Promise.reject(new Error('refused'))],
])('an address that %s gets no subscription', async (_, answer) => {
  const deliver = async (request: Request) => answer(new URL(request.url).searchParams.get('validationToken') ?? '')
  const { call } = graphFixture({ deliver })
  const response = await call('POST', '/subscriptions', order())
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ error: { code: 'InvalidRequest' } })
})

test.each([
  ['a client state of 129 characters', { clientState: 'x'.repeat(129) }, 400],
  ['an address without https', { notificationUrl: 'http://app.test/notify' }, 400],
  ['an end in the past', { expirationDateTime: inHours(-1) }, 400],
  ['an end after more than 10,080 minutes', { expirationDateTime: inHours(169) }, 400],
  ['a resource that is no calendar', { resource: 'me/messages' }, 400],
  ['a calendar that is not there', { resource: 'me/calendars/none/events' }, 404],
])('a subscription with %s is refused', async (_, change, status) => {
  const { call } = graphFixture({ deliver: listener().deliver })
  expect((await call('POST', '/subscriptions', order(change))).status).toBe(status)
})

test('a second subscription for the same calendar and changes is refused with 409', async () => {
  const { call } = graphFixture({ deliver: listener().deliver })
  const { id } = (await (await call('POST', '/subscriptions', order())).json()) as { id: string }
  const second = await call('POST', '/subscriptions', order())
  expect(second.status).toBe(409)
  expect(await second.text()).toContain(id)
})

test('a subscription lives 45 minutes at least and is gone afterwards', async () => {
  const { call, clock } = graphFixture({ deliver: listener().deliver })
  const made = await call('POST', '/subscriptions', order({ expirationDateTime: '2026-11-02T08:01:00Z' }))
  const { id, expirationDateTime } = (await made.json()) as { id: string; expirationDateTime: string }
  expect(expirationDateTime).toBe('2026-11-02T08:45:00.0000000Z')
  await clock.advance(minutes(45))
  const renewal = await call('PATCH', `/subscriptions/${id}`, { expirationDateTime: inHours(3) })
  expect(renewal.status).toBe(404)
  expect(await renewal.json()).toMatchObject({ error: { code: 'ResourceNotFound' } })
})

test('each change is told with the subscription it is for', async () => {
  const { deliver, told } = listener()
  const { call, mailbox, clock, person } = graphFixture({ deliver })
  const { id } = (await (await call('POST', '/subscriptions', order(), { prefer: 'IdType="ImmutableId"' })).json()) as {
    id: string
  }
  const event = mailbox.create(oneHour('one', '2026-11-10')).item.id
  mailbox.patch(event, { subject: 'two' })
  mailbox.remove(event)
  await clock.advance(seconds(1))
  expect(told().map(({ changeType }) => changeType)).toEqual(['created', 'updated', 'deleted'])
  expect(told()[0]).toEqual({
    subscriptionId: id,
    subscriptionExpirationDateTime: '2026-11-04T08:00:00.0000000+00:00',
    tenantId: person.tid,
    clientState: 'state',
    changeType: 'created',
    resource: `Users/${person.oid}/Events/${event}`,
    resourceData: expect.objectContaining({ '@odata.type': '#Microsoft.Graph.Event', id: event }),
  })
})

test('a change in another calendar is not told', async () => {
  const { deliver, deliveries } = listener()
  const { call, mailbox, clock } = graphFixture({ deliver })
  await call('POST', '/subscriptions', order())
  mailbox.create(oneHour('elsewhere', '2026-11-10'), { calendarId: mailbox.addCalendar({ name: 'Other' }).id })
  await clock.advance(seconds(1))
  expect(deliveries).toEqual([])
})

test('a delivery that is not taken is tried again until it is', async () => {
  let failures = 2
  const { deliver, deliveries } = listener(() => new Response(null, { status: failures-- > 0 ? 503 : 202 }))
  const { call, mailbox, clock } = graphFixture({ deliver })
  await call('POST', '/subscriptions', order())
  mailbox.create(oneHour('one', '2026-11-10'))
  for (let minute = 0; minute < 5; minute += 1) await clock.advance(minutes(1))
  expect(deliveries).toHaveLength(3)
  expect(new Set(deliveries.map(({ body }) => body)).size).toBe(1)
})

test('notifications can be lost, doubled and told in reverse', async () => {
  const { deliver, told } = listener()
  const { call, mailbox, clock, faults } = graphFixture({ deliver })
  await call('POST', '/subscriptions', order())
  Object.assign(faults.notifications, { copies: 2, createdTwice: true, reversed: true })
  mailbox.create(oneHour('one', '2026-11-10'))
  await clock.advance(seconds(1))
  expect(told().map(({ changeType }) => changeType)).toEqual(['updated', 'updated', 'created', 'created'])
  faults.notifications.drop = 1
  mailbox.create(oneHour('two', '2026-11-10'))
  await clock.advance(seconds(1))
  expect(told()).toHaveLength(4)
})

test('a removed subscription is told to its lifecycle address and is gone', async () => {
  const { deliver, deliveries, told } = listener()
  const { call, graph, clock } = graphFixture({ deliver })
  const made = await call('POST', '/subscriptions', order({ lifecycleNotificationUrl: 'https://app.test/lifecycle' }))
  const { id } = (await made.json()) as { id: string }
  graph.subscriptions.tellLifecycle(id, 'subscriptionRemoved')
  await clock.advance(seconds(1))
  expect(deliveries.map(({ url }) => url.pathname)).toEqual(['/lifecycle'])
  expect(told()).toEqual([expect.objectContaining({ subscriptionId: id, lifecycleEvent: 'subscriptionRemoved' })])
  expect((await call('GET', `/subscriptions/${id}`)).status).toBe(404)
})
