import { beforeEach, expect, test } from 'vitest'
import { SAMPLE } from '../../infra/local/settings.ts'
import { NewCalendarAnswer } from '../../shared/api/manage/create-calendar.ts'
import { SyncError } from '../../shared/core/errors.ts'
import { hours } from '../../shared/core/time.ts'
import { postJson } from '../support/asking.ts'
import { authorize, type Connection } from '../support/authorization.ts'
import { beforeCommit } from '../support/failing-tables.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { linesOf, pass, type Reading, startReading } from '../support/reading.ts'
import { type ServiceFixture, startService } from '../support/service.ts'

let fixture: ServiceFixture
let reading: Reading
let connection: Connection
let profile: string

beforeEach(async () => {
  fixture = await startService()
  await start(fixture)
})

async function start(on: ServiceFixture): Promise<void> {
  reading = await startReading(on, { singles: 3 })
  connection = await reading.reader()
  const { body } = await connection.get('/v1/profiles')
  profile = (body['profiles'] as { profile_id: string }[])[0]?.profile_id ?? ''
}

const create = (body: object, on = fixture) =>
  postJson(on.service, '/v1/calendars', connection.authorization().authorization, { profile_id: profile, ...body })

interface Listed {
  readonly calendar_id: string
  readonly calendar_name: string
}

async function listed(name: string): Promise<readonly Listed[]> {
  const { body } = await connection.get('/v1/calendars')
  return (body['calendars'] as Listed[]).filter(({ calendar_name }) => calendar_name === name)
}

const inOutlook = (name: string) => reading.mailbox.calendars().filter((calendar) => calendar.name === name)
const duplicate = { status: 422, body: { errors: { name: [{ key: 'errors.duplicate_calendar_name' }] } } }

test('a calendar is in Outlook and in the list at once, and its events are told from the next visit on', async () => {
  const { status, body } = await create({ name: 'Rehearsals', color: '#44aa22' })
  expect(status).toBe(200)
  const { calendar } = NewCalendarAnswer.parse(body)
  expect(calendar).toMatchObject({ calendar_name: 'Rehearsals', calendar_color: '#498205', calendar_readonly: false })
  const [made] = inOutlook('Rehearsals')
  expect(made).toMatchObject({ color: 'lightGreen' })
  const [own] = await listed('Rehearsals')
  expect(own).toEqual(body['calendar'])
  reading.mailbox.create(oneHour('First rehearsal', '2026-11-20'), { calendarId: made?.id })
  await fixture.settle()
  expect(await reading.shown()).toEqual(reading.actual())
  reading.mailbox.create(oneHour('Second rehearsal', '2026-11-21'), { calendarId: made?.id })
  await fixture.deliver()
  expect(await reading.shown()).toEqual(reading.actual())
  await pass(fixture, hours(1))
  await connection.refresh()
  expect((await listed('Rehearsals')).map(({ calendar_id }) => calendar_id)).toEqual([calendar.calendar_id])
})

test.each([
  ['#FF0000', 'lightRed'],
  ['#777777', 'lightGray'],
  ['#3366cc', 'lightBlue'],
  [undefined, 'auto'],
])('%s becomes the nearest colour of Outlook, %s', async (color, expected) => {
  await create({ name: 'Rehearsals', color })
  expect(inOutlook('Rehearsals')).toMatchObject([{ color: expected }])
})

test('a new calendar does not put its account back to the first pull', async () => {
  await create({ name: 'Rehearsals' })
  const { body } = await connection.get('/v1/profiles')
  expect(body['profiles']).toMatchObject([{ profile_initial_sync_required: false }])
  const asked = {
    participants: [{ members: [{ sub: String((await connection.get('/v1/userinfo')).body['sub']) }] }],
    required_duration: { minutes: 30 },
    query_periods: [{ start: '2026-11-20T00:00:00Z', end: '2026-11-20T01:00:00Z' }],
  }
  const answer = await postJson(fixture.service, '/v1/availability', connection.authorization().authorization, asked)
  expect(answer.body['unknown']).toBeUndefined()
})

test('a name that is taken is refused, in any case of its letters, also when the calendar was made a moment ago', async () => {
  await create({ name: 'Rehearsals' })
  expect(await create({ name: ' rehearsals ' })).toMatchObject(duplicate)
  reading.mailbox.addCalendar({ name: 'Concerts' })
  expect(await create({ name: 'Concerts' })).toMatchObject(duplicate)
  expect(await listed('Concerts')).toHaveLength(1)
  expect(reading.mailbox.calendars()).toHaveLength(3)
})

test('two requests for one name at once make one calendar', async () => {
  const answers = await Promise.all([1, 2, 3].map(() => create({ name: 'Rehearsals' })))
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 422, 422])
  expect(inOutlook('Rehearsals')).toHaveLength(1)
  expect(await listed('Rehearsals')).toHaveLength(1)
})

test('a calendar that was made although its answer was lost is the one that was asked for', async () => {
  fixture.faults.answers.push({ status: 504, times: 1, method: 'POST', path: 'calendars', afterCommit: true })
  expect(await create({ name: 'Rehearsals' })).toMatchObject({ status: 200 })
  expect(inOutlook('Rehearsals')).toHaveLength(1)
  expect(await listed('Rehearsals')).toHaveLength(1)
})

