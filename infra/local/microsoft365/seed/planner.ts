import { Temporal } from 'temporal-polyfill'
import { type Random, randomFraction } from '../../../../shared/core/random.ts'
import type { Response } from '../mailbox/answers.ts'
import type { Item } from '../mailbox/event.ts'
import { occurrenceId } from '../mailbox/ids.ts'
import type { Mailbox } from '../mailbox/mailbox.ts'
import type { Person, World } from '../world.ts'

/** What to change about one occurrence, by its number in the series; `cancel` takes it out. */
type Exceptions = Readonly<Record<number, object | 'cancel'>>

interface Plan {
  readonly of: Person
  readonly calendarId?: string
  /** The event as Graph JSON, without attendees. */
  readonly event: object
  readonly with?: readonly Person[]
  /** People outside every organisation of this world. */
  readonly guests?: readonly { name: string; address: string }[]
  readonly exceptions?: Exceptions
  /** The organiser called it off: the attendees keep a cancelled copy until they remove it. */
  readonly isCancelled?: boolean
}

export interface Planner {
  /** Puts an event into the organiser's calendar; everybody invited gets a copy, and most of them answer. */
  plan(plan: Plan): void
  /** A wall-clock time as Graph takes it. Day 0 is the Monday of the current week. */
  at(day: number, time: string, timeZone?: string): { dateTime: string; timeZone: string }
  /** Day 0 is the Monday of the current week. */
  date(day: number): Temporal.PlainDate
  chance(probability: number): boolean
  pick<T>(choices: readonly [T, ...T[]]): T
}

const ROMANCE = 'Romance Standard Time'

/** Makes events relative to the current week. The same `random` gives the same calendars. */
export function createPlanner(world: World): Planner {
  const { random, clock } = world
  const today = Temporal.Instant.fromEpochMilliseconds(clock.now())
    .toZonedDateTimeISO('Europe/Copenhagen')
    .toPlainDate()
  const monday = today.subtract({ days: today.dayOfWeek - 1 })
  const date = (day: number) => monday.add({ days: day })
  const pick = <T>(choices: readonly [T, ...T[]]): T =>
    choices[Math.floor(randomFraction(random) * choices.length)] ?? choices[0]

  function plan({ of, calendarId, event, with: people = [], guests = [], exceptions = {}, isCancelled = false }: Plan) {
    const mailbox = world.mailboxOf(of.oid)
    const attendees = [...people.map(addressOf), ...guests].map((emailAddress) => ({ type: 'required', emailAddress }))
    const { item } = mailbox.create({ ...event, ...(attendees.length > 0 && { attendees }) }, { calendarId })
    applyExceptions(item, exceptions, (id, change) =>
      change === 'cancel' ? mailbox.remove(id) : mailbox.patch(id, change),
    )
    for (const person of people) answer(person, item, answerOf(random))
    for (const { address } of guests) acceptAs(mailbox, address, item)
    if (isCancelled) mailbox.remove(item.id)
  }

  function answer(person: Person, { iCalUId }: Item, response: Response | undefined): void {
    const mailbox = world.mailboxOf(person.oid)
    const copy = [...mailbox.calendar().store.items.values()].find((each) => each.iCalUId === iCalUId)
    if (copy && response) mailbox.respond(copy.id, response)
  }

  const acceptAs = (mailbox: Mailbox, guest: string, { iCalUId }: Item): void =>
    mailbox.receiveReply({ iCalUId, from: guest, answer: { response: 'accepted', time: toIso(clock.now()) } })

  return {
    plan,
    date,
    at: (day, time, timeZone = ROMANCE) => ({ dateTime: `${date(day)}T${time}:00`, timeZone }),
    chance: (probability) => randomFraction(random) < probability,
    pick,
  }
}

const addressOf = ({ displayName, userPrincipalName }: Person) => ({ name: displayName, address: userPrincipalName })

function answerOf(random: Random): Response | undefined {
  const answers = ['accepted', 'accepted', 'accepted', 'accepted', 'tentativelyAccepted', undefined] as const
  return answers[Math.floor(randomFraction(random) * answers.length)]
}

const toIso = (at: number): string => new Date(at).toISOString()

/** Occurrences are told by number, because only weekly series have exceptions here. */
function applyExceptions(item: Item, exceptions: Exceptions, apply: (id: string, change: object | 'cancel') => void) {
  const first = Temporal.PlainDate.from(item.span.start.slice(0, 10))
  const weeks = item.recurrence?.pattern.interval ?? 1
  for (const [number, change] of Object.entries(exceptions)) {
    const date = first.add({ weeks: Number(number) * weeks }).toString()
    apply(occurrenceId(item.id, date), change)
  }
}
