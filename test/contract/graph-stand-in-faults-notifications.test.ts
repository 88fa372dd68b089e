import { expect, test } from 'vitest'
import { hours, minutes, seconds } from '../../shared/core/time.ts'
import { orderFaults } from '../support/faults.ts'
import { graphFixture, oneHour } from '../support/graph-stand-in.ts'
import { inHours, listener, order } from '../support/listener.ts'

const LIFECYCLE = { lifecycleNotificationUrl: 'https://app.test/lifecycle' }

/** A mailbox with one subscription, and everything that was told about it. */
async function subscribed(answer?: Parameters<typeof listener>[0]) {
  const heard = listener(answer)
  const fixture = graphFixture({ deliver: heard.deliver })
  const made = await fixture.call('POST', '/subscriptions', order(LIFECYCLE))
  const { id } = (await made.json()) as { id: string }
  let day = 0
  const change = () => fixture.mailbox.create(oneHour('one', `2026-11-${10 + (day++ % 10)}`))
  /** Makes changes one by one, each delivered before the next. @returns how often each was told. */
  const tell = async (changes: number): Promise<number[]> => {
    const counts: number[] = []
    for (let number = 0; number < changes; number += 1) {
      const before = heard.told().length
      change()
      await fixture.clock.advance(seconds(1))
      counts.push(heard.told().length - before)
    }
    return counts
  }
  return { ...fixture, ...heard, id, change, tell }
}

test('notifications are lost and doubled with the ordered shares, the same ones with the same seed', async () => {
  const { faults, tell } = await subscribed()
  const sequence = (seed: number) => {
    orderFaults(faults, { seed, notifications: { drop: 0.3, doubled: 0.3 } })
    return tell(40)
  }
  const first = await sequence(1)
  expect(new Set(first)).toEqual(new Set([0, 1, 2]))
  expect(await sequence(2)).not.toEqual(first)
  expect(await sequence(1)).toEqual(first)
})

test('each notification is sent as often as ordered', async () => {
  const { faults, tell } = await subscribed()
  orderFaults(faults, { notifications: { copies: 1000 } })
  expect(await tell(1)).toEqual([1000])
})

test('a created event is told as created and as updated now and then', async () => {
  const { faults, tell } = await subscribed()
  orderFaults(faults, { notifications: { createdTwice: 0.5 } })
  expect(new Set(await tell(20))).toEqual(new Set([1, 2]))
})

test('a late notification comes after a newer one', async () => {
  const { faults, mailbox, clock, told } = await subscribed()
  const event = mailbox.create(oneHour('one', '2026-11-10')).item.id
  await clock.advance(seconds(1))
  orderFaults(faults, { notifications: { late: true, lateMs: 20_000 } })
  mailbox.patch(event, { subject: 'two' })
  orderFaults(faults, { notifications: { late: false } })
  mailbox.remove(event)
  await clock.advance(seconds(1))
  expect(told().map(({ changeType }) => changeType)).toEqual(['created', 'deleted'])
  await clock.advance(seconds(20))
  await clock.advance(seconds(1))
  expect(told().map(({ changeType }) => changeType)).toEqual(['created', 'deleted', 'updated'])
})

test('notifications are late with the ordered share', async () => {
  const { faults, tell } = await subscribed()
  orderFaults(faults, { seed: 1, notifications: { late: 0.5, lateMs: 3_600_000 } })
  expect(new Set(await tell(10))).toEqual(new Set([0, 1]))
})

test('a delivery comes as late as ordered and in the order that was ordered', async () => {
  const { faults, mailbox, clock, told } = await subscribed()
  orderFaults(faults, { seed: 1, notifications: { delayMs: 5000, reversed: 0.5 } })
  const orders = new Set<string>()
  for (let number = 0; number < 10; number += 1) {
    const from = told().length
    mailbox.remove(mailbox.create(oneHour('one', '2026-11-10')).item.id)
    await clock.advance(seconds(4))
    expect(told()).toHaveLength(from)
    await clock.advance(seconds(1))
    orders.add(
      told()
        .slice(from)
        .map(({ changeType }) => changeType)
        .join(),
    )
  }
  expect(orders).toEqual(new Set(['created,deleted', 'deleted,created']))
})

test('one delivery carries what is told to several organisations at one address', async () => {
  const { call, world, mailbox, clock, deliveries, told, person } = await subscribed()
  const { tid } = world.addOrganisation({ name: 'Fabrikam', domain: 'fabrikam.test' })
  const { oid } = world.addPerson({ tid, displayName: 'Bo Lind' })
  await call('POST', '/subscriptions', order(LIFECYCLE), { authorization: `Bearer ${oid}` })
  mailbox.create(oneHour('one', '2026-11-10'))
  world.mailboxOf(oid).create(oneHour('two', '2026-11-10'))
  await clock.advance(seconds(1))
  expect(deliveries).toHaveLength(1)
  expect(told().map(({ tenantId }) => tenantId)).toEqual([person.tid, tid])
})

test('a deaf subscription stays listed and is never told a change', async () => {
  const { faults, tell, get, id } = await subscribed()
  orderFaults(faults, { notifications: { deaf: true } })
  expect(await tell(3)).toEqual([0, 0, 0])
  expect(await get(`/subscriptions/${id}`)).toMatchObject({ id })
})

