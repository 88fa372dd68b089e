import { beforeEach, expect, test } from 'vitest'
import { readExportSchema } from '../../shared/api/me/export/schema.ts'
import { Export } from '../../shared/api/me/export/shapes.ts'
import type { Connection } from '../support/authorization.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { readCalendar, textsIn } from '../support/i-calendar.ts'
import { actsIn, type MeVisitor, textOf, visitMe } from '../support/me.ts'
import { type Reading, startReading } from '../support/reading.ts'
import { type ServiceFixture, startService } from '../support/service.ts'

let fixture: ServiceFixture
let reading: Reading
let integrator: Connection
let anna: MeVisitor

beforeEach(async () => {
  fixture = await startService()
  reading = await startReading(fixture, { singles: 30, series: 2, occurrences: 8, displayName: 'Anna Holm' })
  integrator = await reading.reader()
  anna = await visitMe(fixture.service, reading.person)
})

const EVENT = {
  ...{ event_id: 'my-1', summary: 'Made by an integrator', tzid: 'Europe/Copenhagen' },
  ...{ start: '2026-11-27T09:00:00', end: '2026-11-27T10:00:00' },
}

/** An event of the integrator's own, one more that waits, a channel, a kept answer, and one event that was deleted. */
async function fillAccount(): Promise<void> {
  const { body } = await integrator.get('/v1/calendars')
  const [{ calendar_id: calendar } = { calendar_id: '' }] = body['calendars'] as { calendar_id: string }[]
  const path = `/v1/calendars/${calendar}/events`
  await integrator.send('POST', path, EVENT)
  await integrator.call({ method: 'POST', path: '/v1/channels', body: { callback_url: 'https://fa.example/told' } })
  const change = { method: 'POST', relative_url: '/v1/nowhere', data: {} }
  const batch = { batch: [change, { method: 'GET', relative_url: '/v1/calendars' }] }
  await integrator.call({ method: 'POST', path: '/v1/batch', body: batch, headers: { 'idempotency-key': 'k' } })
  const gone = reading.mailbox.create(oneHour('Deleted again', '2026-11-25'))
  await fixture.deliver()
  reading.mailbox.remove(gone.item.id)
  await fixture.deliver()
  await integrator.send('POST', path, { ...EVENT, event_id: 'my-2', summary: 'Not applied yet' })
}

async function exportedJson() {
  const answer = await anna.open('/me/export.json')
  const text = await textOf(answer)
  return { answer, text, told: JSON.parse(text) }
}

test('an export holds every kind of record, and nothing that its schema does not name', async () => {
  await fillAccount()
  const { told } = await exportedJson()
  const parsed = Export.parse(told)
  expect(parsed).toEqual(told)
  expect(parsed.account).toMatchObject({ name: 'Anna Holm', state: 'active', object_id: reading.person.oid })
  expect(parsed.integrators).toMatchObject([
    { client_id: 'sample', allowed: expect.arrayContaining(['See your events']) },
  ])
  expect(parsed.channels).toMatchObject([{ callback_url: 'https://fa.example/told' }])
  expect(parsed.series).toHaveLength(2)
  expect(parsed.series[0]?.occurrences).toHaveLength(8)
  expect(parsed.actions.map(({ state }) => state)).toEqual(['applied', 'pending'])
  expect(parsed.actions[1]?.request?.wanted).toMatchObject({ summary: 'Not applied yet' })
  expect(parsed.agreements).toMatchObject([{ event_id: 'my-1', stored: { summary: EVENT.summary } }])
  expect(parsed.kept_answers).toMatchObject([{ status: 207 }])
  expect(parsed.events.find(({ summary }) => summary === EVENT.summary)).toMatchObject({
    created_by: { client_id: 'sample', event_id: 'my-1' },
    start: { kind: 'instant', at: '2026-11-27T08:00:00.000Z' },
  })
  expect(parsed.events.some(({ deleted }) => deleted)).toBe(true)
})

test('an export holds every event that an integrator is told, and the calendar file those that are not deleted', async () => {
  await fillAccount()
  const { body } = await integrator.get('/v1/events?tzid=Etc/UTC&include_managed=true&include_deleted=true')
  // What is not applied yet has no id at Microsoft.
  const listed = (body['events'] as { event_uid?: string }[]).flatMap(({ event_uid }) => event_uid ?? []).sort()
  const { told } = await exportedJson()
  const parsed = Export.parse(told)
  expect(parsed.events.map(({ event_uid }) => event_uid).sort()).toEqual(listed)
  const calendar = readCalendar(await textOf(await anna.open('/me/export.ics')))
  const summaries = calendar.parts.map(({ lines }) =>
    textsIn(lines.find(({ name }) => name === 'SUMMARY')?.value ?? ''),
  )
  const present = parsed.events.filter(({ deleted }) => !deleted).map(({ summary }) => [summary])
  expect(summaries.sort()).toEqual(present.sort())
  // One of each format in the hour.
  expect((await actsIn(anna)).filter((act) => act === 'exported')).toHaveLength(2)
})

