import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import type { Connection } from '../support/authorization.ts'
import { createScheduleReader } from '../support/schedule-reader.ts'
import { startWriting, type Writing } from '../support/writing.ts'

let at: Writing
let reader: Connection
let other: Writing

beforeAll(async () => {
  at = await startWriting()
  for (let day = 1; day < 5; day++) await at.upsert(at.meeting({ event_id: `fa-${day}`, summary: 'Secret' }))
  await at.sync()
  reader = await at.fixture.connect(at.person)
  other = await startWriting(Promise.resolve(at.fixture), 'Bo Lund')
})

const UTC = 'tzid=Etc/UTC'

test.each<[string, string, string, string]>([
  ['no zone', '', 'tzid', 'tzid_unrecognized'],
  ['an empty zone', 'tzid=', 'tzid', 'tzid_unrecognized'],
  ['an unknown zone', 'tzid=Mars/Olympus', 'tzid', 'tzid_unrecognized'],
  ['an offset as zone', 'tzid=%2B02:00', 'tzid', 'tzid_unrecognized'],
  ['a zone given twice', `${UTC}&${UTC}`, 'tzid', 'not_supported'],
  ['a zone in a list', 'tzid[]=Etc/UTC', 'tzid[]', 'not_supported'],
  ['a time given twice', `${UTC}&from=2026-11-01&from=`, 'from', 'not_supported'],
  ['a flag given twice', `${UTC}&include_deleted=true&include_deleted=false`, 'include_deleted', 'not_supported'],
  ['a flag that is a number', `${UTC}&include_deleted=1`, 'include_deleted', 'must_be_boolean'],
  ['a flag that is a word', `${UTC}&localized_times=yes`, 'localized_times', 'must_be_boolean'],
  ['a day that is none', `${UTC}&from=2026-02-30`, 'from', 'invalid_format'],
  ['a time that is none', `${UTC}&last_modified=2026-11-20T25:00:00Z`, 'last_modified', 'invalid_format'],
  ['a time without an offset', `${UTC}&to=2026-11-20T09:00:00`, 'to', 'invalid_format'],
  ['a number as time', `${UTC}&last_modified=1795161600`, 'last_modified', 'invalid_format'],
  ['a year beyond four digits', `${UTC}&to=%2B12026-01-01`, 'to', 'invalid_format'],
  ['an end before the start', `${UTC}&from=2026-11-20&to=2026-11-19`, 'to', 'invalid_time_pair'],
  ['an end at the start', `${UTC}&from=2026-11-20&to=2026-11-20`, 'to', 'invalid_time_pair'],
  ['a calendar id that is none', `${UTC}&calendar_ids[]=cal_x`, 'calendar_ids[0]', 'invalid_calendar_ids'],
  ['calendar ids without brackets', `${UTC}&calendar_ids=cal_${'a'.repeat(22)}`, 'calendar_ids', 'not_supported'],
  ['numbered calendar ids', `${UTC}&calendar_ids[0]=cal_${'a'.repeat(22)}`, 'calendar_ids[0]', 'not_supported'],
  ['nested calendar ids', `${UTC}&calendar_ids[a][b]=x`, 'calendar_ids[a][b]', 'not_supported'],
])('O7: %s is 422, for events and for free and busy', async (_what, query, field, key) => {
  for (const path of ['/v1/events', '/v1/free_busy']) {
    const { status, body } = await reader.get(`${path}?${query}`)
    expect({ path, status }).toEqual({ path, status: 422 })
    expect(body).toMatchObject({ errors: { [field]: [{ key: `errors.${key}` }] } })
  }
})

test('every bad parameter is named at once', async () => {
  const { body } = await reader.get('/v1/events?tzid=Nowhere&from=x&only_managed=maybe&calendar_ids[]=y')
  expect(Object.keys(body['errors'] as object).sort()).toEqual(['calendar_ids[0]', 'from', 'only_managed', 'tzid'])
})

