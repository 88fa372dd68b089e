import { beforeEach, expect, test } from 'vitest'
import { SAMPLE } from '../../infra/local/settings.ts'
import { ChannelAnswer, ChannelsAnswer } from '../../shared/api/channels/channel-api.ts'
import { hmacOf } from '../../shared/channels/sign.ts'
import { hours, seconds } from '../../shared/core/time.ts'
import { PLANNER } from '../support/authorization.ts'
import { CALLBACK, listed, openChannel, startChannels, told } from '../support/channels.ts'
import { tableRequests } from '../support/counted-tables.ts'
import { dailySeries, oneHour } from '../support/graph-stand-in.ts'
import { pass } from '../support/reading.ts'
import type { ServiceFixture } from '../support/service.ts'
import { WireNotification } from '../support/wire-notification.ts'
import type { Writing } from '../support/writing.ts'

let writing: Writing
beforeEach(async () => {
  writing = await startChannels()
})

test('a channel is created with 200, verified, listed, and closed with 202', async () => {
  const { send, get, fixture } = writing
  const created = await send('POST', '/v1/channels', { callback_url: CALLBACK })
  expect(created.status).toBe(200)
  expect(ChannelAnswer.parse(created.body).channel).toMatchObject({ callback_url: CALLBACK, filters: {} })
  await fixture.settle()
  const [verification] = fixture.receivers.received
  expect(verification?.notification).toEqual({ type: 'verification' })
  expect(verification?.headers).toMatchObject({ 'content-type': 'application/json; charset=utf-8' })
  expect(verification?.headers['Cronofy-HMAC-SHA256']).toBe(hmacOf(verification?.text ?? '', SAMPLE.secret))
  const [channel] = ChannelsAnswer.parse((await get('/v1/channels')).body).channels
  expect(channel).toMatchObject({ status: 'active' })
  expect((await send('DELETE', `/v1/channels/${channel?.channel_id}`, {})).status).toBe(202)
  expect(await listed(writing)).toEqual([])
  writing.mailbox.create(oneHour('After the end', '2026-11-23'))
  fixture.receivers.taken()
  expect(await told(fixture)).toEqual([])
})

test('a change in Microsoft 365 is told with a time that reads it', async () => {
  const { fixture, mailbox, get } = writing
  await openChannel(writing)
  mailbox.create(oneHour('News', '2026-11-23'))
  expect(await told(fixture)).toEqual(['change'])
  const body = WireNotification.parse(JSON.parse(fixture.receivers.received.at(-1)?.text ?? ''))
  expect(body.channel).toMatchObject({ callback_url: CALLBACK, filters: {} })
  const since = fixture.receivers.received.at(-1)?.notification.changes_since ?? ''
  expect(since).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  const read = await get(`/v1/events?tzid=Etc/UTC&last_modified=${since}`)
  expect((read.body['events'] as { summary: string }[]).map(({ summary }) => summary)).toContain('News')
})

test('a burst of changes is one notification, and a long one is told every ten seconds', async () => {
  const { fixture, mailbox } = writing
  await openChannel(writing)
  for (let at = 0; at < 50; at++) {
    mailbox.create(oneHour(`Burst ${at}`, '2026-11-23'))
    if (at % 25 === 0) await fixture.deliver()
  }
  expect(await told(fixture)).toEqual(['change'])
  for (let at = 0; at < 60; at++) {
    mailbox.create(oneHour(`Steady ${at}`, '2026-11-23'))
    await fixture.deliver()
  }
  expect((await told(fixture)).length).toBeLessThanOrEqual(8)
})

test('an integrator is not told of its own changes, and another one is', async () => {
  const { fixture } = writing
  await openChannel(writing)
  await openChannel(await writing.as(PLANNER), { callback_url: 'https://planner.example/notified' })
  await writing.upsert(writing.meeting())
  await told(fixture)
  const urls = fixture.receivers.received.filter(({ notification }) => notification.type === 'change')
  expect(urls.map(({ url }) => url)).toEqual(['https://planner.example/notified'])
})

