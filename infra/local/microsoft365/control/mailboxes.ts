import * as z from 'zod'
import type { Mailbox } from '../mailbox/mailbox.ts'
import { addDays } from '../mailbox/zones.ts'
import type { Person, World } from '../world.ts'

/** An order for a person with a mailbox of any size. The same order gives the same events. */
export const MailboxOrder = z.strictObject({
  seed: z.int().default(1),
  displayName: z.string().default('Generated Person'),
  /** The organisation; the first one of the world when absent. */
  tid: z.string().optional(),
  singles: z.int().min(0).default(0),
  series: z.int().min(0).default(0),
  /** How many occurrences each series has. */
  occurrences: z.int().min(1).max(999).default(20),
  /** The days the events lie on; 40 days back to 200 days ahead of now when absent. */
  from: z.iso.date().optional(),
  days: z.int().min(1).default(240),
})
export type MailboxOrder = z.infer<typeof MailboxOrder>

export function fillMailbox(world: World, order: MailboxOrder): { person: Person; mailbox: Mailbox } {
  const tid = order.tid ?? world.organisations.keys().next().value
  if (tid === undefined) throw new Error('a mailbox needs an organisation')
  const alias = `generated.${order.seed}.${world.people.size}`
  const person = world.addPerson({ tid, displayName: order.displayName, alias })
  const mailbox = world.mailboxOf(person.oid)
  const from = order.from ?? addDays(new Date(world.clock.now()).toISOString().slice(0, 10), -40)
  const draw = createDraw(order.seed)
  const day = () => addDays(from, draw(order.days))
  for (let index = 0; index < order.series; index += 1) mailbox.create(series(index, from, order, draw))
  for (let index = 0; index < order.singles; index += 1) mailbox.create(single(index, day(), draw))
  mailbox.clearMails()
  return { person, mailbox }
}

/** Draws whole numbers below a bound; the same seed draws the same numbers. */
type Draw = (below: number) => number

/** A linear congruential generator: the quality of the numbers does not matter here, that they repeat does. */
function createDraw(seed: number): Draw {
  let state = seed >>> 0
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const ZONES = ['Romance Standard Time', 'UTC', 'GMT Standard Time', 'Eastern Standard Time', 'India Standard Time']
const SHOWN_AS = ['busy', 'free', 'tentative', 'oof', 'workingElsewhere']

function single(index: number, date: string, draw: Draw): object {
  if (draw(20) === 0) return allDay(index, date)
  return { ...texts(`Meeting ${index}`, draw), ...times(date, draw) }
}

const allDay = (index: number, date: string): object => ({
  subject: `Day ${index}`,
  isAllDay: true,
  start: { dateTime: `${date}T00:00:00`, timeZone: 'UTC' },
  end: { dateTime: `${addDays(date, 1)}T00:00:00`, timeZone: 'UTC' },
  showAs: 'free',
})

function series(index: number, startDate: string, { occurrences }: MailboxOrder, draw: Draw): object {
  const pattern = { type: 'daily', interval: 1 + draw(2) }
  const range = { type: 'numbered', startDate, numberOfOccurrences: occurrences }
  return { ...texts(`Series ${index}`, draw), ...times(startDate, draw), recurrence: { pattern, range } }
}

function times(date: string, draw: Draw): object {
  const timeZone = ZONES[draw(ZONES.length)]
  const hour = 8 + draw(9)
  const at = (minutes: number) => `${date}T${String(hour).padStart(2, '0')}:${String(minutes).padStart(2, '0')}:00`
  return { start: { dateTime: at(0), timeZone }, end: { dateTime: at(30 + draw(25)), timeZone } }
}

const texts = (subject: string, draw: Draw): object => ({
  subject,
  body: { contentType: 'html', content: `<p>About ${subject}</p><p>${'Agenda. '.repeat(1 + draw(12))}</p>` },
  location: { displayName: `Room ${draw(40)}` },
  showAs: SHOWN_AS[draw(SHOWN_AS.length)],
  ...(draw(3) === 0 && { attendees: [attendee(draw(500))] }),
})

const attendee = (number: number): object => ({
  emailAddress: { name: `Guest ${number}`, address: `guest${number}@example.com` },
  type: 'required',
})