test.each<[string, string]>([
  ['a time with a space', 'last_modified=2014-08-05 15:30:00Z'],
  ['an offset whose plus is not encoded', 'from=2026-11-01T00:00:00+01:00'],
  ['flags as Python writes them', 'include_deleted=True&include_moved=False'],
  ['empty values', 'from=&to=&last_modified=&calendar_ids[]=&include_deleted='],
  ['parameters that nobody knows', 'colour=red&page=2'],
  ['the time of all time', 'from=0001-01-01&to=9999-12-31'],
  ['a span long ago', 'from=0001-01-01&to=0001-01-02'],
  ['a span far away', 'from=9999-12-30T23:59:59Z&to=9999-12-31T23:59:59-23:59'],
  ['changes since a day that is yet to come', 'last_modified=9999-12-31'],
  ['a zone of half an hour', 'tzid=Asia/Kolkata'],
])('%s is fine', async (_what, query) => {
  const zone = query.includes('tzid') ? '' : `${UTC}&`
  for (const path of ['/v1/events', '/v1/free_busy'])
    expect((await reader.get(`${path}?${zone}${query.replaceAll(' ', '%20')}`)).status).toBe(200)
})

test("A4: somebody else's calendar is as empty as one that there is not", async () => {
  const calendar = (await at.path()).split('/')[3]
  for (const id of [calendar, `cal_${'A'.repeat(22)}`])
    expect(await other.read(`include_managed=true&only_managed=true&calendar_ids[]=${id}`)).toEqual([])
})

test('A4: a page token opens nothing for another account or integrator, nor when it was changed, and does not grow old', async () => {
  const paged = await createScheduleReader(at.fixture, 1)
  const { pages } = await paged.events(`${UTC}&include_managed=true`)
  const next = new URL(pages.next_page ?? '').pathname
  const planner = await at.as((await import('../support/authorization.ts')).PLANNER)
  expect((await reader.get(next)).status).toBe(200)
  expect((await reader.get(`${next}?tzid=Etc/UTC&include_managed=maybe`)).status).toBe(200)
  expect((await other.get(next)).status).toBe(404)
  expect((await planner.get(next)).status).toBe(404)
  const token = next.split('/').at(-1) ?? ''
  for (let at = 0; at < token.length; at += 7) {
    const changed = `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`
    expect((await reader.get(`/v1/events/pages/${changed}`)).status).toBe(404)
  }
  for (const bad of ['x', '.', 'e30.e30', `${token}=`, `${token}.x`, token.replace('.', '')])
    expect((await reader.get(`/v1/events/pages/${bad}`)).status).toBe(404)
  await at.fixture.clock.advance((30 * 86_400_000) as never)
  expect((await (await at.fixture.connect(at.person)).get(next)).status).toBe(200)
})

const name = fc.constantFrom(
  ...'tzid from to last_modified calendar_ids[] calendar_ids include_deleted include_managed only_managed'.split(' '),
  ...'include_moved localized_times include_geo include_ids include_free __proto__ constructor[] toString'.split(' '),
)
const value = fc.oneof(
  fc.constantFrom('', 'true', 'False', 'Etc/UTC', 'Pacific/Kiritimati', '2026-11-20', '0000-00-00', '0000-01-01'),
  fc.constantFrom('9999-12-31', '-271821-04-20', '2026-11-20T09:00:00Z', '2026-11-20 09:00:00 01:00', 'null', '[]'),
  fc.string({ unit: 'binary', maxLength: 40 }),
)

test.each(['events', 'free_busy'])(
  'A4: %s before there were any are none, also where the day begins early',
  async (path) => {
    const reader = await at.fixture.connect(at.person)
    for (const to of ['0000-01-01', '0000-01-01T00:00:00%2B01:00']) {
      const { status, body } = await reader.get(`/v1/${path}?tzid=Asia/Tokyo&to=${to}`)
      expect([status, body[path]]).toEqual([200, []])
    }
  },
)

test('A4: no query makes the service fail', { timeout: 240_000 }, async () => {
  const fresh = await at.fixture.connect(at.person)
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('events', 'free_busy', 'events/evt_external_x', 'calendars'),
      fc.array(fc.tuple(name, value), { maxLength: 6 }),
      fc.boolean(),
      async (path, parameters, withZone) => {
        const query = new URLSearchParams([...(withZone ? [['tzid', 'Etc/UTC']] : []), ...parameters])
        const { status } = await fresh.get(`/v1/${path}?${query}`)
        expect([200, 404, 422]).toContain(status)
      },
    ),
    { numRuns: 1_500 },
  )
})
