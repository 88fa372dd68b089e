import { expect, test } from 'vitest'
import type { Mailbox } from '../../../infra/local/microsoft365/mailbox/mailbox.ts'
import { toLocal } from '../../../infra/local/microsoft365/mailbox/zones.ts'
import { dailySeries, graphFixture, oneHour } from '../../support/graph-stand-in.ts'

const year = { from: Date.parse('2026-01-01T00:00:00Z'), to: Date.parse('2027-12-31T00:00:00Z') }
const code = (name: string) => expect.objectContaining({ code: name })

const starts = (mailbox: Mailbox, window = year) =>
  mailbox.view(window).map(({ span }) => new Date(span.startAt).toISOString().slice(0, 16))

function series(mailbox: Mailbox, startDate: string, pattern: object, count = 4): string {
  const { recurrence: _, ...once } = dailySeries('series', startDate, count) as { recurrence: object }
  const range = { type: 'numbered', startDate, numberOfOccurrences: count }
  return mailbox.create({ ...once, recurrence: { pattern, range } }).item.id
}

test.each([
  [{ type: 'daily', interval: 3 }, '2026-03-27', ['03-27', '03-30', '04-02', '04-05']],
  [
    { type: 'weekly', interval: 2, daysOfWeek: ['monday', 'friday'] },
    '2026-03-27',
    ['03-27', '04-06', '04-10', '04-20'],
  ],
  [{ type: 'absoluteMonthly', interval: 1, dayOfMonth: 31 }, '2026-03-31', ['03-31', '04-30', '05-31', '06-30']],
  [
    { type: 'relativeMonthly', interval: 1, daysOfWeek: ['thursday'], index: 'last' },
    '2026-03-26',
    ['03-26', '04-30', '05-28', '06-25'],
  ],
  [{ type: 'absoluteYearly', interval: 1, month: 3, dayOfMonth: 27 }, '2026-03-27', ['03-27', '03-27']],
  [
    { type: 'relativeYearly', interval: 1, month: 3, daysOfWeek: ['friday'], index: 'fourth' },
    '2026-03-27',
    ['03-27', '03-26'],
  ],
])('the pattern %o falls on the days Outlook puts it on', (pattern, startDate, dates) => {
  const { mailbox } = graphFixture()
  series(mailbox, startDate, pattern)
  expect(starts(mailbox).map((start) => start.slice(5, 10))).toEqual(dates)
})

test('the occurrences of a series keep their wall-clock time when the clocks change', () => {
  const { mailbox } = graphFixture()
  series(mailbox, '2026-03-27', { type: 'daily', interval: 1 })
  expect(starts(mailbox)).toEqual(['2026-03-27T08:00', '2026-03-28T08:00', '2026-03-29T07:00', '2026-03-30T07:00'])
  expect(mailbox.view(year).map(({ span }) => toLocal(span.startAt, 'Europe/Paris').slice(11, 16))).toEqual(
    Array(4).fill('09:00'),
  )
})

test.each([
  [
    'that starts on another day',
    { range: { type: 'noEnd', startDate: '2026-03-28' }, pattern: { type: 'daily', interval: 1 } },
  ],
  [
    'weekly without days',
    { range: { type: 'noEnd', startDate: '2026-03-27' }, pattern: { type: 'weekly', interval: 1 } },
  ],
  [
    'that ends before it starts',
    {
      range: { type: 'endDate', startDate: '2026-03-27', endDate: '2026-03-26' },
      pattern: { type: 'daily', interval: 1 },
    },
  ],
  [
    'with an interval of zero',
    { range: { type: 'noEnd', startDate: '2026-03-27' }, pattern: { type: 'daily', interval: 0 } },
  ],
])('a recurrence %s is refused', (_, recurrence) => {
  const { mailbox } = graphFixture()
  expect(() => mailbox.create({ ...dailySeries('x', '2026-03-27', 3), recurrence })).toThrow(
    code('ErrorPropertyValidationFailure'),
  )
})

test('a changed occurrence keeps its id and becomes an exception that follows its series in the rest', () => {
  const { mailbox } = graphFixture()
  const id = series(mailbox, '2026-11-10', { type: 'weekly', interval: 1, daysOfWeek: ['tuesday'] })
  const occurrence = `${id}O20261117A=`
  mailbox.patch(occurrence, { ...oneHour('moved', '2026-11-18', 14) })
  mailbox.patch(id, { location: { displayName: 'Room 1' } })
  const { instance } = mailbox.find(occurrence)
  expect(instance).toMatchObject({
    type: 'exception',
    fields: { subject: 'moved', location: { displayName: 'Room 1' } },
  })
  expect(starts(mailbox)[1]).toBe('2026-11-18T14:00')
})

