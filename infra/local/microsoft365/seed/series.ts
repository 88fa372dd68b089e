import type { People } from './people.ts'
import type { Planner } from './planner.ts'

const online = { isOnlineMeeting: true, onlineMeetingProvider: 'teamsForBusiness' }
const at = (displayName: string) => ({ location: { displayName } })

const weekly = (planner: Planner, day: number, weekday: string, interval = 1) => ({
  pattern: { type: 'weekly', interval, daysOfWeek: [weekday], firstDayOfWeek: 'monday' },
  range: { type: 'noEnd', startDate: planner.date(day).toString() },
})

/** Meetings that come back, with the exceptions and gaps that they collect over time. */
export function seedSeries(planner: Planner, people: People): void {
  const { plan } = planner
  const { anna, mikkel, sofie, jonas, freja, oliver } = people
  plan({
    of: anna,
    with: [sofie, jonas, freja],
    event: {
      subject: 'Team week start',
      body: { contentType: 'html', content: '<p>What is on the table this week, and who needs help?</p>' },
      start: planner.at(-70, '09:00'),
      end: planner.at(-70, '09:45'),
      recurrence: weekly(planner, -70, 'monday'),
      ...at('Meeting room Amager'),
    },
    exceptions: {
      9: 'cancel',
      11: {
        start: planner.at(8, '13:00'),
        end: planner.at(8, '13:45'),
        location: { displayName: 'Meeting room Valby' },
      },
      13: { subject: 'Team week start: budget first' },
      16: 'cancel',
    },
  })
  plan({
    of: mikkel,
    with: [anna],
    event: {
      subject: 'Anna / Mikkel',
      start: planner.at(-67, '14:00'),
      end: planner.at(-67, '14:30'),
      sensitivity: 'private',
      recurrence: weekly(planner, -67, 'thursday', 2),
    },
    exceptions: { 6: { start: planner.at(18, '10:00'), end: planner.at(18, '10:30') } },
  })
  plan({
    of: sofie,
    with: [anna, freja, oliver],
    event: {
      subject: 'Design review',
      start: planner.at(-62, '10:00', 'W. Europe Standard Time'),
      end: planner.at(-62, '11:00', 'W. Europe Standard Time'),
      recurrence: weekly(planner, -62, 'tuesday', 2),
      ...online,
    },
    exceptions: { 5: 'cancel' },
  })
  seedQuietSeries(planner, people)
}

/** Series without meetings, and one that follows the clocks of another country. */
function seedQuietSeries(planner: Planner, { anna, jonas, oliver, camilla, henrik, lars }: People): void {
  const { plan } = planner
  plan({
    of: anna,
    event: {
      subject: 'Focus time',
      start: planner.at(-40, '08:30'),
      end: planner.at(-40, '10:30'),
      isReminderOn: false,
      recurrence: {
        pattern: { type: 'weekly', interval: 1, daysOfWeek: ['wednesday'] },
        range: { type: 'numbered', startDate: planner.date(-40).toString(), numberOfOccurrences: 24 },
      },
    },
    exceptions: { 7: 'cancel', 8: { start: planner.at(16, '12:00'), end: planner.at(16, '14:00') } },
  })
  const lastThursday = planner.date(-31).with({ day: planner.date(-31).daysInMonth })
  const monthEnd = lastThursday.subtract({ days: (lastThursday.dayOfWeek + 3) % 7 })
  plan({
    of: oliver,
    with: [anna, jonas],
    event: {
      subject: 'Monthly figures',
      start: { dateTime: `${monthEnd}T15:00:00`, timeZone: 'GMT Standard Time' },
      end: { dateTime: `${monthEnd}T16:00:00`, timeZone: 'GMT Standard Time' },
      recurrence: {
        pattern: { type: 'relativeMonthly', interval: 1, daysOfWeek: ['thursday'], index: 'last' },
        range: { type: 'noEnd', startDate: monthEnd.toString() },
      },
      ...online,
    },
  })
  plan({
    of: lars,
    with: [camilla, henrik],
    event: {
      subject: 'Fabrikam status',
      start: planner.at(-28, '08:30'),
      end: planner.at(-28, '09:00'),
      recurrence: weekly(planner, -28, 'monday'),
      ...at('Room 2.14'),
    },
    exceptions: { 5: 'cancel' },
  })
}
