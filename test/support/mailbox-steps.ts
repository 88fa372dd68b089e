import { fillMailbox, MailboxOrder } from '../../infra/local/microsoft365/control/mailboxes.ts'
import { occurrenceId } from '../../infra/local/microsoft365/mailbox/ids.ts'
import type { Mailbox } from '../../infra/local/microsoft365/mailbox/mailbox.ts'
import type { Person, World } from '../../infra/local/microsoft365/world.ts'
import { days, type EpochMs, epochMs, later } from '../../shared/core/time.ts'

/** What happens to a mailbox, and how many pages of changes a client that wastes none has to ask for. */
export interface Step {
  readonly name: string
  readonly pages: number
  act(mailbox: Mailbox, now: EpochMs): void
}

/** A mailbox of 1,000 single events and 20 weekly series of 20. */
export function fillUsualMailbox(world: World): { person: Person; mailbox: Mailbox } {
  const filled = fillMailbox(world, MailboxOrder.parse({ displayName: 'Usual Mailbox' }))
  const monday = dayAt(world.clock.now(), -30)
  for (let index = 0; index < 20; index++) filled.mailbox.create(weekly(`Weekly ${index}`, monday))
  for (let index = 0; index < 1000; index++)
    filled.mailbox.create(single(`Single ${index}`, dayAt(world.clock.now(), (index % 230) - 35), 6 + (index % 12)))
  return filled
}

/** In the order in which they are taken. */
export const STEPS: readonly Step[] = [
  {
    name: 'one update',
    pages: 1,
    act: (mailbox) => mailbox.patch(aSingle(mailbox, 3), { subject: 'Updated' }),
  },
  {
    name: 'one creation',
    pages: 1,
    act: (mailbox, now) => mailbox.create(single('Created', dayAt(now, 3), 9)),
  },
  {
    name: 'one deletion',
    pages: 1,
    act: (mailbox) => mailbox.remove(aSingle(mailbox, 5)),
  },
  {
    name: 'one cancelled occurrence',
    pages: 1,
    act: (mailbox) => mailbox.remove(secondOccurrence(mailbox, 2)),
  },
  {
    name: 'a renamed series',
    pages: 1,
    act: (mailbox) => mailbox.patch(aSeries(mailbox, 4), { subject: 'Renamed series' }),
  },
  {
    name: 'a creation outside of the window',
    pages: 1,
    act: (mailbox, now) => mailbox.create(single('Far away', dayAt(now, 500), 9)),
  },
  {
    name: 'a burst of 120 creations',
    pages: 1,
    act(mailbox, now) {
      for (let index = 0; index < 120; index++)
        mailbox.create(single(`Burst ${index}`, dayAt(now, index), 6 + (index % 12)))
    },
  },
]

/** Graph forgets every cursor, and then something changes. */
export const expireCursors = (mailbox: Mailbox): void => {
  mailbox.expireTokens()
  mailbox.patch(aSingle(mailbox, 8), { subject: 'Updated after the reset' })
}

const dayAt = (now: EpochMs, offset: number): string => new Date(later(now, days(offset))).toISOString().slice(0, 10)

const itemsOf = (mailbox: Mailbox) => [...mailbox.calendar().store.items.values()]

const aSingle = (mailbox: Mailbox, index: number): string =>
  itemsOf(mailbox).filter(({ recurrence }) => recurrence === undefined)[index]?.id ?? ''

/** By the series' own start, because a run may begin before midnight and get here after it. */
function secondOccurrence(mailbox: Mailbox, index: number): string {
  const { id = '', recurrence } = itemsOf(mailbox).filter((item) => item.recurrence !== undefined)[index] ?? {}
  const first = epochMs(Date.parse(`${recurrence?.range.startDate}T00:00:00Z`))
  return occurrenceId(id, dayAt(first, 7))
}

const aSeries = (mailbox: Mailbox, index: number): string =>
  itemsOf(mailbox).filter(({ recurrence }) => recurrence !== undefined)[index]?.id ?? ''

const at = (day: string, hour: number, minute: number) => ({
  dateTime: `${day}T${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}:00`,
  timeZone: 'Romance Standard Time',
})

const single = (subject: string, day: string, hour: number): object => ({
  subject,
  start: at(day, hour, 0),
  end: at(day, hour, 30),
})

function weekly(subject: string, startDate: string): object {
  const weekday = new Date(`${startDate}T00:00:00Z`).toLocaleDateString('en', { weekday: 'long', timeZone: 'UTC' })
  return {
    subject,
    start: at(startDate, 9, 0),
    end: at(startDate, 10, 0),
    recurrence: {
      pattern: { type: 'weekly', interval: 1, daysOfWeek: [weekday.toLowerCase()], firstDayOfWeek: 'monday' },
      range: { type: 'numbered', startDate, numberOfOccurrences: 20 },
    },
  }
}