test.each(['2026-11-24', '2026-11-10', '2026-11-30'])(
  'an occurrence cannot move to %s, past or onto the day of its neighbour',
  (day) => {
    const { mailbox } = graphFixture()
    const id = series(mailbox, '2026-11-10', { type: 'weekly', interval: 1, daysOfWeek: ['tuesday'] })
    expect(() => mailbox.patch(`${id}O20261117A=`, oneHour('x', day))).toThrow(code('ErrorOccurrenceCrossingBoundary'))
  },
)

test('an occurrence may move past the place of a cancelled neighbour', () => {
  const { mailbox } = graphFixture()
  const id = series(mailbox, '2026-11-10', { type: 'weekly', interval: 1, daysOfWeek: ['tuesday'] })
  mailbox.remove(`${id}O20261124A=`)
  mailbox.patch(`${id}O20261117A=`, oneHour('x', '2026-11-25'))
  expect(starts(mailbox)).toEqual(['2026-11-10T08:00', '2026-11-25T09:00', '2026-12-01T08:00'])
})

test('a cancelled occurrence is not found any more, and its series is', () => {
  const { mailbox } = graphFixture()
  const id = series(mailbox, '2026-11-10', { type: 'daily', interval: 1 })
  mailbox.remove(`${id}O20261111A=`)
  expect(() => mailbox.find(`${id}O20261111A=`)).toThrow(code('ErrorItemNotFound'))
  expect(() => mailbox.find(`${id}O20261120A=`)).toThrow(code('ErrorItemNotFound'))
  expect(mailbox.find(id).instance.type).toBe('seriesMaster')
})

test('a new time for a series drops its exceptions, a new subject does not', () => {
  const { mailbox } = graphFixture()
  const id = series(mailbox, '2026-11-10', { type: 'daily', interval: 1 })
  mailbox.patch(`${id}O20261111A=`, { subject: 'other' })
  mailbox.patch(id, { subject: 'renamed' })
  expect(mailbox.find(id).instance.item.exceptions.size).toBe(1)
  const { start, end } = oneHour('x', '2026-11-12') as { start: object; end: object }
  mailbox.patch(id, { start, end })
  expect(mailbox.find(id).instance.item.exceptions.size).toBe(0)
  expect(starts(mailbox)).toEqual(['2026-11-12T09:00', '2026-11-13T09:00', '2026-11-14T09:00', '2026-11-15T09:00'])
})

test('an event whose start alone is moved keeps its length', () => {
  const { mailbox } = graphFixture()
  const { id } = mailbox.create(oneHour('one', '2026-11-10')).item
  const { span } = mailbox.patch(id, { start: { dateTime: '2026-11-12T15:30:00', timeZone: 'UTC' } })
  expect(span.end).toBe('2026-11-12T16:30:00.0000000')
})

test('ids of two events in a row differ in the case of a letter only', () => {
  const { mailbox } = graphFixture()
  const [one = '', two = ''] = ['a', 'b'].map((subject) => mailbox.create(oneHour(subject, '2026-11-10')).item.id)
  expect(one).not.toBe(two)
  expect(one.toLowerCase()).toBe(two.toLowerCase())
  expect(mailbox.find(two).instance.fields['subject']).toBe('b')
})

test('a calendar that may only be looked at refuses every write', () => {
  const { mailbox, world, person } = graphFixture()
  const other = world.mailboxOf(world.addPerson({ tid: person.tid, displayName: 'Bo' }).oid)
  const theirs = other.create(oneHour('theirs', '2026-11-10'))
  const shared = other.shareCalendar(other.calendar().id, mailbox, { canEdit: false })
  expect(mailbox.find(theirs.item.id).calendar).toBe(shared)
  expect(() => mailbox.create(oneHour('x', '2026-11-10'), { calendarId: shared.id })).toThrow(code('ErrorAccessDenied'))
  expect(() => mailbox.remove(theirs.item.id)).toThrow(code('ErrorAccessDenied'))
})

test('declining an invitation removes it, accepting it is remembered', () => {
  const { mailbox } = graphFixture()
  const organizer = { name: 'Bo', address: 'bo@contoso.test' }
  const [one, two] = ['a', 'b'].map((subject) => mailbox.create(oneHour(subject, '2026-11-10'), { organizer }).item)
  mailbox.respond(one?.id ?? '', 'accepted')
  mailbox.respond(two?.id ?? '', 'declined')
  expect(mailbox.view(year).map(({ item }) => item.response.response)).toEqual(['accepted'])
})
