import { beforeEach, describe, expect, test } from 'vitest'
import type { WireFreeBusy } from '../../shared/api/read/wire-shapes.ts'
import { minutes, toIsoSeconds } from '../../shared/core/time.ts'
import type { Connection } from '../support/authorization.ts'
import { PLANNER } from '../support/authorization.ts'
import { createScheduleReader } from '../support/schedule-reader.ts'
import { startWriting, type Writing } from '../support/writing.ts'

let at: Writing
let reader: Connection

beforeEach(async () => {
  at = await startWriting()
  reader = await at.fixture.connect(at.person, PLANNER, 'read_free_busy')
})

const times = (hour: number) => ({
  start: { dateTime: at.at(1, `${hour}:00`).slice(0, -1), timeZone: 'UTC' },
  end: { dateTime: at.at(1, `${hour}:30`).slice(0, -1), timeZone: 'UTC' },
})
const create = (showAs: string, hour: number, more: object = {}) =>
  at.mailbox.create({ subject: `Secret ${showAs}`, showAs, ...times(hour), ...more })

async function freeBusy(query = ''): Promise<readonly WireFreeBusy[]> {
  const { status, body } = await reader.get(`/v1/free_busy?tzid=Etc/UTC&${query}`)
  expect(status).toBe(200)
  return body['free_busy'] as WireFreeBusy[]
}
const statuses = async (query = '') => (await freeBusy(query)).map(({ free_busy_status }) => free_busy_status)

test('says when the person is busy, and nothing of why', async () => {
  for (const [hour, showAs] of ['busy', 'free', 'tentative', 'oof', 'workingElsewhere', 'unknown'].entries())
    create(showAs, 10 + hour)
  await at.fixture.deliver()
  expect(await statuses()).toEqual(['busy', 'tentative', 'busy', 'busy', 'unknown'])
  expect(await statuses('include_free=true')).toEqual(['busy', 'free', 'tentative', 'busy', 'busy', 'unknown'])
  const { body } = await reader.get('/v1/free_busy?tzid=Etc/UTC&include_ids=true&include_free=true')
  expect(JSON.stringify(body)).not.toContain('Secret')
  const [first] = await freeBusy()
  expect(first).toEqual({
    calendar_id: expect.stringMatching(/^cal_/),
    ...{ start: at.at(1, '10:00'), end: at.at(1, '10:30'), free_busy_status: 'busy' },
  })
})

test('a declined invitation never makes anybody busy', async () => {
  create('busy', 10)
  at.fixture.intercept = async (sent) => {
    const answer = await at.fixture.graph.fetch(sent)
    if (!sent.url.includes('/delta')) return answer
    const page = (await answer.json()) as { value: object[] }
    const declined = { isOrganizer: false, responseStatus: { response: 'declined', time: '2026-11-01T00:00:00Z' } }
    return Response.json({ ...page, value: page.value.map((item) => ({ ...item, ...declined })) })
  }
  await at.fixture.deliver()
  expect((await at.read('')).map(({ participation_status }) => participation_status)).toEqual(['declined'])
  expect(await statuses()).toEqual([])
  expect(await statuses('include_free=true')).toEqual(['free'])
})

describe('the integrator', () => {
  const own = () => at.upsert(at.meeting())

  test('is told its own events and their ids only when it asks', async () => {
    await own()
    await at.sync()
    const sample = await at.as({ ...PLANNER, clientId: 'sample', secret: PLANNER.secret.replace('0002', '0001') })
    const ask = async (query: string) =>
      (await sample.get(`/v1/free_busy?tzid=Etc/UTC&${query}`)).body['free_busy'] as WireFreeBusy[]
    expect(await ask('')).toEqual([])
    expect((await ask('include_managed=true')).map(({ event_id, event_uid }) => [event_id, event_uid])).toEqual([
      [undefined, undefined],
    ])
    expect((await ask('include_managed=true&include_ids=true')).map(({ event_id }) => event_id)).toEqual(['fa-1'])
    const [foreign] = await freeBusy('include_ids=true')
    expect(foreign).toMatchObject({ event_uid: expect.stringMatching(/^evt_external_/) })
    expect(foreign?.event_id).toBeUndefined()
  })

  test('follows changes with last_modified, include_deleted and localized_times', async () => {
    create('busy', 10)
    await at.fixture.deliver()
    at.mailbox.remove(at.find('Secret busy')?.id ?? '')
    await at.fixture.deliver()
    const query = 'last_modified=2026-01-01 00:00:00Z&include_deleted=True&localized_times=True'
    expect(await freeBusy(query)).toMatchObject([{ deleted: true, start: { tzid: 'UTC' } }])
    expect(await freeBusy('last_modified=2026-01-01T00:00:00Z')).toEqual([])
  })

  test('who follows changes is told that a time is taken no more', async () => {
    create('busy', 10)
    await at.fixture.deliver()
    const query = 'include_deleted=true&include_ids=true'
    const [busy] = await freeBusy(query)
    await at.fixture.clock.advance(minutes(20))
    const since = `last_modified=${toIsoSeconds(at.fixture.clock.now())}`
    at.mailbox.patch(at.find('Secret busy')?.id ?? '', { showAs: 'free' })
    await at.fixture.deliver()
    expect(await freeBusy(`${query}&${since}`)).toEqual([{ ...busy, free_busy_status: 'free' }])
    expect(await freeBusy(since)).toEqual([])
    expect(await freeBusy(query)).toEqual([])
  })

  test('a time that was freed and deleted between two readings is told as deleted', async () => {
    create('busy', 10)
    await at.fixture.deliver()
    at.mailbox.patch(at.find('Secret busy')?.id ?? '', { showAs: 'free' })
    await at.fixture.deliver()
    at.mailbox.remove(at.find('Secret busy')?.id ?? '')
    await at.fixture.deliver()
    const query = 'last_modified=2026-01-01T00:00:00Z&include_deleted=true'
    expect(await freeBusy(query)).toMatchObject([{ deleted: true, free_busy_status: 'free' }])
  })
})

test('pages lead from one to the next, and do not open as pages of events', async () => {
  for (let hour = 10; hour < 17; hour++) create('busy', hour)
  await at.fixture.deliver()
  const paged = await createScheduleReader(at.fixture, 3)
  let page = await paged.freeBusy('tzid=Etc/UTC')
  const starts = [...page.free_busy]
  const first = page.pages.next_page ?? ''
  while (page.pages.next_page !== undefined) {
    page = await paged.freeBusyPage(page.pages.next_page)
    starts.push(...page.free_busy)
  }
  expect(starts).toHaveLength(7)
  expect(page.pages.current).toBe(page.pages.total)
  await expect(paged.eventsPage(first)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect((await reader.get(first)).status).toBe(404)
})
