import { beforeEach, expect, test, vi } from 'vitest'
import type { Delivery } from '../../shared/channels/ports.ts'
import { SyncError } from '../../shared/core/errors.ts'
import { days, elapsed, epochMs, hours, minutes, parseInstant, seconds } from '../../shared/core/time.ts'
import type { ChannelWaker } from '../../shared/messaging/channel-wake.ts'
import { CALLBACK, listed, openChannel, startChannels, told } from '../support/channels.ts'
import { beforeCommit } from '../support/failing-tables.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { pass } from '../support/reading.ts'
import { OK } from '../support/receivers.ts'
import { type ServiceFixture, startService } from '../support/service.ts'
import type { Writing } from '../support/writing.ts'

let writing: Writing
let fixture: ServiceFixture
let queue: 'well' | 'away' | 'losing'
beforeEach(async () => {
  queue = 'well'
  writing = await startChannels(startService({ throughChannelWaker: unreliable }))
  fixture = writing.fixture
})

const unreliable = (waker: ChannelWaker): ChannelWaker => ({
  async wake(...given) {
    if (queue === 'away') throw new SyncError('QUEUE_UNAVAILABLE', 'the queue is away')
    if (queue === 'well') await waker.wake(...given)
  },
})

const answers = (status: number): Delivery => ({ kind: 'answered', status })
const change = (subject: string) => writing.mailbox.create(oneHour(subject, '2026-11-23'))
const attempts = (url = CALLBACK) => fixture.receivers.received.filter((one) => one.url === url)

test.each([
  [answers(500), 'http_500'],
  [answers(302), 'http_302'],
  [{ kind: 'failed', reason: 'timed_out' }, 'timed_out'],
] as const)(
  'X2: a receiver that answers %j is asked again for 72 hours and more, and is listed as failing',
  async (answer, reason) => {
    await openChannel(writing)
    fixture.receivers.received.length = 0
    fixture.receivers.answer = () => answer
    change('Untold')
    await told(fixture)
    await pass(fixture, hours(86), minutes(20))
    const times = attempts().map(({ at }) => at)
    expect(times.length).toBeGreaterThanOrEqual(10)
    const gaps = times.slice(1).map((at, index) => elapsed(times[index] ?? epochMs(0), at) / 3_600_000)
    expect(elapsed(times[0] ?? epochMs(0), times[9] ?? epochMs(0))).toBeGreaterThan(hours(72))
    expect(Math.max(...gaps)).toBeLessThan(28)
    const [channel] = await listed(writing)
    expect(channel).toMatchObject({ status: 'failing', failure: { reason } })
    expect(new Set(attempts().map(({ notification }) => notification.changes_since)).size).toBe(1)
  },
  60_000,
)

test('X2: after the schedule it is asked once a day, and is told everything when it is back', async () => {
  await openChannel(writing)
  fixture.receivers.answer = () => answers(503)
  change('First')
  await told(fixture)
  for (let day = 0; day < 6; day++) await pass(fixture, days(1), minutes(30))
  const before = attempts().length
  await pass(fixture, days(2), minutes(30))
  expect(attempts().length - before).toBeLessThanOrEqual(2)
  expect(attempts().length - before).toBeGreaterThanOrEqual(1)
  fixture.receivers.answer = () => OK
  await pass(fixture, days(2), minutes(30))
  expect(await listed(writing)).toMatchObject([{ status: 'active' }])
}, 240_000)

test('a receiver that was down for a day gets everything in one notification when it returns', async () => {
  await openChannel(writing)
  fixture.receivers.answer = () => answers(500)
  const started = fixture.clock.now()
  for (let hour = 0; hour < 24; hour++) {
    change(`In hour ${hour}`)
    await fixture.deliver()
    await pass(fixture, hours(1), minutes(10))
  }
  expect(await listed(writing)).toMatchObject([{ status: 'failing', failure: { reason: 'http_500' } }])
  fixture.receivers.taken()
  fixture.receivers.answer = () => OK
  await pass(fixture, hours(16), minutes(10))
  expect(fixture.receivers.taken()).toEqual(['change'])
  const since = fixture.receivers.received.at(-1)?.notification.changes_since ?? ''
  expect(parseInstant(since)).toBeLessThanOrEqual(started + seconds(2))
  const read = await writing.read(`last_modified=${since}`)
  expect(read).toHaveLength(24)
  expect(await listed(writing)).toMatchObject([{ status: 'active' }])
}, 240_000)

test('X2: 410 closes the channel, says so, and the same request opens it again', async () => {
  const { channel_id } = await openChannel(writing)
  fixture.receivers.answer = () => answers(410)
  change('Nobody is there')
  expect(await told(fixture)).toEqual(['change'])
  expect(await listed(writing)).toMatchObject([{ channel_id, status: 'closed', closed_reason: 'http_410' }])
  change('Nobody is told')
  expect(await told(fixture)).toEqual([])
  fixture.receivers.answer = () => OK
  const again = await writing.send('POST', '/v1/channels', { callback_url: CALLBACK })
  expect(again.body).toMatchObject({ channel: { channel_id, status: 'active' } })
  expect(await told(fixture)).toEqual(['verification'])
  change('Somebody is there')
  expect(await told(fixture)).toEqual(['change'])
})