test('with a share of deaf subscriptions the same ones are deaf all the time', async () => {
  const { faults, tell } = await subscribed()
  const met = new Set<string>()
  for (let seed = 1; seed <= 10; seed += 1) {
    orderFaults(faults, { seed, notifications: { deaf: 0.5 } })
    met.add(String(await tell(3)))
  }
  expect(met).toEqual(new Set(['0,0,0', '1,1,1']))
})

test("faults ordered for one person's notifications meet nobody else's", async () => {
  const { faults, tell, person, world } = await subscribed()
  const other = world.addPerson({ tid: person.tid, displayName: 'Bo Lind' })
  orderFaults(faults, { notifications: { person: other.oid, drop: true, createdTwice: true, copies: 3 } })
  expect(await tell(1)).toEqual([1])
  orderFaults(faults, { notifications: { person: person.oid } })
  expect(await tell(1)).toEqual([0])
})

test('an address that answers slowly is told late and then nothing, until ten minutes have passed', async () => {
  let slow = false
  const heard = await subscribed(async () => {
    if (slow) await heard.clock.sleep(seconds(4))
    return new Response(null, { status: 202 })
  })
  const { faults, tell, change, clock, told } = heard
  orderFaults(faults, { notifications: { judged: true } })
  await tell(8)
  slow = true
  await tell(1)
  await clock.advance(seconds(4))
  slow = false
  expect(await tell(1)).toEqual([0])
  await clock.advance(seconds(10))
  expect(told()).toHaveLength(10)
  slow = true
  change()
  await clock.advance(seconds(11))
  await clock.advance(seconds(4))
  slow = false
  expect(await tell(2)).toEqual([0, 0])
  await clock.advance(minutes(10))
  expect(await tell(1)).toEqual([1])
})

test.each(['subscriptionRemoved', 'missed', 'reauthorizationRequired'] as const)(
  '%s is told by order',
  async (event) => {
    const { graph, clock, told, id } = await subscribed()
    graph.subscriptions.tellLifecycle(id, event)
    await clock.advance(seconds(1))
    expect(told()).toEqual([expect.objectContaining({ subscriptionId: id, lifecycleEvent: event })])
  },
)

test.each([
  ['removed', ['subscriptionRemoved'], false],
  ['missed', ['missed'], true],
  ['reauthorize', [undefined, 'reauthorizationRequired'], true],
] as const)('lifecycle.%s tells %j at a change', async (name, events, stays) => {
  const { faults, change, clock, told, graph } = await subscribed()
  orderFaults(faults, { lifecycle: { [name]: true } })
  change()
  await clock.advance(seconds(1))
  expect(told().map(({ lifecycleEvent }) => lifecycleEvent)).toEqual(events)
  expect(graph.subscriptions.list()).toHaveLength(stays ? 1 : 0)
})

test('a change is missed with the ordered share', async () => {
  const { faults, tell, told } = await subscribed()
  orderFaults(faults, { seed: 1, lifecycle: { missed: 0.5 } })
  await tell(20)
  expect(new Set(told().map(({ lifecycleEvent }) => lifecycleEvent))).toEqual(new Set([undefined, 'missed']))
})

test('a subscription is removed without a word when lifecycle notifications are lost', async () => {
  const { faults, graph, clock, told, id } = await subscribed()
  orderFaults(faults, { lifecycle: { lost: true } })
  graph.subscriptions.tellLifecycle(id, 'subscriptionRemoved')
  await clock.advance(hours(1))
  expect(told()).toEqual([])
  expect(graph.subscriptions.list()).toEqual([])
})

test('subscribing is refused as for an address that does not answer, and nobody was asked', async () => {
  const { faults, call, handshakes, mailbox } = await subscribed()
  const calendar = mailbox.addCalendar({ name: 'Other' }).id
  const asked = handshakes.length
  const subscribe = () => call('POST', '/subscriptions', order({ resource: `me/calendars/${calendar}/events` }))
  orderFaults(faults, { subscriptions: { unreachable: true } })
  const refused = await subscribe()
  expect(refused.status).toBe(400)
  expect(await refused.json()).toMatchObject({
    error: { code: 'InvalidRequest', message: 'Subscription validation request timed out.' },
  })
  expect(handshakes).toHaveLength(asked)
  orderFaults(faults, { subscriptions: { unreachable: false } })
  expect((await subscribe()).status).toBe(201)
})

test('subscribing to one calendar is refused as for a token that is over, and to the others it is not', async () => {
  const { faults, call, mailbox } = await subscribed()
  const [odd = '', other = ''] = ['Odd', 'Other'].map((name) => mailbox.addCalendar({ name }).id)
  const subscribe = (id: string) => call('POST', '/subscriptions', order({ resource: `me/calendars/${id}/events` }))
  orderFaults(faults, { subscriptions: { unauthorized: odd } })
  const refused = await subscribe(odd)
  expect(refused.status).toBe(401)
  expect(await refused.json()).toMatchObject({ error: { code: 'ExtensionError' } })
  expect((await subscribe(other)).status).toBe(201)
})

test('a renewal finds the subscription gone, and another one can be made', async () => {
  const { faults, call, id } = await subscribed()
  orderFaults(faults, { subscriptions: { renewalGone: true } })
  const renewal = await call('PATCH', `/subscriptions/${id}`, { expirationDateTime: inHours(72) })
  expect(renewal.status).toBe(404)
  expect(await renewal.json()).toMatchObject({ error: { code: 'ResourceNotFound' } })
  expect((await call('POST', '/subscriptions', order())).status).toBe(201)
})
