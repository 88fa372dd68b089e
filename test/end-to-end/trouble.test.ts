import { beforeEach, expect, test } from 'vitest'
import { fillMailbox, MailboxOrder } from '../../infra/local/microsoft365/control/mailboxes.ts'
import type { Mailbox } from '../../infra/local/microsoft365/mailbox/mailbox.ts'
import type { Person } from '../../infra/local/microsoft365/world.ts'
import { hours, minutes } from '../../shared/core/time.ts'
import type { Connection } from '../support/authorization.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { answerLines, mailboxLines, spanAround } from '../support/mailbox-answer.ts'
import { type ServiceFixture, startService } from '../support/service.ts'

let fixture: ServiceFixture
let mailbox: Mailbox
let person: Person
let reader: Connection

beforeEach(async () => {
  fixture = await startService()
})

async function connect(order: Partial<MailboxOrder>, before: () => void = () => {}): Promise<void> {
  const filled = fillMailbox(fixture.world, MailboxOrder.parse(order))
  mailbox = filled.mailbox
  person = filled.person
  before()
  reader = await fixture.connect(person)
  await fixture.settle()
}

/** Access tokens end after an hour. A new one wakes the account, but nobody handles that here. */
async function readAgain(): Promise<void> {
  reader = await fixture.connect(person)
}

/** Time goes by in steps of five minutes, with the timer and the queue at work. */
async function pass(total: number): Promise<void> {
  for (let gone = 0; gone < total; gone += minutes(5)) {
    await fixture.clock.advance(minutes(5))
    await fixture.service.wakeDue()
    await fixture.settle()
  }
}

const span = () => spanAround(fixture.clock.now())
const shown = () => answerLines(reader, span())
const actual = () => mailboxLines(mailbox, span())
const refused = (status: number) => Response.json({ error: { code: 'ErrorAccessDenied', message: 'no' } }, { status })

test('a calendar that cannot be read keeps no other one from being read, and is read when it can be', async () => {
  await connect({ singles: 10 }, () => {
    const [first] = mailbox.calendars()
    const other = mailbox.addCalendar({ name: 'Other' })
    mailbox.create(oneHour('In the other calendar', '2026-11-20'), { calendarId: other.id })
    fixture.intercept = ({ url }) => (url.includes(`${first?.id}/calendarView/delta`) ? refused(403) : undefined)
  })
  expect(await shown()).toEqual(expect.arrayContaining([expect.stringContaining('In the other calendar')]))
  expect(fixture.logged.join()).toContain('calendar-set-aside')
  fixture.intercept = () => undefined
  await pass(minutes(10))
  expect(await shown()).toEqual(actual())
})

const isRead = (calendar: string, url: string) => decodeURIComponent(url).includes(`${calendar}/calendarView/delta`)

function breakOff(): never {
  throw new TypeError('fetch failed')
}

test('a calendar whose connection breaks a few times in a row is not set aside, and is read within minutes', async () => {
  await connect({ singles: 5 })
  let broken = 0
  fixture.intercept = ({ url }) => (isRead(mailbox.calendar().id, url) && ++broken < 4 ? breakOff() : undefined)
  mailbox.create(oneHour('While connections break', '2026-11-20'))
  await fixture.deliver()
  await pass(minutes(20))
  expect(broken).toBeGreaterThanOrEqual(4)
  expect(fixture.logged.join()).not.toContain('calendar-set-aside')
  expect(await shown()).toEqual(actual())
})

test.each<[string, () => Response]>([
  ...(
    [
      [500, 'ErrorInternalServerError'],
      [503, 'ServiceUnavailable'],
      [504, 'GatewayTimeout'],
      [404, 'MailboxNotEnabledForRESTAPI'],
      [401, 'ErrorAccessDenied'],
    ] as const
  ).map(([status, code]): [string, () => Response] => [
    `answers ${status} ${code}`,
    () => Response.json({ error: { code, message: 'no' } }, { status }),
  ]),
  ['breaks every connection', breakOff],
])('a calendar that %s again and again keeps the one after it from nothing', async (_, answer) => {
  const ids: string[] = []
  await connect({ singles: 5 }, () => ids.push(mailbox.calendar().id, mailbox.addCalendar({ name: 'Other' }).id))
  for (const [sick = '', well = ''] of [ids, ids.toReversed()]) {
    fixture.intercept = ({ url }) => (isRead(sick, url) ? answer() : undefined)
    await pass(hours(3))
    mailbox.create(oneHour(`In ${well}`, '2026-11-20'), { calendarId: well })
    await fixture.deliver()
    await pass(minutes(5))
    await readAgain()
    expect(await shown()).toEqual(actual())
  }
})

test.each([
  [403, 'ErrorAccessDenied'],
  [404, 'MailboxNotEnabledForRESTAPI'],
  [429, 'TooManyRequests'],
  [500, 'ErrorInternalServerError'],
  [503, 'ServiceUnavailable'],
])('mailbox settings that answer %d %s keep nothing from being read', async (status, code) => {
  await connect({ singles: 5 })
  const headers = { 'Retry-After': '30' }
  fixture.intercept = ({ url }) =>
    url.endsWith('/me/mailboxSettings')
      ? Response.json({ error: { code, message: 'no' } }, { status, headers })
      : undefined
  await pass(hours(2))
  mailbox.create(oneHour('Read without the settings', '2026-11-20'))
  await fixture.deliver()
  await readAgain()
  expect(await shown()).toEqual(actual())
  expect((await reader.get('/v1/account')).body).toMatchObject({ account: { default_tzid: 'Europe/Copenhagen' } })
})