test('X2: one slow receiver delays no other, nor the account', async () => {
  await openChannel(writing)
  await openChannel(writing, { callback_url: 'https://quick.example/' })
  let answerSlow = (_: Delivery) => {}
  const slow = new Promise<Delivery>((resolve) => {
    answerSlow = resolve
  })
  fixture.receivers.answer = ({ url }) => (url === CALLBACK ? slow : OK)
  change('For both')
  await fixture.deliver()
  const handled = fixture.channelQueue.map((wake) => fixture.service.notifyChannel(wake))
  await Promise.race(handled)
  expect(attempts('https://quick.example/').at(-1)?.notification.type).toBe('change')
  answerSlow(OK)
  await Promise.all(handled)
})

test('X2: many slow receivers of one integrator leave half of an instance to the others, and are told later', async () => {
  for (let at = 0; at < 20; at++) await openChannel(writing, { callback_url: `https://slow.example/${at}` })
  let answerSlow = (_: Delivery) => {}
  const slow = new Promise<Delivery>((resolve) => {
    answerSlow = resolve
  })
  fixture.receivers.answer = () => slow
  const before = fixture.receivers.received.length
  change('For all')
  await fixture.deliver()
  let left = 0
  const handled = fixture.channelQueue.map((wake) => fixture.service.notifyChannel(wake).then(() => left++))
  await vi.waitFor(() => expect([left, fixture.receivers.received.length - before]).toEqual([4, 16]))
  answerSlow(OK)
  await Promise.all(handled)
  await told(fixture)
  expect(fixture.receivers.received.length - before).toBe(20)
})

test('a lost wake-up is found by the next planned visit, within the hour', async () => {
  await openChannel(writing)
  queue = 'away'
  change('Told late')
  await told(fixture)
  queue = 'well'
  expect(fixture.receivers.taken()).toEqual([])
  await pass(fixture, hours(1), minutes(5))
  expect(fixture.receivers.taken()).toEqual(['change'])
})

test('a retry whose message is lost is found by a planned visit', async () => {
  await openChannel(writing)
  fixture.receivers.answer = () => answers(500)
  change('Told late')
  await fixture.deliver()
  queue = 'losing'
  await fixture.clock.advance(seconds(3))
  await fixture.settle()
  expect(fixture.receivers.taken()).toEqual(['change'])
  queue = 'well'
  fixture.receivers.answer = () => OK
  await pass(fixture, hours(1), minutes(5))
  expect(fixture.receivers.taken()).toEqual(['change'])
})

test('a crash after the receiver has taken it tells it once more with the same id, and one before it loses nothing', async () => {
  await openChannel(writing)
  let isDown = true
  const crashing = await startService({
    beside: fixture,
    throughTables: (tables) =>
      beforeCommit(tables, (writes) => {
        if (isDown && writes.some(({ rowKey }) => rowKey.startsWith('state.channel.')))
          throw new Error('the process is gone')
      }),
  })
  change('Told twice')
  await fixture.deliver()
  await fixture.clock.advance(seconds(3))
  const [wake] = fixture.channelQueue
  await expect(crashing.service.notifyChannel(wake)).rejects.toThrow()
  isDown = false
  await crashing.service.notifyChannel(wake)
  const [first, second] = attempts().slice(-2)
  expect(fixture.receivers.taken()).toEqual(['change', 'change'])
  expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
  await crashing.service.notifyChannel(wake)
  expect(fixture.receivers.taken()).toEqual([])
})

test('two handlers of one channel at once: the slower one changes nothing', async () => {
  await openChannel(writing)
  change('Told by two')
  await fixture.deliver()
  await fixture.clock.advance(seconds(3))
  const [wake] = fixture.channelQueue
  await Promise.all([fixture.service.notifyChannel(wake), fixture.service.notifyChannel(wake)])
  expect(fixture.receivers.taken().length).toBeLessThanOrEqual(2)
  await told(fixture)
  expect(fixture.receivers.taken()).toEqual([])
  expect(await listed(writing)).toMatchObject([{ status: 'active' }])
})

test('a message with a reason of another release is handled, and one that names no channel is given up', async () => {
  await openChannel(writing)
  change('Told')
  await fixture.deliver()
  await fixture.clock.advance(seconds(3))
  const [wake] = fixture.channelQueue
  await fixture.service.notifyChannel({ ...wake, reason: 'of-tomorrow', further: 1 })
  expect(fixture.receivers.taken()).toEqual(['change'])
  await expect(fixture.service.notifyChannel({ account: wake?.account })).rejects.toMatchObject({
    code: 'MESSAGE_INVALID',
  })
})