test('an export holds no token, no hash of one, and nothing that leads on at Microsoft', async () => {
  await fillAccount()
  const { text } = await exportedJson()
  expect(text).not.toContain(`cache.${reading.person.oid}`)
  expect(text).not.toContain(integrator.authorization().authorization.slice('Bearer '.length))
  expect(text).not.toMatch(/hash|deltatoken|skiptoken|refresh|etag/i)
})

test('both files are stored by the browser under a name, and kept by nobody on the way', async () => {
  const [json, calendar] = [await anna.open('/me/export.json'), await anna.open('/me/export.ics')]
  expect(json.headers).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'content-disposition': 'attachment; filename="microsoft-365-sync.json"',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
  expect(calendar.headers).toMatchObject({
    'content-type': 'text/calendar; charset=utf-8',
    'content-disposition': 'attachment; filename="microsoft-365-sync.ics"',
    'cache-control': 'no-store',
  })
})

test('somebody about whom nothing is stored gets files that say so', async () => {
  const bo = fixture.world.addPerson({ tid: reading.person.tid, displayName: 'Bo Lind', alias: 'bo' })
  const visitor = await visitMe(fixture.service, bo)
  const told = JSON.parse(await textOf(await visitor.open('/me/export.json')))
  expect(Export.parse(told)).toMatchObject({ calendars: [], events: [], integrators: [] })
  expect(told).not.toHaveProperty('account')
  expect(readCalendar(await textOf(await visitor.open('/me/export.ics'))).parts).toEqual([])
})

test('nothing that somebody does about whom nothing is stored gets into a trail', async () => {
  const bo = fixture.world.addPerson({ tid: reading.person.tid, displayName: 'Bo Lind', alias: 'bo' })
  const visitor = await visitMe(fixture.service, bo)
  const before = fixture.tables.rows('audit').length
  for (const path of ['/me/export.json', '/me/export.ics']) await textOf(await visitor.open(path))
  await visitor.press('Erase everything', await visitor.open('/me/erase'))
  expect(fixture.tables.rows('audit')).toHaveLength(before)
})

test('a button that is pressed again and again is in the trail once', async () => {
  const page = await anna.open()
  for (let times = 0; times < 3; times++) await anna.press('Disconnect all', page)
  expect((await actsIn(anna)).filter((act) => act === 'disconnected')).toHaveLength(1)
})

test('one export of each format may wait, and a further one is to be asked for again', async () => {
  const answers = [
    await anna.open('/me/export.json'),
    await anna.open('/me/export.json'),
    await anna.open('/me/export.json'),
    await anna.open('/me/export.ics'),
  ]
  const [first, second, third, calendar] = answers.map(({ parts }) => parts?.[Symbol.asyncIterator]())
  await first?.next()
  const waiting = second?.next()
  const waitingBeside = calendar?.next()
  await expect(third?.next()).rejects.toMatchObject({ code: 'RATE_LIMITED' })
  const { status, headers, body } = await anna.open('/me/export.json')
  expect([status, headers['retry-after']]).toEqual([429, '30'])
  expect(body).toContain('Wait a minute, and try again.')
  await first?.return?.()
  expect((await waiting)?.done).toBe(false)
  expect((await anna.open('/me/export.json')).status).toBe(200)
  await second?.return?.()
  expect((await waitingBeside)?.done).toBe(false)
  await calendar?.return?.()
})

test('exports of one instance are made one after the other, and one that is cut off keeps nobody waiting', async () => {
  const [first, second] = [await anna.open('/me/export.json'), await anna.open('/me/export.json')]
  const begun = first.parts?.[Symbol.asyncIterator]()
  await begun?.next()
  let isDone = false
  const waiting = textOf(second).then(() => {
    isDone = true
  })
  await new Promise((resolve) => setImmediate(resolve))
  expect(isDone).toBe(false)
  await begun?.return?.()
  await waiting
  expect(isDone).toBe(true)
})

test('the address in an export leads to its schema, which names every list', async () => {
  const { told } = await exportedJson()
  expect(told['$schema']).toBe('http://localhost:7071/docs/export-schema.json')
  const schema = JSON.parse((await readExportSchema()).body)
  expect(schema.required).toEqual(expect.arrayContaining(['events', 'series', 'actions', 'audit']))
})
