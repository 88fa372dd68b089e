import { beforeEach, expect, test } from 'vitest'
import {
  type DurationMs,
  type EpochMs,
  earlier,
  elapsed,
  epochMs,
  hours,
  later,
  minutes,
  seconds,
} from '../../shared/core/time.ts'
import type { ChannelWake } from '../../shared/messaging/channel-wake.ts'
import { CALLBACK, openChannel, startChannels, told } from '../support/channels.ts'
import { lastAccount } from '../support/erasing.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { pass } from '../support/reading.ts'
import { OK } from '../support/receivers.ts'
import { type ServiceFixture, startService } from '../support/service.ts'
import type { Writing } from '../support/writing.ts'

let writing: Writing
let fixture: ServiceFixture
beforeEach(async () => {
  writing = await startChannels(startService())
  fixture = writing.fixture
})

const change = (subject: string) => writing.mailbox.create(oneHour(subject, '2026-11-23'))

/** An instance whose clock is behind that of the queue; `sent` is what it asks the queue for, and for when. */
async function startBehind(by: DurationMs) {
  const clock = { ...fixture.clock, now: () => earlier(fixture.clock.now(), by) }
  const sent: { wakes: readonly ChannelWake[]; at: EpochMs }[] = []
  const wake = async (wakes: readonly ChannelWake[], wait = seconds(0)) =>
    void sent.push({ wakes, at: later(clock.now(), wait) })
  const { service } = await startService({ beside: fixture, clock, throughChannelWaker: () => ({ wake }) })
  return { service, sent }
}

/** Handles messages as the host does, one after the other, as soon as they are there. */
async function handle(service: ServiceFixture['service'], wakes: readonly ChannelWake[]): Promise<void> {
  for (const wake of wakes) await service.notifyChannel(wake, fixture.clock.now())
}

/** A channel whose receiver has just refused what `service` has told it. */
async function refuse(service: ServiceFixture['service']): Promise<readonly ChannelWake[]> {
  await openChannel(writing)
  fixture.receivers.answer = () => ({ kind: 'answered', status: 500 })
  change('Told later')
  await fixture.deliver()
  await fixture.clock.advance(seconds(3))
  const wakes = fixture.channelQueue.slice(0, 1)
  await handle(service, wakes)
  expect(fixture.receivers.taken()).toEqual(['change'])
  fixture.receivers.answer = () => OK
  return wakes
}

test.each([seconds(1), seconds(4)])('a retry is made by an instance whose clock is %i ms behind', async (by) => {
  const { service, sent } = await startBehind(by)
  await refuse(service)
  const taken: string[] = []
  while (taken.length === 0 && sent.length > 0) {
    const [{ wakes, at } = { wakes: [], at: epochMs(0) }] = sent.splice(0, 1)
    const wait = Math.max(0, elapsed(fixture.clock.now(), at)) as DurationMs
    await fixture.clock.advance(wait)
    await handle(service, wakes)
    taken.push(...fixture.receivers.taken())
  }
  expect(taken).toEqual(['change'])
  expect(sent).toEqual([])
})

test('what the queue of accounts tells of its clock puts off no retry', async () => {
  const { service, sent } = await startBehind(seconds(0))
  const account = lastAccount(fixture)
  await service.syncMailbox({ account, reason: 'asked' }, later(fixture.clock.now(), hours(1)))
  await refuse(service)
  expect(sent.map(({ at }) => elapsed(fixture.clock.now(), at) < minutes(1))).toEqual([true])
})

test('of many messages that come while nothing is to be told one is sent again', async () => {
  await openChannel(writing)
  change('Told at once')
  await fixture.deliver()
  await fixture.clock.advance(seconds(3))
  await fixture.settle()
  expect(fixture.receivers.taken()).toEqual(['change'])
  const { service, sent } = await startBehind(seconds(0))
  change('Told in the pause')
  await fixture.deliver()
  const [wake] = fixture.channelQueue
  if (wake === undefined) throw new Error('the channel is not woken')
  await fixture.clock.advance(seconds(3))
  await handle(service, Array<ChannelWake>(20).fill(wake))
  expect(sent.map(({ wakes }) => wakes.length)).toEqual([1])
  await fixture.clock.advance(seconds(10))
  await handle(service, sent[0]?.wakes ?? [])
  expect(fixture.receivers.taken()).toEqual(['change'])
  expect(sent).toHaveLength(1)
})

test('a write that fails after the channel was made is told, although an instance made it whose clock is ahead', async () => {
  const clock = { ...fixture.clock, now: () => later(fixture.clock.now(), minutes(4)) }
  const { service } = await startService({ beside: fixture, clock })
  const body = { callback_url: CALLBACK, notification_types: ['event_write_failed'] }
  expect((await writing.call({ method: 'POST', path: '/v1/channels', body }, service)).status).toBe(200)
  const sent = await writing.upsert(writing.meeting({ summary: 'x'.repeat(1024) }))
  expect(await told(fixture)).toEqual(['verification', 'event_write_failed'])
  expect(await writing.outcome(sent)).toMatchObject({ state: 'rejected' })
  await pass(fixture, hours(1), minutes(5))
  expect(fixture.receivers.taken()).toEqual([])
})

test('a message that comes long before the time of the next attempt is not put back', async () => {
  const { service, sent } = await startBehind(minutes(2))
  const wakes = await refuse(fixture.service)
  await handle(service, wakes)
  expect(sent).toEqual([])
})
