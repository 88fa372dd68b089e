import { beforeEach, expect, test } from 'vitest'
import { SAMPLE } from '../../infra/local/settings.ts'
import { SyncError } from '../../shared/core/errors.ts'
import { epochMs, hours, minutes } from '../../shared/core/time.ts'
import { type Client, PLANNER } from '../support/authorization.ts'
import { ofAnotherRelease, rowsOf } from '../support/damage.ts'
import { lastAccount } from '../support/erasing.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { form } from '../support/oauth.ts'
import { linesOf, pass, type Reading, startReading } from '../support/reading.ts'
import { type ServiceFixture, startService } from '../support/service.ts'
import { startWriting } from '../support/writing.ts'

let fixture: ServiceFixture
let reading: Reading
let account: string

beforeEach(async () => {
  fixture = await startService()
  reading = await startReading(fixture, { singles: 3 })
  const { body } = await (await reading.reader()).get('/v1/userinfo')
  account = String(body['sub'])
  await fixture.clock.advance(minutes(1))
})

async function revoke(client: Client): Promise<void> {
  const credentials = { client_id: client.clientId, client_secret: client.secret }
  expect(
    (await fixture.service.oauth.revoke(form('/oauth/token/revoke', { ...credentials, sub: account }))).status,
  ).toBe(200)
}

const subscriptions = () => fixture.graph.subscriptions.list().length

test('when the last integrator is gone, the subscriptions and tokens are too, and the mailbox is left in peace', async () => {
  await revoke(SAMPLE)
  await fixture.settle()
  expect(subscriptions()).toBe(0)
  expect(linesOf(fixture, 'account-disconnected')).toHaveLength(1)
  fixture.graph.requests.clear()
  reading.mailbox.create(oneHour('Not ours to know', '2026-11-20'))
  await fixture.deliver()
  await pass(fixture, hours(30), minutes(30))
  expect(fixture.graph.requests.list()).toEqual([])
  // The day on which what is kept goes.
  expect(fixture.tables.rows('schedule')).toHaveLength(1)
})

test('an integrator that leaves others behind ends nothing for them', async () => {
  await fixture.connect(reading.person, PLANNER)
  await fixture.settle()
  await fixture.clock.advance(minutes(1))
  await revoke(SAMPLE)
  await fixture.settle()
  expect(subscriptions()).toBe(1)
  expect(linesOf(fixture, 'account-disconnected')).toEqual([])
})

test('a revocation whose wake-up is lost is found within the hour', async () => {
  const deaf = await startService({
    beside: fixture,
    throughWaker: () => ({ wake: () => Promise.reject(new SyncError('QUEUE_UNAVAILABLE', 'lost')) }),
  })
  const credentials = { client_id: SAMPLE.clientId, client_secret: SAMPLE.secret }
  await deaf.service.oauth.revoke(form('/oauth/token/revoke', { ...credentials, sub: account }))
  await pass(fixture, hours(1))
  expect(subscriptions()).toBe(0)
})

test('a subscription that Microsoft has, and nobody has noted, is ended too', async () => {
  // It was made, and the answer refused it.
  fixture.faults.answers.push({ status: 403, afterCommit: true, times: 1, method: 'POST', path: '/subscriptions' })
  const other = await startReading(fixture, { singles: 1 })
  expect(await other.shown()).toEqual(other.actual())
  expect(subscriptions()).toBe(2)
  const credentials = { client_id: SAMPLE.clientId, client_secret: SAMPLE.secret }
  await fixture.service.oauth.revoke(form('/oauth/token/revoke', { ...credentials, sub: lastAccount(fixture) }))
  await fixture.clock.advance(minutes(1))
  await fixture.settle()
  expect(subscriptions()).toBe(1)
})

test('a subscription that a handler makes in the midst of it is ended too', async () => {
  const { id } = reading.mailbox.addCalendar({ name: 'Rehearsals' })
  const other = await startService({ beside: fixture })
  other.intercept = async (sent) => fixture.graph.fetch(sent)
  await fixture.clock.advance(hours(1))
  const left: number[] = []
  fixture.intercept = async (sent) => {
    if (left.length > 0 || sent.method !== 'POST' || !sent.url.endsWith('/subscriptions')) return undefined
    if (!(await sent.clone().text()).includes(id)) return undefined
    await revoke(SAMPLE)
    await other.service.syncMailbox({ account, reason: 'revoked' })
    // What there was by then has been ended.
    left.push(subscriptions())
    return undefined
  }
  await fixture.service.syncMailbox({ account, reason: 'notified' })
  expect(linesOf(other, 'account-disconnected')).toHaveLength(1)
  expect([...left, subscriptions()]).toEqual([0, 0])
})

test('whoever connects again goes on where it stopped', async () => {
  await revoke(SAMPLE)
  await fixture.settle()
  reading.mailbox.create(oneHour('Made meanwhile', '2026-11-20'))
  await fixture.connect(reading.person)
  await fixture.settle()
  await fixture.clock.advance(minutes(51))
  expect(await reading.shown()).toEqual(reading.actual())
  expect(subscriptions()).toBe(1)
})

test('a mailbox that is throttled is disconnected a little later', async () => {
  fixture.faults.answers.push({ status: 429, times: 1, method: 'DELETE', retryAfter: '30' })
  await revoke(SAMPLE)
  await fixture.settle()
  expect(linesOf(fixture, 'account-disconnected')).toEqual([])
  await pass(fixture, minutes(2), minutes(1))
  expect(subscriptions()).toBe(0)
})

test('T3: whoever connects stays connected although the visit comes before the code, by a clock that is ahead', async () => {
  let ahead: ServiceFixture | undefined
  const slow = await startService({
    throughWaker: (waker) => ({
      async wake(wakeUps, wait) {
        for (const one of wakeUps) if (one.reason === 'connected') await ahead?.service.syncMailbox(one)
        await waker.wake(wakeUps, wait)
      },
    }),
  })
  const { clock } = slow
  ahead = await startService({ beside: slow, clock: { ...clock, now: () => epochMs(clock.now() + minutes(1)) } })
  const connected = await startReading(slow, { singles: 3 })
  expect(await connected.shown()).toEqual(connected.actual())
})

test('actions that can never be applied do not keep the tokens here', async () => {
  const writing = await startWriting(Promise.resolve(fixture), 'Bo Lind')
  await writing.upsert(writing.meeting())
  await writing.sync()
  await fixture.clock.advance(minutes(1))
  const asked = await writing.upsert(writing.meeting({ summary: 'Renamed' }))
  const [agreement] = rowsOf(fixture, 'agreement.')
  if (agreement === undefined) throw new Error('nothing was agreed on')
  await ofAnotherRelease(fixture, agreement)
  const before = subscriptions()
  const credentials = { client_id: SAMPLE.clientId, client_secret: SAMPLE.secret }
  await fixture.service.oauth.revoke(form('/oauth/token/revoke', { ...credentials, sub: lastAccount(fixture) }))
  // What was asked for is looked at before; the queue gives that message up after ten deliveries.
  await fixture.service.syncMailbox(fixture.queue.find(({ reason }) => reason === 'revoked'))
  expect(subscriptions()).toBe(before - 1)
  expect(linesOf(fixture, 'actions-left')).toHaveLength(1)
  expect(linesOf(fixture, 'account-disconnected')).toHaveLength(1)
  await expect((await writing.as(SAMPLE)).outcome(asked)).resolves.toMatchObject({
    state: 'rejected',
    reason: 'disconnected',
  })
})