test('where subscribing fails the calendar is read all the same, and asked every five minutes', async () => {
  fixture.intercept = ({ url, method }) =>
    url.includes('/subscriptions') && method === 'POST' ? refused(500) : undefined
  await connect({ singles: 10 })
  expect(await shown()).toEqual(actual())
  mailbox.create(oneHour('Found by asking', '2026-11-20'))
  await pass(minutes(15))
  expect(await shown()).toEqual(actual())
})

test.each([0, 1])(
  'a calendar (%d) that answers 401 to subscribing is polled, and keeps nothing of the mailbox waiting',
  async (at) => {
    const ids: string[] = []
    await connect({ singles: 5 }, () => {
      ids.push(mailbox.calendar().id, mailbox.addCalendar({ name: 'Other' }).id)
      fixture.faults.subscriptions.unauthorized = ids[at] ?? ''
    })
    for (const id of ids) mailbox.create(oneHour(`In ${id}`, '2026-11-20'), { calendarId: id })
    await pass(minutes(10))
    expect(await shown()).toEqual(actual())
    expect(fixture.logged.join()).not.toContain('mailbox-left-alone')
    const { body } = await reader.get('/v1/calendars')
    const modes = (body['calendars'] as { calendar_sync: { mode: string } }[]).map((one) => one.calendar_sync.mode)
    expect(modes.sort()).toEqual(['notified', 'polled'])
  },
)

test.each(['/', '/delta'])(
  'where a fresh token is refused by all addresses with %s, it is the mailbox that is left alone',
  async (path) => {
    await connect({ singles: 5 }, () => mailbox.addCalendar({ name: 'Other' }))
    fixture.intercept = ({ url }) => (url.includes(path) ? refused(401) : undefined)
    await pass(hours(4))
    const waits = fixture.logged
      .flatMap((line) => /mailbox-left-alone.*"waitMs":(\d+)/.exec(line)?.[1] ?? [])
      .map(Number)
    expect(Math.max(...waits)).toBeGreaterThan(minutes(30))
    fixture.intercept = () => undefined
    await pass(hours(1))
    await readAgain()
    mailbox.create(oneHour('Back again', '2026-11-20'))
    await fixture.deliver()
    expect(await shown()).toEqual(actual())
  },
)

test('what happened before a calendar was subscribed is read when it is', async () => {
  fixture.intercept = ({ url, method }) =>
    url.includes('/subscriptions') && method === 'POST' ? refused(403) : undefined
  await connect({ singles: 10 })
  fixture.intercept = () => undefined
  await fixture.clock.advance(minutes(30))
  mailbox.create(oneHour('Before the subscription', '2026-11-20'))
  await fixture.service.wakeDue()
  await fixture.settle()
  expect(await shown()).toEqual(actual())
})

test('G8: an empty answer after a reset deletes nothing until a second full read says the same', async () => {
  await connect({ singles: 40 })
  const before = await shown()
  mailbox.expireTokens()
  const cursor = 'http://localhost:4000/v1.0/me/calendarView/delta?$deltatoken=empty'
  fixture.intercept = ({ url }) =>
    url.includes('startDateTime') ? Response.json({ value: [], '@odata.deltaLink': cursor }) : undefined
  mailbox.create(oneHour('Something to notify about', '2026-11-20'))
  await fixture.deliver()
  expect(await shown()).toEqual(before)
  expect(fixture.logged.join()).toContain('mass-deletion-held')
  fixture.intercept = () => undefined
  await pass(minutes(15))
  expect(await shown()).toEqual(actual())
})

test('a visit that ends in a bug is not the last one', async () => {
  await connect({ singles: 5 })
  fixture.intercept = () => {
    throw new TypeError('a bug of ours')
  }
  await fixture.clock.advance(hours(6))
  await fixture.service.wakeDue()
  await fixture.settle().catch(() => undefined)
  fixture.intercept = () => undefined
  mailbox.create(oneHour('After the bug', '2026-11-20'))
  await pass(hours(7))
  await readAgain()
  expect(await shown()).toEqual(actual())
})

test('a calendar that was removed shows its events no more', async () => {
  await connect({ singles: 5 }, () => {
    const other = mailbox.addCalendar({ name: 'Other' })
    mailbox.create(oneHour('In the other calendar', '2026-11-20'), { calendarId: other.id })
  })
  const [first] = mailbox.calendars()
  const left = { value: [{ id: first?.id, name: 'Calendar', isDefaultCalendar: true, canEdit: true }] }
  fixture.intercept = ({ url }) => (/me\/calendars$/.test(url) ? Response.json(left) : undefined)
  await pass(hours(25))
  await readAgain()
  expect(await shown()).toEqual(actual().filter((line) => !line.endsWith('In the other calendar')))
})

test('a month begins with what ends at its first moment, and a range of ten thousand years is read as the months that are kept', async () => {
  await connect({}, () => {
    const times = {
      start: { dateTime: '2026-11-30T23:00:00', timeZone: 'UTC' },
      end: { dateTime: '2026-12-01T00:00:00', timeZone: 'UTC' },
    }
    mailbox.create({ subject: 'Until midnight', ...times })
  })
  const ask = async (query: string) => (await reader.get(`/v1/events?tzid=Etc/UTC&${query}`)).body['events'] as object[]
  expect(await ask('from=2026-12-01&to=2026-12-31')).toHaveLength(1)
  const before = fixture.counters.pages
  expect(await ask('from=0001-01-01&to=9999-12-31')).toHaveLength(1)
  expect(fixture.counters.pages - before).toBeLessThanOrEqual(12)
})

test('an event with a very long text is kept, its text cut', async () => {
  await connect({}, () => {
    mailbox.create({ ...oneHour('Long', '2026-11-20'), body: { contentType: 'text', content: 'x'.repeat(1_200_000) } })
  })
  expect(await shown()).toEqual(actual())
})