test('filters name calendars and managed events', async () => {
  const { fixture, mailbox } = writing
  await writing.upsert(writing.meeting({ summary: 'Managed' }))
  await told(fixture)
  const filters = { calendar_ids: [(await writing.path()).split('/')[3]], only_managed: true }
  expect((await openChannel(writing, { filters })).filters).toEqual(filters)
  mailbox.create(oneHour('Not managed', '2026-11-23'))
  expect(await told(fixture)).toEqual([])
  mailbox.patch(writing.find('Managed')?.id ?? '', { subject: 'Renamed in Outlook' })
  expect(await told(fixture)).toEqual(['change'])
  const body = { callback_url: CALLBACK, filters: { calendar_ids: [`cal_${'x'.repeat(22)}`] } }
  expect(await writing.send('POST', '/v1/channels', body)).toMatchObject({
    status: 422,
    body: { errors: { 'filters.calendar_ids': [{ key: 'errors.invalid_calendar_ids' }] } },
  })
})

test('a channel of one calendar is told of what has left it for another one, and of nothing else there', async () => {
  const { fixture, mailbox } = writing
  const other = mailbox.addCalendar({ name: 'Other' })
  const { item } = mailbox.create(oneHour('Moves', '2026-11-23'))
  await pass(fixture, hours(1))
  await openChannel(writing, { filters: { calendar_ids: [(await writing.path()).split('/')[3]] } })
  mailbox.create(oneHour('Elsewhere', '2026-11-23'), { calendarId: other.id })
  expect(await told(fixture)).toEqual([])
  // As Outlook moves it, before the calendar that it has left is read.
  mailbox.adopt(item, other.id)
  expect(await told(fixture)).toEqual(['change'])
  mailbox.calendar().store.remove(item)
  await told(fixture)
  const single = mailbox.create(oneHour('Becomes a series', '2026-11-23')).item
  expect(await told(fixture)).toEqual(['change'])
  const series = mailbox.create(dailySeries('Becomes a series', '2026-11-23', 2), { calendarId: other.id }).item
  other.store.remove(series)
  mailbox.adopt({ ...series, id: single.id }, other.id)
  expect(await told(fixture)).toEqual(['change'])
})

test('a channel costs a visit no table request, and telling it costs five', async () => {
  const { fixture, mailbox } = writing
  const visitOf = async (subject: string) => {
    mailbox.create(oneHour(subject, '2026-11-23'))
    await fixture.clock.advance(seconds(1))
    return costOf(fixture, fixture.settle)
  }
  await visitOf('Which plans the next visit')
  const without = await visitOf('Before the channel')
  await openChannel(writing)
  expect(await visitOf('With the channel')).toBe(without)
  await fixture.clock.advance(seconds(3))
  expect(await costOf(fixture, fixture.settle)).toBe(5)
  expect(fixture.receivers.taken()).toEqual(['change'])
})

test('what is read to tell a channel does not grow with the other channels of the account', async () => {
  const { fixture, mailbox } = writing
  const { counters } = fixture
  /** Rows read to tell all channels of a change that a visit has found. */
  const tellingOf = async (subject: string) => {
    mailbox.create(oneHour(subject, '2026-11-23'))
    await fixture.clock.advance(seconds(1))
    await fixture.settle()
    const before = counters.rowsRead
    await fixture.clock.advance(seconds(12))
    await fixture.settle()
    return { rows: counters.rowsRead - before, told: fixture.receivers.taken().length }
  }
  await openChannel(writing)
  await tellingOf('Loads what is kept for a minute')
  const one = await tellingOf('For one channel')
  expect(one.told).toBe(1)
  for (let at = 2; at <= 10; at++) await openChannel(writing, { callback_url: `${CALLBACK}/${at}` })
  await tellingOf('Loads what is kept for a minute')
  const ten = await tellingOf('For ten channels')
  expect(ten.told).toBe(10)
  expect(ten.rows).toBeLessThanOrEqual(10 * one.rows)
})

async function costOf({ counters }: ServiceFixture, act: () => Promise<void>): Promise<number> {
  const before = tableRequests(counters)
  await act()
  return tableRequests(counters) - before
}

test('a failing channel is counted where the integrator looks anyway', async () => {
  const { fixture, mailbox, get } = writing
  await openChannel(writing)
  fixture.receivers.answer = () => ({ kind: 'answered', status: 500 })
  mailbox.create(oneHour('Untold', '2026-11-23'))
  await told(fixture)
  const { body } = await get('/v1/userinfo')
  expect(body['cronofy.data']).toMatchObject({ channels: { active: 0, failing: 1, closed: 0 } })
})
