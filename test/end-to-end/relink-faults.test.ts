import { beforeEach, expect, test } from 'vitest'
import { fillMailbox, MailboxOrder } from '../../infra/local/microsoft365/control/mailboxes.ts'
import { SAMPLE } from '../../infra/local/settings.ts'
import { days, hours } from '../../shared/core/time.ts'
import { PLANNER } from '../support/authorization.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { answerLines, mailboxLines, spanAround } from '../support/mailbox-answer.ts'
import { form } from '../support/oauth.ts'
import { linesOf, pass, startReading } from '../support/reading.ts'
import { type ServiceFixture, startService } from '../support/service.ts'
import { startWriting, type Told } from '../support/writing.ts'

let fixture: ServiceFixture

beforeEach(async () => {
  fixture = await startService()
})

/** Rows of accounts by kind; what a relink leaves twice shows here. */
const rowCount = () => fixture.tables.rows('accounts').length

const linesNow = async (reader: Awaited<ReturnType<ServiceFixture['connect']>>) =>
  answerLines(reader, spanAround(fixture.clock.now()))

test('G9: who connects again is told every event once, under the ids it had', async () => {
  const reading = await startReading(fixture, { singles: 30, series: 2, occurrences: 5 })
  const ids = async () => {
    const { body } = await (await reading.reader()).get('/v1/events?tzid=Etc/UTC')
    return (body['events'] as Told[]).map(({ event_uid, start }) => `${event_uid} ${start}`).sort()
  }
  const [before, rows] = [await ids(), rowCount()]
  const subscriptions = () => fixture.graph.subscriptions.list().length
  const subscribed = subscriptions()
  for (let again = 0; again < 3; again++) {
    await pass(fixture, hours(1), hours(1))
    await fixture.connect(reading.person)
    await fixture.settle()
  }
  expect(await ids()).toEqual(before)
  expect(rowCount()).toBe(rows)
  expect(subscriptions()).toBe(subscribed)
})

test('G9: who connects again after a month of silence sees what is there now, and nothing twice', async () => {
  const reading = await startReading(fixture, { singles: 30, series: 2, occurrences: 40 })
  await fixture.clock.advance(days(31))
  const [first, second] = [...reading.mailbox.calendar().store.items.keys()]
  reading.mailbox.remove(first ?? '')
  reading.mailbox.patch(second ?? '', { subject: 'Changed meanwhile' })
  reading.mailbox.create(oneHour('Made meanwhile', '2026-12-20'))
  reading.mailbox.expireTokens()
  const reader = await fixture.connect(reading.person)
  await fixture.settle()
  await pass(fixture, hours(1))
  expect(await linesNow(await fixture.connect(reading.person))).toEqual(reading.actual())
  expect((await reader.get('/v1/account')).status).toBe(401)
})

test('G9: with another Microsoft account an integrator is told of its events alone, and its old token reads the old one', async () => {
  const [anna, bo] = ['Anna', 'Bo'].map((displayName) =>
    fillMailbox(fixture.world, MailboxOrder.parse({ displayName, singles: 20, seed: displayName.length })),
  )
  if (anna === undefined || bo === undefined) throw new Error('nobody')
  anna.mailbox.create(oneHour('Of Anna only', '2026-11-20'))
  bo.mailbox.create(oneHour('Of Bo only', '2026-11-20'))
  const asAnna = await fixture.connect(anna.person)
  await fixture.settle()
  const asBo = await fixture.connect(bo.person)
  await fixture.settle()
  const span = spanAround(fixture.clock.now())
  expect(await linesNow(asBo)).toEqual(mailboxLines(bo.mailbox, span))
  expect(await linesNow(asAnna)).toEqual(mailboxLines(anna.mailbox, span))
  anna.mailbox.create(oneHour('Later, of Anna only', '2026-11-20'))
  await fixture.deliver()
  expect((await linesNow(asBo)).join()).not.toContain('Anna')
})

test('G9: a revoked integrator reads nothing any more, and the others are not touched', async () => {
  const at = await startWriting()
  const planner = await at.as(PLANNER)
  await at.fixture.settle()
  await planner.upsert(at.meeting({ event_id: 'planned', summary: 'Planned' }))
  await at.sync()
  const sub = String(linesOf(at.fixture, 'account-connected')[0]?.['account'])
  await at.fixture.service.oauth.revoke(
    form('/oauth/token/revoke', { client_id: SAMPLE.clientId, client_secret: SAMPLE.secret, sub }),
  )
  expect(await at.send('POST', await planner.path(), at.meeting())).toMatchObject({ status: 401 })
  expect((await at.call({ path: '/v1/events?tzid=Etc/UTC' })).status).toBe(401)
  expect((await planner.read()).map(({ summary }) => summary)).toEqual(['Planned'])
  expect(at.held()).toHaveLength(1)
})

test('G9: an integrator that connects again knows its events by their ids, and makes none of them twice', async () => {
  const at = await startWriting()
  await at.upsert(at.meeting())
  await at.sync()
  await at.fixture.clock.advance(days(2))
  const again = await at.as(SAMPLE)
  await at.fixture.settle()
  await again.upsert(at.meeting({ summary: 'Renamed' }))
  await again.sync()
  expect(at.held().map(({ fields }) => fields['subject'])).toEqual(['Renamed'])
  expect((await again.read()).map(({ event_id }) => event_id)).toEqual(['fa-1'])
})
