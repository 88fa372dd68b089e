import { Temporal } from 'temporal-polyfill'
import { type Random, randomFraction } from '../../../../shared/core/random.ts'
import type { Item } from '../mailbox/event.ts'
import { createIds, occurrenceId } from '../mailbox/ids.ts'
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
  /** Puts an event into the organiser's calendar and a copy, with an answer, into the calendar of everybody invited. */
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
  const ids = createIds(random)
  const date = (day: number) => monday.add({ days: day })
  const pick = <T>(choices: readonly [T, ...T[]]): T =>
    choices[Math.floor(randomFraction(random) * choices.length)] ?? choices[0]

  function plan({ of, calendarId, event, with: people = [], guests = [], exceptions = {}, isCancelled = false }: Plan) {
    const mailbox = world.mailboxOf(of.oid)
    const answers = people.map((person) => ({ person, response: answerOf(random) }))
    const attendees = [...answers.map(({ person }) => addressOf(person)), ...guests].map((emailAddress) => ({
      type: 'required',
      emailAddress,
    }))
    const { item } = mailbox.create({ ...event, ...(attendees.length > 0 && { attendees }) }, { calendarId })
    const mutual = attendees.map((attendee, index) => ({
      ...attendee,
      status: statusOf(answers[index]?.response ?? 'accepted', item.createdAt),
    }))
    if (mutual.length > 0) item.fields = { ...item.fields, attendees: mutual }
    applyExceptions(item, exceptions, (id, change) =>
      change === 'cancel' ? mailbox.remove(id) : mailbox.patch(id, change),
    )
    for (const { person, response } of answers) {
      const copy = copyFor(item, ids.next(), addressOf(of), response)
      world.mailboxOf(person.oid).adopt(isCancelled ? cancelled(copy) : copy)
    }
    if (isCancelled) mailbox.remove(item.id)
  }

  return {
    plan,
    date,
    at: (day, time, timeZone = ROMANCE) => ({ dateTime: `${date(day)}T${time}:00`, timeZone }),
    chance: (probability) => randomFraction(random) < probability,
    pick,
  }
}

const addressOf = ({ displayName, userPrincipalName }: Person) => ({ name: displayName, address: userPrincipalName })

function answerOf(random: Random): string {
  const answers = ['accepted', 'accepted', 'accepted', 'accepted', 'tentativelyAccepted', 'notResponded']
  return answers[Math.floor(randomFraction(random) * answers.length)] ?? 'accepted'
}

const statusOf = (response: string, answeredAt: number) =>
  response === 'notResponded'
    ? { response: 'none', time: '0001-01-01T00:00:00Z' }
    : { response, time: new Date(answeredAt).toISOString() }

/** Occurrences are told by number, because only weekly series have exceptions here. */
function applyExceptions(item: Item, exceptions: Exceptions, apply: (id: string, change: object | 'cancel') => void) {
  const first = Temporal.PlainDate.from(item.span.start.slice(0, 10))
  const weeks = item.recurrence?.pattern.interval ?? 1
  for (const [number, change] of Object.entries(exceptions)) {
    const date = first.add({ weeks: Number(number) * weeks }).toString()
    apply(occurrenceId(item.id, date), change)
  }
}

type Copy = Omit<Item, 'position' | 'version'>

function copyFor(item: Item, id: string, organizer: { name: string; address: string }, response: string): Copy {
  const { position: _position, version: _version, transactionId: _transactionId, ...shared } = item
  const showAs = response === 'accepted' ? {} : { showAs: 'tentative' }
  const time = statusOf(response, item.createdAt).time
  return { ...shared, id, organizer, fields: { ...item.fields, ...showAs }, response: { response, time } }
}

const cancelled = (copy: Copy): Copy => ({
  ...copy,
  fields: { ...copy.fields, isCancelled: true, showAs: 'free', subject: `Canceled: ${copy.fields['subject']}` },
})
