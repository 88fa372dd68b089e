import type { People } from './people.ts'
import type { Planner } from './planner.ts'

/** Anna's events that are each a case of their own: all day, many days, private, other zones, called off. */
export function seedMoments(planner: Planner, people: People): void {
  const { plan, at } = planner
  const { anna, mikkel, sofie, jonas, freja, oliver, camilla } = people
  const own = (event: object) => plan({ of: anna, event })
  const allDay = (from: number, to: number) => ({
    isAllDay: true,
    start: at(from, '00:00', 'UTC'),
    end: at(to, '00:00', 'UTC'),
  })

  own({ subject: 'Working from home', showAs: 'workingElsewhere', isReminderOn: false, ...allDay(4, 5) })
  own({ subject: 'Holiday in Skagen', showAs: 'oof', categories: ['Holiday'], ...allDay(35, 42) })
  own({ subject: 'Holiday', showAs: 'oof', categories: ['Holiday'], ...allDay(-33, -31) })
  own({ subject: 'Freja’s birthday', showAs: 'free', ...allDay(9, 10) })
  own({
    subject: 'Dentist',
    sensitivity: 'private',
    start: at(1, '08:15'),
    end: at(1, '09:00'),
    location: { displayName: 'Nørrebro' },
  })
  own({ subject: 'Parents’ evening', sensitivity: 'private', start: at(10, '17:00'), end: at(10, '18:30') })
  own({ subject: 'Salary talk notes', sensitivity: 'confidential', start: at(3, '16:00'), end: at(3, '16:30') })
  own({ subject: 'Lunch', showAs: 'free', isReminderOn: false, start: at(2, '12:00'), end: at(2, '12:30') })
  own({ subject: 'Send the tender', importance: 'high', start: at(4, '12:00'), end: at(4, '12:00') })
  own({ subject: 'Night shift handover', start: at(17, '22:30'), end: at(18, '01:00') })
  own({
    subject: 'Flight CPH - LHR',
    showAs: 'oof',
    start: at(21, '07:10'),
    end: at(21, '08:20', 'GMT Standard Time'),
    location: { displayName: 'Copenhagen Airport, Terminal 3' },
  })
  plan({
    of: oliver,
    with: [anna, mikkel],
    event: {
      subject: 'Client day in London',
      start: at(21, '10:00', 'GMT Standard Time'),
      end: at(21, '16:30', 'GMT Standard Time'),
      location: { displayName: '12 Finsbury Square' },
      body: { contentType: 'html', content: '<p>Agenda:</p><ol><li>Road map</li><li>Prices</li><li>Lunch</li></ol>' },
    },
  })
  plan({
    of: anna,
    with: [oliver],
    guests: [{ name: 'Grace Miller', address: 'grace.miller@northwind.example' }],
    event: {
      subject: 'Call with New York',
      start: at(3, '09:30', 'Eastern Standard Time'),
      end: at(3, '10:15', 'Eastern Standard Time'),
      isOnlineMeeting: true,
    },
  })
  plan({
    of: mikkel,
    with: [anna, sofie, jonas, freja, oliver],
    event: {
      subject: 'Autumn offsite',
      ...allDay(30, 32),
      showAs: 'busy',
      location: { displayName: 'Hotel Vejlefjord' },
    },
  })
  plan({
    of: sofie,
    with: [anna, jonas],
    isCancelled: true,
    event: { subject: 'Brand workshop', start: at(2, '14:00'), end: at(2, '16:00') },
  })
  plan({
    of: camilla,
    with: [anna],
    event: {
      subject: 'Contoso and Fabrikam: delivery plan',
      start: at(7, '13:00'),
      end: at(7, '14:00'),
      isOnlineMeeting: true,
    },
  })
}
