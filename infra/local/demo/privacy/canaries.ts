import type { Random } from '../../../../shared/core/random.ts'
import { days, type EpochMs, later } from '../../../../shared/core/time.ts'
import type { Mailbox } from '../../microsoft365/mailbox/mailbox.ts'

export const EVENTS = 1_000
const FIELDS = ['title', 'place', 'notes', 'notes again', 'name of a guest', 'address of a guest'] as const
const GUESTS = 3

/** Words that stand nowhere else, by where they were put. Ten for each event. */
export type Canaries = ReadonlyMap<string, string>

/** Fills a calendar with events whose every text is a word of its own: title, place, notes, names and addresses of guests. */
export function plantCanaries(mailbox: Mailbox, now: EpochMs, random: Random): Canaries {
  const canaries = new Map<string, string>()
  const plant = (event: number, field: (typeof FIELDS)[number], guest = ''): string => {
    const word = Buffer.from(random.bytes(10)).toString('hex')
    canaries.set(`${field} ${guest} of event ${event}`, word)
    return word
  }
  for (let event = 0; event < EVENTS; event++) {
    const guest = (_: unknown, at: number) => ({
      type: 'required',
      emailAddress: {
        name: plant(event, 'name of a guest', String(at)),
        address: `${plant(event, 'address of a guest', String(at))}@guests.example`,
      },
    })
    mailbox.create({
      subject: plant(event, 'title'),
      location: { displayName: plant(event, 'place') },
      body: { contentType: 'text', content: `${plant(event, 'notes')} and ${plant(event, 'notes again')}` },
      attendees: Array.from({ length: GUESTS }, guest),
      ...timesOf(event, now),
    })
  }
  return canaries
}

/** Six a day, from a month ago on. */
function timesOf(event: number, now: EpochMs) {
  const day = new Date(later(now, days(Math.floor(event / 6) - 30))).toISOString().slice(0, 10)
  const at = (minute: string) => ({
    dateTime: `${day}T${String(8 + (event % 6)).padStart(2, '0')}:${minute}:00`,
    timeZone: 'UTC',
  })
  return { start: at('00'), end: at('45') }
}