test('when it cannot be known what became of it, the integrator tries again and never gets a second one', async () => {
  fixture.intercept = (sent) => (isLost ? Response.json({}, { status: 503 }) : lose(sent))
  let isLost = false
  const lose = async (sent: Request) => {
    if (sent.method !== 'POST') return undefined
    isLost = true
    await fixture.graph.fetch(sent)
    return Response.json({}, { status: 503 })
  }
  const answer = await create({ name: 'Rehearsals' })
  expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '30' } })
  fixture.intercept = () => undefined
  expect(await create({ name: 'Rehearsals' })).toMatchObject(duplicate)
  expect(inOutlook('Rehearsals')).toHaveLength(1)
  expect(await listed('Rehearsals')).toHaveLength(1)
})

test('one that was not made is not there, and can be asked for again', async () => {
  fixture.faults.answers.push({ status: 504, times: 1, method: 'POST', path: 'calendars' })
  expect(await create({ name: 'Rehearsals' })).toMatchObject({ status: 503 })
  expect(await listed('Rehearsals')).toEqual([])
  expect(await create({ name: 'Rehearsals' })).toMatchObject({ status: 200 })
})

test('a mailbox that asks for patience gets it', async () => {
  fixture.faults.answers.push({ status: 429, times: 1, method: 'POST', path: 'calendars', retryAfter: '17' })
  expect(await create({ name: 'Rehearsals' })).toMatchObject({ status: 503, headers: { 'retry-after': '17' } })
  expect(inOutlook('Rehearsals')).toEqual([])
})

test('a visit at the same time keeps what it reads, and the new calendar is kept beside it', async () => {
  reading.mailbox.create(oneHour('Meanwhile', '2026-11-20'))
  await fixture.clock.advance(1_000 as never)
  const [answer] = await Promise.all([create({ name: 'Rehearsals' }), fixture.settle()])
  expect(answer.status).toBe(200)
  await pass(fixture, hours(1))
  await connection.refresh()
  expect(await listed('Rehearsals')).toHaveLength(1)
  expect(await reading.shown()).toEqual(reading.actual())
})

test('a person who has to connect again gets no calendar, and is known to have to', async () => {
  let isOver = false
  fixture = await startService({
    throughEntra: (entra) => ({
      ...entra,
      async accessToken(cache, refused) {
        if (isOver) throw new SyncError('RECONNECT_REQUIRED', 'gone')
        return entra.accessToken(cache, refused)
      },
    }),
  })
  await start(fixture)
  isOver = true
  expect(await create({ name: 'Rehearsals' })).toMatchObject({ status: 423, body: { error: 'PROFILE_LOCKED' } })
  await fixture.settle()
  expect(linesOf(fixture, 'account-needs-reconnect')).toHaveLength(1)
  expect(await create({ name: 'Rehearsals' })).toMatchObject({ status: 423 })
})

test('a token that is refused before its time is replaced, and the calendar is made once', async () => {
  fixture.faults.answers.push({ status: 401, times: 1, method: 'POST', path: 'calendars' })
  expect(await create({ name: 'Rehearsals' })).toMatchObject({ status: 200 })
  expect(inOutlook('Rehearsals')).toHaveLength(1)
})

test('a foreign profile, a missing scope and bad fields are refused before Microsoft is asked', async () => {
  fixture.graph.requests.clear()
  expect(await create({ name: 'Rehearsals', profile_id: `pro_${'A'.repeat(22)}` })).toMatchObject({ status: 404 })
  const bad = await create({ name: ' ', color: 'red', profile_id: 7 })
  expect([bad.status, Object.keys(bad.body['errors'] as object).sort()]).toEqual([422, ['color', 'name', 'profile_id']])
  connection = await authorize(fixture.service, reading.person, SAMPLE, 'read_events create_event')
  expect(await create({ name: 'Rehearsals' })).toMatchObject({ status: 403, body: { error: 'SCOPE_MISSING' } })
  expect(fixture.graph.requests.list()).toEqual([])
})

test('a mailbox that refuses new calendars is told as one that cannot be changed', async () => {
  fixture.faults.answers.push({ status: 403, code: 'ErrorAccessDenied', times: 1, method: 'POST', path: 'calendars' })
  expect(await create({ name: 'Rehearsals' })).toMatchObject({ status: 423, body: { error: 'PROFILE_LOCKED' } })
  expect(inOutlook('Rehearsals')).toEqual([])
})

/** A service whose commits to the accounts fail as often as `failures` says. */
async function startFailing(code: 'ROW_CHANGED' | 'STORAGE_UNAVAILABLE') {
  const failing = { times: 0 }
  fixture = await startService({
    throughTables: (tables) =>
      beforeCommit(tables, (_, table) => {
        if (table === 'accounts' && failing.times-- > 0) throw new SyncError(code, 'as ordered')
      }),
  })
  await start(fixture)
  return failing
}

test('S1: whoever commits first for the account, the new calendar is kept, and made once', async () => {
  const failing = await startFailing('ROW_CHANGED')
  failing.times = 8
  expect(await create({ name: 'Rehearsals' })).toMatchObject({ status: 200 })
  expect(failing.times).toBeLessThan(0)
  expect(inOutlook('Rehearsals')).toHaveLength(1)
  expect(await listed('Rehearsals')).toHaveLength(1)
})

test('a calendar that could not be kept is found within the hour, and not made again', async () => {
  const failing = await startFailing('STORAGE_UNAVAILABLE')
  failing.times = 1
  expect(await create({ name: 'Rehearsals' })).toMatchObject({ status: 503 })
  expect(await listed('Rehearsals')).toEqual([])
  await pass(fixture, hours(1))
  await connection.refresh()
  expect(await listed('Rehearsals')).toHaveLength(1)
  expect(await create({ name: 'Rehearsals' })).toMatchObject(duplicate)
})
