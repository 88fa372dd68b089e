import type { World } from '../world.ts'
import type { People } from './people.ts'
import type { Planner } from './planner.ts'

/** Calendars besides the default one: Anna's own, one that somebody shares with her, one that nobody can change. */
export function seedCalendars(world: World, planner: Planner, people: People): void {
  seedPersonal(world, planner, people)
  seedShared(world, planner, people)
  seedHolidays(world, planner, people)
}

function seedPersonal(world: World, { plan, at, date }: Planner, { anna }: People): void {
  const { id: calendarId } = world
    .mailboxOf(anna.oid)
    .addCalendar({ name: 'Personal', color: 'lightGreen', hexColor: '#498205' })
  const own = (event: object) => plan({ of: anna, calendarId, event })
  own({
    subject: 'Choir',
    start: at(-27, '19:00'),
    end: at(-27, '21:00'),
    recurrence: {
      pattern: { type: 'weekly', interval: 1, daysOfWeek: ['tuesday'] },
      range: { type: 'endDate', startDate: date(-27).toString(), endDate: date(150).toString() },
    },
  })
  own({ subject: 'Bike to the repair shop', start: at(3, '07:45'), end: at(3, '08:00') })
  own({ subject: 'Theatre', sensitivity: 'private', start: at(12, '20:00'), end: at(12, '22:30') })
  own({
    subject: 'Family weekend',
    isAllDay: true,
    showAs: 'free',
    start: at(19, '00:00', 'UTC'),
    end: at(21, '00:00', 'UTC'),
  })
}

function seedShared(world: World, { plan, at }: Planner, { anna, sofie }: People): void {
  const mailbox = world.mailboxOf(sofie.oid)
  const { id: calendarId } = mailbox.addCalendar({ name: 'Campaigns', color: 'lightOrange', hexColor: '#c25700' })
  const campaign = (subject: string, from: number, to: number) =>
    plan({
      of: sofie,
      calendarId,
      event: { subject, isAllDay: true, showAs: 'free', start: at(from, '00:00', 'UTC'), end: at(to, '00:00', 'UTC') },
    })
  campaign('Autumn campaign live', -10, 8)
  campaign('Newsletter goes out', 9, 10)
  campaign('Winter campaign live', 28, 49)
  plan({ of: sofie, calendarId, event: { subject: 'Photo shoot', start: at(8, '09:00'), end: at(8, '15:00') } })
  mailbox.shareCalendar(calendarId, world.mailboxOf(anna.oid), { canEdit: true })
}

const HOLIDAYS: [string, string][] = [
  ['01-01', 'New Year’s Day'],
  ['06-05', 'Constitution Day'],
  ['12-24', 'Christmas Eve'],
  ['12-25', 'Christmas Day'],
  ['12-26', 'Second day of Christmas'],
]

function seedHolidays(world: World, { date }: Planner, { mikkel, anna }: People): void {
  const mailbox = world.mailboxOf(mikkel.oid)
  const { id: calendarId } = mailbox.addCalendar({ name: 'Danish holidays', color: 'lightRed', hexColor: '#a4262c' })
  const { year } = date(0)
  const days = [year, year + 1].flatMap((each) =>
    HOLIDAYS.map(([day, subject]) => ({ subject, day: date(0).with({ year: each, ...parts(day) }) })),
  )
  for (const { subject, day } of days) {
    const [start, end] = [day, day.add({ days: 1 })].map((at) => ({ dateTime: `${at}T00:00:00`, timeZone: 'UTC' }))
    mailbox.create({ subject, isAllDay: true, showAs: 'free', isReminderOn: false, start, end }, { calendarId })
  }
  mailbox.shareCalendar(calendarId, world.mailboxOf(anna.oid), { canEdit: false })
}

const parts = (monthDay: string) => ({ month: Number(monthDay.slice(0, 2)), day: Number(monthDay.slice(3)) })
