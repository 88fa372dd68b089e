import { beforeEach, expect, test } from 'vitest'
import { days, hours, later, minutes, seconds } from '../../shared/core/time.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { linesOf, pass, type Reading, startReading } from '../support/reading.ts'
import { type ServiceFixture, startService } from '../support/service.ts'

let fixture: ServiceFixture
let reading: Reading
/** Both calendars' ids: one of the two comes before the other in a visit. */
let calendars: readonly string[]

beforeEach(async () => {
  fixture = await startService()
  reading = await startReading(fixture, { singles: 5 })
  calendars = [reading.mailbox.calendar().id, reading.mailbox.addCalendar({ name: 'Other' }).id]
  await pass(fixture, hours(2))
})

/** Links have the `=` of an id in another form. */
const isOf = (calendar: string, url: string) => decodeURIComponent(url).includes(calendar)

/** Every round of the calendar's changes has a second page, and asking for it is answered like this. */
function breakRounds(calendar: string, status: number): void {
  fixture.faults.delta.emptyPages = 1
  fixture.faults.answers = [
    { status, path: `${encodeURIComponent(calendar)}/calendarView/delta?$skiptoken`, probability: 1 },
  ]
}

test.each([
  [410, 0],
  [410, 1],
  [403, 0],
  [403, 1],
])(
  'G3: where a link of its changes is answered with %d each time a calendar (%d) is read as a view',
  async (status, at) => {
    breakRounds(calendars[at] ?? '', status)
    reading.mailbox.expireTokens()
    for (const id of calendars) reading.mailbox.create(oneHour(`In ${id}`, '2026-11-20'), { calendarId: id })
    await fixture.deliver()
    await pass(fixture, minutes(1), seconds(10))
    expect(await reading.shown()).toEqual(reading.actual())
    expect(linesOf(fixture, 'round-without-end')).toMatchObject([{ status }])
    for (const event of ['sync-failed', 'calendar-set-aside']) expect(linesOf(fixture, event)).toEqual([])
  },
)

test.each([
  [400, 'InvalidDeltaToken'],
  [400, 'ErrorInvalidRequest'],
  [403, 'ErrorAccessDenied'],
  [404, 'ErrorItemNotFound'],
])('G3: a kept cursor that is answered with %d %s is replaced by a fresh round at once', async (status, code) => {
  const [sick = ''] = calendars
  const kept = ({ url }: Request) => isOf(sick, url) && url.includes('deltatoken')
  let refused = 0
  fixture.intercept = (sent) => {
    if (!kept(sent) || refused++ > 0) return undefined
    return Response.json({ error: { code, message: 'no' } }, { status })
  }
  reading.mailbox.create(oneHour('Wanted', '2026-11-20'), { calendarId: sick })
  await fixture.deliver()
  expect(refused).toBe(1)
  expect(await reading.shown()).toEqual(reading.actual())
  expect(linesOf(fixture, 'cursor-expired')).toMatchObject([{ status }])
  for (const event of ['calendar-set-aside', 'mailbox-left-alone']) expect(linesOf(fixture, event)).toEqual([])
})

test.each([
  [504, 'UnknownError', '/delta?startDateTime'],
  [501, 'NotImplemented', '/delta'],
  [400, 'ErrorInvalidRequest', '/delta'],
  [404, 'ErrorItemNotFound', '/delta'],
  [504, 'UnknownError', 'skiptoken'],
  [500, 'ErrorInternalServerError', 'skiptoken'],
])(
  'G3: where changes are answered with %d %s each time (%s) a calendar is read as a view',
  async (status, code, part) => {
    const [sick = ''] = calendars
    fixture.faults.delta.emptyPages = 1
    fixture.intercept = ({ url }) =>
      isOf(sick, url) && url.includes(part) ? Response.json({ error: { code, message: 'no' } }, { status }) : undefined
    reading.mailbox.expireTokens()
    reading.mailbox.create(oneHour('Wanted', '2026-11-20'), { calendarId: sick })
    await fixture.deliver()
    await pass(fixture, minutes(15), minutes(1))
    expect(await reading.shown()).toEqual(reading.actual())
    await pass(fixture, days(2), minutes(15))
    reading.mailbox.create(oneHour('Wanted later', '2026-11-25'), { calendarId: sick })
    await fixture.deliver()
    await pass(fixture, minutes(15), minutes(1))
    expect(await reading.shown()).toEqual(reading.actual())
    const alarms = linesOf(fixture, 'calendar-set-aside').filter(({ level }) => level === 'error')
    expect(alarms.length).toBeLessThanOrEqual(3)
  },
)

test('G3: a calendar whose view expires too is left alone for five minutes at a time, and keeps no other one waiting', async () => {
  const [sick = '', well = ''] = calendars
  breakRounds(sick, 410)
  fixture.faults.answers.push({ status: 410, path: `${sick}/calendarView?`, probability: 1 })
  reading.mailbox.expireTokens()
  for (const id of calendars) reading.mailbox.create(oneHour(`In ${id}`, '2026-11-20'), { calendarId: id })
  await fixture.deliver()
  fixture.graph.requests.clear()
  await pass(fixture, hours(1), minutes(1))
  expect(await reading.shown()).toContainEqual(expect.stringContaining(`In ${well}`))
  expect(await reading.shown()).not.toContainEqual(expect.stringContaining(`In ${sick}`))
  expect(fixture.graph.requests.list().filter(({ path }) => path.includes('calendarView')).length).toBeLessThan(60)
})

test('G3: the window of a calendar whose rounds of changes always break moves on once a night', async () => {
  breakRounds(calendars[0] ?? '', 410)
  reading.mailbox.create(
    oneHour('Comes into the window', new Date(later(fixture.clock.now(), days(202))).toISOString().slice(0, 10)),
  )
  reading.mailbox.expireTokens()
  await pass(fixture, days(1), minutes(15))
  const before = linesOf(fixture, 'cursor-expired').length
  await pass(fixture, days(4), minutes(15))
  expect(await reading.shown()).toContainEqual(expect.stringContaining('Comes into the window'))
  expect(await reading.shown()).toEqual(reading.actual())
  expect(linesOf(fixture, 'cursor-expired').length - before).toBe(4)
})
